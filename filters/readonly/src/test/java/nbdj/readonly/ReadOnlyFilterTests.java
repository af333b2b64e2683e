package nbdj.readonly;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import nbdj.client.ExportFlag;
import nbdj.client.NbdClient;
import nbdj.client.NbdServerException;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ReadOnlyFilterTests {
  @TempDir Path folder;

  private static NbdServerBuilder builder() {
    return NbdServer.builder()
        .filter(new ReadOnlyFilter())
        .plugin(new ReferencePlugin(new ReferenceDevice(1 << 20)))
        .privateSocket();
  }

  @Test
  void noFile_client_isToldThatTheExportIsReadOnly() throws IOException {
    try (NbdServer server = builder().start();
        NbdClient client = NbdClient.connect(server.uri())) {
      assertTrue(client.export().flags().contains(ExportFlag.READ_ONLY));
    }
  }

  @Test
  void file_writes_areRefusedWhileItExists() throws IOException {
    Path file = folder.resolve("lock");
    try (NbdServer server = builder().config("readonly-file", file.toString()).start();
        NbdClient client = NbdClient.connect(server.uri())) {
      assertFalse(client.export().flags().contains(ExportFlag.READ_ONLY));
      client.write(new byte[] {1, 2, 3}, 0);
      Files.createFile(file);
      assertRefused(() -> client.write(new byte[] {9, 9, 9}, 0));
      assertRefused(() -> client.writeZeroes(0, 512));
      assertRefused(() -> client.trim(0, 4096));
      client.flush();
      assertArrayEquals(new byte[] {1, 2, 3, 0}, client.read(0, 4));
      Files.delete(file);
      client.write(new byte[] {4}, 0);
      assertArrayEquals(new byte[] {4, 2, 3, 0}, client.read(0, 4));
    }
  }

  private static void assertRefused(Executable operation) {
    NbdServerException refusal = assertThrows(NbdServerException.class, operation);
    assertEquals("EPERM", refusal.errorName());
    assertEquals(
        "the export is read-only for now (the server has readonly-file)", refusal.serverText());
  }
}
