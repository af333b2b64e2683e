package nbdj.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.TreeMap;

/** Describes the command, as {@code key=value} lines for programs; the keys are nbdkit's. */
final class ConfigPage {
  private ConfigPage() {}

  /** Print the lines. */
  static void print(PrintStream out, Folders folders) {
    Manners manners = Manners.ofThisProcess();
    String own = VersionPage.version();
    String version = manners == Manners.NBDKIT ? Manners.NBDKIT_VERSION : own;
    List<String> numbers = List.of(version.split("[.-]", -1));
    SequencedMap<String, String> lines = new TreeMap<>();
    lines.put("name", manners.program());
    lines.put("version", version);
    lines.put("version_major", number(numbers, 0));
    lines.put("version_minor", number(numbers, 1));
    lines.put("nbdj_version", own);
    lines.put("java_version", System.getProperty("java.version", ""));
    lines.put("host_os", System.getProperty("os.name", "").toLowerCase(Locale.ROOT));
    lines.put("host_cpu", System.getProperty("os.arch", "").replace("amd64", "x86_64"));
    lines.put("plugindir", folder(folders.plugins()));
    lines.put("filterdir", folder(folders.filters()));
    lines.put("exit_with_parent", "yes");
    lines.put("selinux", "no");
    lines.put("tls", "yes");
    lines.put("zstd", "no");
    String home = System.getProperty("nbdj.home");
    if (home != null) {
      lines.put("binary", Path.of(home, "bin", manners.program()).toString());
      lines.put("bindir", Path.of(home, "bin").toString());
      lines.put("libdir", Path.of(home, "lib").toString());
    }
    lines.forEach((key, value) -> out.printf("%s=%s%n", key, value));
  }

  private static String number(List<String> numbers, int index) {
    return index < numbers.size() && numbers.get(index).matches("[0-9]+")
        ? numbers.get(index)
        : "0";
  }

  private static String folder(List<Path> folders) {
    return folders.isEmpty() ? "" : folders.getFirst().toString();
  }
}
