package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import nbdj.api.Parameter;
import nbdj.api.Registered;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the author of any layer tells the contract about it.
 *
 * <p>The hooks here are asked again for every test. A test class may use JUnit's own means,
 * {@code @TempDir} and {@code @BeforeEach} among them, to prepare what the configuration names.
 *
 * @since 0.1
 */
@ExtendWith(ContractExtension.class)
@TestClassOrder(BasicsFirst.class)
public abstract sealed class LayerContract permits PluginContract, FilterContract {
  private @Nullable Session session;

  LayerContract() {}

  /**
   * Get the parameters with which the layer is served, in their order; none by default.
   *
   * <p>A map has each key once: a layer that takes a key several times, or a bare word, overrides
   * {@link #arguments} instead.
   */
  protected Map<String, String> config() {
    return Map.of();
  }

  /**
   * Get the words of the command line behind the layer's name, in their order: {@code key=value},
   * or a bare value for the plugin's magic parameter. By default they are those of {@link #config}.
   */
  protected List<String> arguments() {
    List<String> words = new ArrayList<>();
    config().forEach((key, value) -> words.add(key + "=" + value));
    return words;
  }

  /** Get the export to open, {@code ""} for the default one. */
  protected String exportName() {
    return "";
  }

  /** Get an export name that must be refused; empty, as by default, if the layer knows none. */
  protected Optional<String> missingExport() {
    return Optional.empty();
  }

  /**
   * Get the content that a fresh export has, if that is known; the export's size is then its
   * length.
   */
  protected Optional<byte[]> expectedContent() throws IOException {
    return Optional.empty();
  }

  /**
   * Get the range that tests may change; all of the export by default. Data outside it is read but
   * never written.
   *
   * @param size the size of the export in bytes
   */
  protected Range writable(long size) {
    return new Range(0, size);
  }

  /** Tell whether what was written and flushed is there after the server has started again. */
  protected boolean keepsContent() {
    return false;
  }

  /**
   * Tell whether the layer's extents know allocated zeroes from a hole. A layer that asks a file
   * system for its holes may not: some show space reserved for zeroes as a hole.
   */
  protected boolean tellsAllocation() {
    return true;
  }

  /** Make a stage with the layer in it, not started. */
  abstract Stage stage(boolean readOnly) throws IOException;

  /** Make a stage that finds what the stopped stage left. */
  abstract Stage stageAfter(Stage stopped);

  /** Get the parameters that the layer declares, as it answers. */
  abstract List<Parameter> declared();

  /** Get the line about the layer for people, as it answers. */
  abstract String description();

  /** Get what the author has said that takes tests away. */
  List<String> optedOut() {
    return tellsAllocation()
        ? List.of()
        : List.of("tellsAllocation() is false: allocated zeroes may be shown as a hole");
  }

  /** Get the parameters that the layer declares. */
  final List<Parameter> parameters() {
    List<Parameter> parameters;
    try {
      parameters = declared();
    } catch (RuntimeException e) {
      throw new BrokenRule("P-8", "parameters threw " + e, e);
    }
    BrokenRule.unless(
        parameters != null && parameters.stream().allMatch(Objects::nonNull),
        "P-8",
        "parameters returned null");
    return parameters;
  }

  /** Get what the layer is served with. */
  final List<Argument> words() {
    return arguments().stream().map(Argument::of).toList();
  }

  /** Be part of a run. */
  final void begin(Session run) {
    session = run;
  }

  /** Get the run that this is part of. */
  final Session session() {
    if (session == null) {
      // Outside JUnit: whoever asks runs alone.
      session =
          new Session(
              getClass(), Settings.of(name -> Optional.ofNullable(System.getProperty(name))));
    }
    return session;
  }

  /** Get what waits for the layer. */
  Patience patience() {
    return new Patience(session().settings().timeout());
  }

  /** Get the name of a layer for messages. */
  static String nameOf(Object layer) {
    Registered registered = layer.getClass().getAnnotation(Registered.class);
    return registered == null ? layer.getClass().getSimpleName() : registered.name();
  }
}
