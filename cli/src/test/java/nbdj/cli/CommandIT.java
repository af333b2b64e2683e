package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command prints, and how it refuses. */
final class CommandIT {
  @TempDir Path folder;

  @Test
  void help_goesToStandardOutput() throws Exception {
    Outcome outcome = Tool.nbdj("--help").succeeded();
    assertTrue(outcome.out().startsWith("Usage: nbdj [OPTIONS] PLUGIN [KEY=VALUE...]\n"));
    assertEquals("", outcome.err());
  }

  @Test
  void help_ofALayer_explainsItsParameters() throws Exception {
    String help = Tool.nbdj("--filter", "ext2", "--help").succeeded().out();
    assertTrue(help.startsWith("filter ext2: "), help);
    assertTrue(help.contains("\n  ext2file=<STRING>\n      "), help);
    assertTrue(help.contains("Required."), help);
  }

  @Test
  void version_namesTheLayersThatCanBeLoaded() throws Exception {
    String[] lines = Tool.nbdj("--version", "--filter", "ext2").succeeded().out().split("\n", -1);
    assertTrue(lines[0].matches("nbdj [0-9]+\\.[0-9]+\\.[0-9]+\\S* \\(api 0\\.1\\)"), lines[0]);
    assertEquals("filter ext2", lines[1]);
  }

  @Test
  void list_showsWhatCanBeNamedAndWhatIsBroken() throws Exception {
    Path broken = Files.writeString(folder.resolve("broken.jar"), "no jar");
    String list = Tool.nbdj("--list", "--plugin-path", folder).succeeded().out();
    // The columns are as wide as the longest name needs.
    String single = list.replaceAll("  +", " ");
    assertTrue(single.contains("\nfilter ext2 a file inside"), list);
    assertTrue(single.contains("plugin broken unusable: " + broken), list);
  }

  @Test
  void unknownOption_isAUsageError() throws Exception {
    Tool.nbdj("--filtr", "x").refused(2, "--filtr: unknown option (did you mean --filter?)");
  }

  @Test
  void noPlugin_isAUsageError() throws Exception {
    Tool.nbdj().refused(2, "no plugin is named (try nbdj memory 64M, nbdj --list, nbdj --help)");
  }

  @Test
  void missingPluginPath_isAUsageError() throws Exception {
    Tool.nbdj("memory", "--plugin-path", "/nowhere")
        .refused(2, "--plugin-path /nowhere: no such folder");
  }

  @Test
  void fileInThePlaceOfThePlugin_isAUsageErrorThatNamesTheCommandMeant() throws Exception {
    Path disk = Files.writeString(folder.resolve("disk.img"), "a disk");
    Tool.nbdj(disk, "-U", "-")
        .refused(2, "%s: no plugin, but a file (try nbdj file %1$s)".formatted(disk));
    Path source = Files.writeString(folder.resolve("Disk.java"), "class Disk {}");
    Tool.nbdj(source, "-U", "-")
        .refused(2, "%s: no plugin, but Java source (try nbdj script %1$s)".formatted(source));
  }

  @Test
  void parameterInThePlaceOfThePlugin_isAUsageError() throws Exception {
    Tool.nbdj("size=1M", "memory")
        .refused(2, "size=1M: the plugin comes first (try nbdj PLUGIN size=1M)");
  }

  @Test
  void fileOfAPluginsName_isNotInItsWay() throws Exception {
    Files.writeString(folder.resolve("memory"), "a disk");
    Tool.run(Tool.nbdjBuilder("memory", "1M", "--run", "true").directory(folder.toFile()))
        .succeeded();
  }

  @Test
  void helpOfALayer_withAParameterThatCannotBe_isPrintedWithTheRefusal() throws Exception {
    Outcome outcome = Tool.nbdj("memory", "siez=1M", "--help").ended(2);
    assertTrue(outcome.out().contains("\n  size=<SIZE>\n"), outcome::toString);
    assertEquals("nbdj: memory: siez=1M: unknown parameter (did you mean size?)\n", outcome.err());
  }

  @Test
  void missingJar_isAFailure() throws Exception {
    Tool.nbdj("./missing.jar", "-U", "-").refused(1, "./missing.jar: no such file");
  }

  @Test
  void filterNamedAsPlugin_isAFailure() throws Exception {
    Tool.nbdj("ext2", "-U", "-").refused(1, "ext2 is a filter: use --filter ext2");
  }

  @Test
  void brokenJar_withVerbose_showsATraceBelowTheSentence()
      throws IOException, InterruptedException {
    Path broken = Files.writeString(folder.resolve("broken.jar"), "no jar");
    Outcome outcome = Tool.nbdj(broken, "-v", "-U", "-").ended(1);
    assertTrue(outcome.err().startsWith("nbdj: " + broken), outcome::toString);
    assertTrue(outcome.err().contains("\n\tat nbdj.runtime.discovery."), outcome::toString);
  }

  @Test
  void launcher_throughASymbolicLinkFromElsewhere_findsItsHome() throws Exception {
    Files.createSymbolicLink(folder.resolve("link"), Tool.launcher());
    Path second = Files.createSymbolicLink(folder.resolve("second"), Path.of("link"));
    ProcessBuilder builder = Tool.nbdjBuilder("--version").directory(folder.toFile());
    int launcher = builder.command().indexOf(Tool.launcher().toString());
    builder.command().set(launcher, "./" + second.getFileName());
    Tool.run(builder).succeeded();
  }

  @Test
  void launcher_withAnOldJava_saysWhichIsNeeded() throws Exception {
    Path home = folder.resolve("old");
    Files.createDirectories(home.resolve("bin"));
    Files.createSymbolicLink(home.resolve("bin/java"), Path.of("/bin/true"));
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.15\"\n");
    ProcessBuilder builder = Tool.nbdjBuilder("--version");
    builder.environment().put("NBDJ_JAVA_HOME", home.toString());
    Tool.run(builder).refused(1, "NBDJ_JAVA_HOME=%s: no Java 25 or newer is there".formatted(home));
  }
}
