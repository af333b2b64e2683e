package nbdj.api;

import java.nio.charset.StandardCharsets;

/**
 * An export as a list of exports shows it.
 *
 * <p>Rules of export names:
 *
 * <ul>
 *   <li><b>N-1</b> A name or description has at most {@value #MAX_STRING} bytes of UTF-8, no NUL
 *       and no half of a surrogate pair.
 *   <li><b>N-2</b> A list has at most {@value #MAX_EXPORTS} exports.
 *   <li><b>N-3</b> A client that asks for the name {@code ""} gets the default export of the
 *       outermost layer; where there is none it is refused. A layer below that is asked to open
 *       {@code ""} gets its own default in the same way.
 *   <li><b>N-4</b> {@code listExports} and {@code defaultExport} may be called at any time from
 *       {@code afterFork} to {@code cleanup}, on any thread, with no handle open.
 *   <li><b>N-5</b> A list need not be complete: a name that is not in it may still be opened.
 *   <li><b>N-6</b> A name that is listed should be one that can be opened.
 * </ul>
 *
 * @param name the name; {@code ""} stands for the default export
 * @param description a text for people, {@code ""} if there is none
 * @since 0.1
 */
public record Export(String name, String description) {
  /** The longest name or description, in bytes of UTF-8 (the NBD specification's string limit). */
  public static final int MAX_STRING = 4096;

  /** The largest number of exports in a list. */
  public static final int MAX_EXPORTS = 10_000;

  /** Make an export, and refuse strings the protocol does not allow. */
  public Export {
    check("name", name);
    check("description", description);
  }

  /** Make an export without a description. */
  public static Export of(String name) {
    return new Export(name, "");
  }

  private static void check(String what, String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("export %s must not contain NUL".formatted(what));
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      throw new IllegalArgumentException(
          "export %s must not contain half of a surrogate pair".formatted(what));
    }
    int length = value.getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_STRING) {
      throw new IllegalArgumentException(
          "export %s has %d bytes, more than the protocol's %d"
              .formatted(what, length, MAX_STRING));
    }
  }
}
