package nbdj.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client with servers that others wrote. */
class RealServersTests {
  @TempDir Path folder;

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @Test
  void nbdkit_everyCommand_works() throws Exception {
    try (RealServer server = RealServer.nbdkit(folder, "memory", "size=1M", "-e", "disk");
        NbdClient client = NbdClient.connect(server.uri("disk"))) {
      assertEquals(1 << 20, client.size());
      assertTrue(client.export().structuredReplies());
      assertEquals(List.of("base:allocation"), client.export().contexts());
      everyCommand(client);
      assertEquals(
          List.of(new Extent(0, 1 << 20, 3)),
          client.allocation(0, 1 << 20),
          "a disk that is trimmed as a whole");
    }
  }

  @Test
  void nbdkit_overTls_worksWithTheRightCertificatesOnly() throws Exception {
    Path pki = certificates();
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.copy(pki.resolve("server-cert.pem"), other.resolve("ca-cert.pem"));
    try (RealServer server =
        RealServer.nbdkit(
            folder,
            "--tls=require",
            "--tls-certificates=" + pki,
            "--tls-verify-peer",
            "memory",
            "size=1M")) {
      URI uri = server.tlsUri("");
      try (NbdClient client = NbdClient.builder().tlsCertificates(pki).connect(uri)) {
        everyCommand(client);
      }
      URI named = URI.create(uri + "&tls-certificates=" + pki + "&tls-hostname=localhost");
      try (NbdClient client = NbdClient.connect(named)) {
        assertEquals(1 << 20, client.size());
      }
      URI elsewhere = URI.create(uri + "&tls-certificates=" + pki + "&tls-hostname=elsewhere");
      NbdClientException wrongName =
          assertThrows(NbdDisconnectedException.class, () -> NbdClient.connect(elsewhere));
      assertTrue(wrongName.getMessage().contains("elsewhere"), wrongName.getMessage());
      // In TLS 1.3 the server looks at the client's certificate after the handshake.
      assertThrows(
          NbdDisconnectedException.class,
          () -> NbdClient.builder().tlsCertificates(other).connect(uri));
      NbdRefusedException plain =
          assertThrows(NbdRefusedException.class, () -> NbdClient.connect(server.uri("")));
      assertEquals(NbdRefusedException.Reason.TLS_REQUIRED, plain.reason());
    }
  }

  /** Make an authority, a server and a client, in one folder. */
  private Path certificates() throws Exception {
    Path pki = Files.createDirectory(folder.resolve("pki"));
    openssl(
        pki,
        "req -x509 -newkey rsa:2048 -nodes -subj /CN=authority -days 2"
            + " -keyout ca-key.pem -out ca-cert.pem");
    for (String name : List.of("server", "client")) {
      openssl(
          pki,
          "req -x509 -CA ca-cert.pem -CAkey ca-key.pem -newkey rsa:2048 -nodes -days 2"
              + " -subj /CN=localhost -addext subjectAltName=DNS:localhost"
              + " -addext basicConstraints=CA:false -keyout %s-key.pem -out %s-cert.pem"
                  .formatted(name, name));
    }
    return pki;
  }

  private static void openssl(Path folder, String words) throws Exception {
    Path program = Path.of("/usr/bin/openssl");
    assumeTrue(Files.isExecutable(program), "openssl is not installed");
    Path output = folder.resolve("openssl.out");
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(words.split(" ", -1)));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertEquals(0, process.waitFor(), () -> "openssl " + words);
  }

  @Test
  void qemuNbd_everyCommand_works() throws Exception {
    Path image = folder.resolve("disk.raw");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(1 << 20);
    }
    try (RealServer server =
            RealServer.qemuNbd(
                folder,
                "-x",
                "disk",
                "-D",
                "a disk",
                "-f",
                "raw",
                "--discard=unmap",
                image.toString());
        NbdClient client = NbdClient.connect(server.uri("disk"))) {
      assertEquals(1 << 20, client.size());
      assertEquals(Optional.of("a disk"), client.export().description());
      assertTrue(client.export().blockSizes().advertised());
      assertEquals(
          List.of(new ListedExport("disk", "a disk")), NbdClient.builder().list(server.uri("")));
      assertEquals(client.export(), NbdClient.builder().info(server.uri("disk")));
      everyCommand(client);
    }
  }

  private static void everyCommand(NbdClient client) throws NbdClientException {
    byte[] bytes = random(70_000);
    client.write(bytes, 1000 * 512, CommandFlag.FUA);
    assertArrayEquals(bytes, client.read(1000 * 512, bytes.length));
    client.flush();
    client.cache(0, 4096);
    client.writeZeroes(1000 * 512, 512, CommandFlag.NO_HOLE);
    assertArrayEquals(new byte[512], client.read(1000 * 512, 512));
    List<Extent> extents = client.allocation(0, client.size());
    assertTrue(extents.getFirst().isHole() && extents.getFirst().isZero(), extents::toString);
    assertTrue(extents.size() > 2, extents::toString);
    assertEquals(client.size(), extents.getLast().end());
    client.trim(0, client.size());
    client.flush();
  }

  @Test
  void nbdkit_withoutStructuredReplies_works() throws Exception {
    try (RealServer server = RealServer.nbdkit(folder, "--no-sr", "memory", "size=64K");
        NbdClient client = NbdClient.connect(server.uri(""))) {
      assertFalse(client.export().structuredReplies());
      client.write(random(5000), 3);
      assertArrayEquals(random(5000), client.read(3, 5000));
    }
  }

  @Test
  void nbdkit_oldstyle_isRefusedWithASentence() {
    NbdProtocolException e =
        assertThrows(
            NbdProtocolException.class,
            () -> RealServer.nbdkit(folder, "-o", "memory", "1M").close());
    assertTrue(e.getMessage().contains("speaks the oldstyle protocol"), e::getMessage);
  }

  @Test
  void nbdkit_errorWithText_isTold() throws Exception {
    try (RealServer server =
            RealServer.nbdkit(
                folder, "--filter=error", "memory", "size=64K", "error=ENOSPC", "error-rate=100%");
        NbdClient client = NbdClient.connect(server.uri(""))) {
      NbdServerException e =
          assertThrows(NbdServerException.class, () -> client.write(new byte[512], 512));
      assertEquals("ENOSPC", e.errorName());
      assertEquals(28, e.number());
      assertTrue(
          e.getMessage().startsWith("write of 512 bytes at 512 failed with ENOSPC"), e::getMessage);
      assertTrue(client.isOpen());
    }
  }

  @Test
  void nbdkit_manyExports_areListed() throws Exception {
    for (String name : List.of("one", "two")) {
      Files.writeString(
          Files.createDirectories(folder.resolve("dir")).resolve(name), name.repeat(512));
    }
    try (RealServer server = RealServer.nbdkit(folder, "file", "dir=" + folder.resolve("dir"))) {
      assertEquals(
          List.of("one", "two"),
          NbdClient.builder().list(server.uri("")).stream()
              .map(ListedExport::name)
              .sorted()
              .toList());
      try (NbdClient two = NbdClient.connect(server.uri("two"))) {
        assertEquals("two", new String(two.read(0, 3), StandardCharsets.UTF_8));
      }
      assertThrows(NbdRefusedException.class, () -> NbdClient.connect(server.uri("three")));
    }
  }

  @Test
  void nbdkit_largeData_isSplitAndArrives() throws Exception {
    byte[] bytes = random(40 << 20);
    try (RealServer server = RealServer.nbdkit(folder, "memory", "size=48M");
        NbdClient client = NbdClient.connect(server.uri(""))) {
      client.write(bytes, 1);
      ByteBuffer all = ByteBuffer.allocateDirect(bytes.length);
      client.read(all, 1);
      assertEquals(ByteBuffer.wrap(bytes), all.flip());
    }
  }

  @Test
  void nbdkit_pool_opensAllConnections() throws Exception {
    try (RealServer server = RealServer.nbdkit(folder, "memory", "size=64K");
        NbdPool pool = NbdClient.builder().pool(server.uri(""), 4)) {
      assertEquals(4, pool.clients().size());
      pool.clients().getFirst().write(random(100), 0);
      pool.clients().getFirst().flush();
      for (NbdClient client : pool.clients()) {
        assertArrayEquals(random(100), client.read(0, 100));
      }
    }
  }
}
