package nbdj.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way to change an interface is told to be an addition or a breach. */
class InterfaceChangesTests {
  private static final String BEFORE =
      """
      final enum Color : Enum<Color>
        constant RED
        constant GREEN
        static Color[] values()

      interface Disk
        abstract @Nullable() String name()
        abstract void read(long, int) throws IOException
        abstract void read(long, int[]) throws IOException
        default long size() throws IOException

      final class Limits : Object
        <init>(int)
        static final int API_VERSION = 1002
        static final int MOST = 16

      """;

  private static InterfaceChanges after(String line, String replacement) {
    if (!BEFORE.contains(line)) {
      throw new AssertionError("not in the sample: " + line);
    }
    return InterfaceChanges.between(BEFORE, BEFORE.replace(line, replacement.replace("|", "\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "  default long size()~  default long sectors()|  default long size()",
        "  abstract void read(long, int) ~  default void read(long, int) ",
        "  <init>(int)~  <init>(int)|  <init>(int, int)",
        "  <init>(int)~  @Deprecated(forRemoval=true, since=\"1.3\") <init>(int)",
        "interface Disk~@Deprecated(forRemoval=false, since=\"1.3\") interface Disk",
        "final class Limits~class Limits",
        "  constant GREEN~  constant GREEN|  constant BLUE",
        "interface Disk~interface Disc||interface Disk",
      })
  void addition_needsANewMinorVersion(String line, String replacement) {
    InterfaceChanges changes = after(line, replacement);
    assertEquals(List.of(), changes.breaches());
    assertEquals(1, changes.additions().size(), changes.toString());
    assertEquals(1003, changes.leastVersion(1002));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "  default long size() throws IOException~  abstract long size() throws IOException",
        "  default long size()~  abstract long sectors()|  default long size()",
        "  default long size() throws IOException~  default long size()",
        "  default long size()~  default int size()",
        "  abstract @Nullable() String name()~  abstract String name()",
        "  abstract void read(long, int) throws IOException|~''",
        "  abstract void read(long, int[]) ~  abstract void read(long, int...) ",
        "  <init>(int)~  <init>(long)",
        "  static final int MOST = 16~  static final int MOST = 17",
        "final class Limits : Object~final class Limits : Number",
        "interface Disk~sealed interface Disk",
        "interface Disk~interface Disk : Closeable",
        "interface Disk~abstract class Disk : Object",
        "  constant RED|~''",
        "  constant GREEN~  constant BLUE|  constant GREEN",
        "interface Disk~interface Disc",
      })
  void breach_needsANewMajorVersion(String line, String replacement) {
    InterfaceChanges changes = after(line.replace("|", "\n"), replacement);
    assertEquals(false, changes.breaches().isEmpty(), changes.toString());
    assertEquals(2000, changes.leastVersion(1002));
  }

  @Test
  void typeThatBecomesFinal_isABreach() {
    InterfaceChanges changes =
        InterfaceChanges.between(BEFORE.replace("final class", "class"), BEFORE);
    assertEquals(1, changes.breaches().size(), changes.toString());
  }

  @Test
  void version_isNoChangeItself() {
    InterfaceChanges changes = after("API_VERSION = 1002", "API_VERSION = 2000");
    assertEquals(new InterfaceChanges(List.of(), List.of()), changes);
    assertEquals(1002, changes.leastVersion(1002));
    assertEquals(1002, InterfaceChanges.version(BEFORE));
    assertThrows(AssertionError.class, () -> InterfaceChanges.version("interface Disk\n"));
  }

  @Test
  void change_isToldWithItsType() {
    assertEquals(
        List.of("Disk: gone: abstract @Nullable() String name()"),
        after("  abstract @Nullable() String name()\n", "").breaches());
  }
}
