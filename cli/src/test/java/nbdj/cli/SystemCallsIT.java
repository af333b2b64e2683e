package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the server asks of the kernel for many requests, as strace sees it. */
@Timeout(120)
final class SystemCallsIT {
  private static final int MEBIBYTE = 1 << 20;
  private static final int REQUESTS = 64;
  private static final int ROUNDS = 20;

  @TempDir Path folder;

  /** What a client does meanwhile. */
  @FunctionalInterface
  private interface Load {
    void run() throws Exception;
  }

  /** Trace a server while a client uses it, and get the calls, a line each. */
  private String trace(ServingProcess server, Load load) throws Exception {
    Tool.require("strace");
    Path trace = folder.resolve("trace");
    Process strace =
        new ProcessBuilder(
                "strace",
                "-f",
                "-o",
                trace.toString(),
                "-e",
                "trace=read,readv,recvfrom,write,writev,sendto,sendfile,pread64,pwrite64",
                "-p",
                String.valueOf(server.pid()))
            .start();
    try (BufferedReader said = strace.errorReader()) {
      String first = said.readLine();
      assumeTrue(
          first != null && first.contains("attached"), () -> "strace may not trace: " + first);
      load.run();
    } finally {
      // Interrupted it lets go of the server, which goes on.
      Tool.run("kill", "-INT", strace.pid()).succeeded();
      strace.waitFor();
    }
    server.stop();
    return Files.readString(trace);
  }

  /** Count calls of some kinds. */
  private static long calls(String trace, String... names) {
    Pattern call = Pattern.compile("(?m)^\\d+ +(" + String.join("|", names) + ")\\(");
    return call.matcher(trace).results().count();
  }

  private static void assertAbout(long expected, long actual, String what, String trace) {
    if (actual < expected || actual > expected + expected / 4 + 10) {
      fail("%d calls to %s, about %d expected:%n%s".formatted(actual, what, expected, trace));
    }
  }

  private static RawClient client(ServingProcess server) throws IOException {
    RawClient client = new RawClient(server.address());
    client.choose("");
    return client;
  }

  @Test
  void largeReadsOfAFile_areLeftToTheKernel() throws Exception {
    byte[] content = new byte[8 * MEBIBYTE];
    Arrays.fill(content, (byte) 5);
    Path disk = Files.write(folder.resolve("disk"), content);
    try (ServingProcess server = ServingProcess.start("file", disk)) {
      String trace =
          trace(
              server,
              () -> {
                try (RawClient client = client(server)) {
                  for (int i = 0; i < REQUESTS; i++) {
                    assertEquals(5, client.pread(i * 65536L, 65536)[i]);
                  }
                }
              });
      assertAbout(REQUESTS, calls(trace, "sendfile"), "sendfile", trace);
      // Java reads its own classes in this way as well.
      assertFalse(Pattern.compile("pread64\\(.*, 65536, \\d").matcher(trace).find(), trace);
    }
  }

  @Test
  void smallReadsThatComeTogether_takeFewCalls() throws Exception {
    try (ServingProcess server = ServingProcess.start("memory", "1M")) {
      String trace =
          trace(
              server,
              () -> {
                try (RawClient client = client(server)) {
                  for (int i = 0; i < ROUNDS; i++) {
                    client.readTogether(REQUESTS, 512);
                  }
                }
              });
      assertFew(trace);
    }
  }

  @Test
  void smallWritesThatComeTogether_takeFewCalls() throws Exception {
    try (ServingProcess server = ServingProcess.start("memory", "1M")) {
      String trace =
          trace(
              server,
              () -> {
                try (RawClient client = client(server)) {
                  for (int i = 0; i < ROUNDS; i++) {
                    client.writeTogether(REQUESTS, 512);
                  }
                }
              });
      assertFew(trace);
    }
  }

  /** Half as many as requests, at most, both ways; far fewer on a machine with time. */
  private static void assertFew(String trace) {
    long received = calls(trace, "read", "readv", "recvfrom");
    long sent = calls(trace, "write", "writev", "sendto");
    assertTrue(
        received > 0
            && sent > 0
            && received <= REQUESTS * ROUNDS / 2
            && sent <= REQUESTS * ROUNDS / 2,
        () -> "%d calls received and %d sent:%n%s".formatted(received, sent, trace));
  }
}
