package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin {@code script} with real clients. */
final class ScriptIT {
  private static final String DISK =
      """
      #!/usr/bin/env -S nbdj script
      byte[] disk = new byte[1 << 20];
      List<Parameter> parameters() {
        return List.of(Parameter.of("fill", Parameter.Type.STRING, "What fills it.").magic());
      }
      void config(String key, String value) { Arrays.fill(disk, (byte) value.charAt(0)); }
      long size() { return disk.length; }
      void pread(ByteBuffer b, long offset) {
        System.out.println("printed by the script");
        b.put(disk, (int) offset, b.remaining());
      }
      void pwrite(ByteBuffer b, long offset) { b.get(disk, (int) offset, b.remaining()); }
      void flush() { int zero = disk[0] - disk[0]; disk[0] /= zero; }
      """;

  @TempDir Path folder;

  private Path script(String text) throws Exception {
    return Files.writeString(folder.resolve("Disk.java"), text);
  }

  @Test
  void script_isReadAndWritten_andItsFailureNamesTheLine() throws Exception {
    try (ServingProcess server = ServingProcess.start("script", script(DISK), "x")) {
      Tool.nbdsh(
              server.uri(),
              """
              h.connect_uri(uri)
              assert h.pread(3, 5) == b'xxx'
              h.pwrite(b'hello', 1000)
              assert h.pread(7, 999) == b'xhellox'
              for i in range(3):
                  try:
                      h.flush()
                      assert False
                  except nbd.Error as e:
                      assert e.errno == 'EIO', e
              h.shutdown()
              """)
          .succeeded();
      server.signal("TERM");
      assertEquals(0, server.await());
      assertEquals(
          "nbdj: script[1]: error: script: Disk.java:13: ArithmeticException: / by zero\n",
          server.errors());
    }
  }

  @Test
  void scriptWithAnError_isAUsageErrorThatShowsThePlace() throws Exception {
    Path script = script("long size() { return SIZ; }\nvoid pread(ByteBuffer b, long o) {}\n");
    Tool.nbdj("script", script, "-U", "-")
        .refused(
            2,
            """
            script: script=%1$s: does not compile: 1 error
            %1$s:1: error: cannot find symbol
            long size() { return SIZ; }
                                 ^
              symbol:   variable SIZ
              location: class Disk\
            """
                .formatted(script));
  }

  @Test
  void scriptWithAWarning_showsItWithVerboseOnly() throws Exception {
    Path script =
        script("List raw; long size() { return 1; }\nvoid pread(ByteBuffer b, long o) {}\n");
    assertEquals("", Tool.nbdj("script", script, "--run", "true").succeeded().err());
    String talk = Tool.nbdj("script", script, "-v", "--run", "true").succeeded().err();
    assertTrue(talk.contains(script + ":1: warning: found raw type: "), talk);
  }

  @Test
  void unknownParameter_isAUsageErrorThatKnowsTheScripts() throws Exception {
    Tool.nbdj("script", script(DISK), "fil=x", "-U", "-")
        .refused(2, "script: fil=x: unknown parameter (did you mean fill?)");
  }

  @Test
  void help_behindAScript_explainsItsParameters() throws Exception {
    String help = Tool.nbdj("script", script(DISK), "--help").succeeded().out();
    assertTrue(
        help.contains("\n  fill=<STRING>\n      What fills it. fill= may be left out."), help);
  }

  @Test
  void executableScript_isACommand() throws Exception {
    Path script = Files.writeString(folder.resolve("disk"), DISK);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    ProcessBuilder builder =
        new ProcessBuilder(script.toString(), "fill=y", "--run", "nbdcopy \"$uri\" - | head -c 3");
    String path = Tool.launcher().getParent() + ":" + System.getenv("PATH");
    builder.environment().putAll(Tool.nbdjBuilder().environment());
    builder.environment().put("PATH", path);
    Tool.require("nbdcopy");
    assertTrue(Tool.run(builder).succeeded().out().endsWith("yyy"));
  }

  @Test
  void scriptOnStandardInput_isServed() throws Exception {
    ProcessBuilder builder = Tool.nbdjBuilder("script", "-", "--run", "nbdinfo --size \"$uri\"");
    Tool.require("nbdinfo");
    assertEquals(
        "1048576\n", Tool.run(builder.redirectInput(script(DISK).toFile())).succeeded().out());
  }

  @Test
  void scriptOnStandardInput_thatIsTheClients_isRefused() throws Exception {
    Tool.nbdj("-s", "script", "-")
        .refused(
            2,
            "script: script=-: cannot be read: standard input belongs to the client"
                + " (-s or LISTEN_FDS)");
  }

  @Test
  void scriptThatPrints_onTheClientsSocket_doesNotDisturbIt() throws Exception {
    Tool.require("nbdsh");
    Outcome outcome =
        Tool.run(
            "nbdsh",
            "-c",
            "h.connect_command(['%s', '-s', 'script', '%s', 'z'])"
                .formatted(Tool.launcher(), script(DISK)),
            "-c",
            "print(h.pread(2, 5)); h.shutdown()");
    assertEquals("bytearray(b'zz')\n", outcome.succeeded().out());
    assertEquals("printed by the script\n", outcome.err());
  }

  @Test
  void changedScript_isReloaded_andABrokenOneIsRefusedWhileTheServerLives() throws Exception {
    // nbdinfo keeps to itself what a server says of a refusal; qemu tells it.
    Tool.require("nbdinfo");
    Tool.require("qemu-img");
    Path script = script(DISK);
    try (ServingProcess server = ServingProcess.start("script", "reload=true", script, "x")) {
      Files.writeString(script, DISK.replace("1 << 20", "1 << 21"));
      assertEquals("2097152\n", Tool.run("nbdinfo", "--size", server.uri()).succeeded().out());
      Files.writeString(script, "long size() { return 1 }");
      Outcome refused = Tool.run("qemu-img", "info", server.uri()).ended(1);
      assertTrue(refused.err().contains(script + ":1: error: ';' expected"), refused::toString);
      Files.writeString(script, DISK);
      assertEquals("1048576\n", Tool.run("nbdinfo", "--size", server.uri()).succeeded().out());
      server.signal("TERM");
      assertEquals(0, server.await());
      assertEquals(
          """
          nbdj: script[2]: error: script: %1$s: does not compile: 1 error
          nbdj: script[2]: error: %1$s:1: error: ';' expected
          nbdj: script[2]: error: long size() { return 1 }
          nbdj: script[2]: error:                       ^
          """
              .formatted(script),
          server.errors());
    }
  }

  @Test
  void javaWithoutACompiler_isSaid() throws Exception {
    ProcessBuilder builder = Tool.nbdjBuilder("script", script(DISK), "--run", "true");
    builder.environment().put("NBDJ_OPTS", "--limit-modules java.se,jdk.unsupported");
    Tool.run(builder)
        .refused(
            1,
            "script: script=%s: the Java at %s has no compiler: run nbdj on a JDK (set NBDJ_JAVA_HOME)"
                .formatted(folder.resolve("Disk.java"), System.getProperty("java.home")));
  }

  @Test
  void serverClass_isNotFoundByAScript() throws Exception {
    Path script =
        script(
            """
            long size() throws Exception {
              try {
                Class.forName("nbdj.runtime.chain.Chain");
                return 1;
              } catch (ClassNotFoundException hidden) {
                return 2;
              }
            }
            void pread(ByteBuffer b, long o) {}
            """);
    Tool.require("nbdinfo");
    assertEquals(
        "2\n", Tool.nbdj("script", script, "--run", "nbdinfo --size \"$uri\"").succeeded().out());
  }
}
