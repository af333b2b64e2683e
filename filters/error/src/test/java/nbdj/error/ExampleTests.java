package nbdj.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import nbdj.api.NbdError;
import nbdj.api.Plugin;
import nbdj.client.NbdClient;
import nbdj.client.NbdServerException;
import nbdj.runtime.server.NbdServer;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;

/** What the page of the filter shows. */
class ExampleTests {
  private final Plugin plugin = new ReferencePlugin(new ReferenceDevice(1 << 20));

  @Test
  void diskIsFull_write_fails() throws Exception {
    Errors errors = new Errors();
    try (NbdServer server =
            NbdServer.builder()
                .filter(new ErrorFilter(errors))
                .plugin(plugin)
                .privateSocket()
                .start();
        NbdClient client = NbdClient.connect(server.uri())) {
      client.write(new byte[512], 0);
      Fault full = errors.fail().writes().with(NbdError.ENOSPC);
      assertThrows(NbdServerException.class, () -> client.write(new byte[512], 512));
      full.stop();
      client.write(new byte[512], 512);
      assertEquals(1, full.count());
    }
  }

  @Test
  void rules_eachFailsWhatItIsFor() throws Exception {
    Errors errors = new Errors(7);
    faults(errors);
    try (NbdServer server =
            NbdServer.builder()
                .filter(new ErrorFilter(errors))
                .plugin(plugin)
                .privateSocket()
                .start();
        NbdClient client = NbdClient.connect(server.uri())) {
      byte[] ones = new byte[2000];
      Arrays.fill(ones, (byte) 1);
      assertThrows(NbdServerException.class, () -> client.write(ones, 8192));
      assertThrows(NbdServerException.class, () -> client.read(4000, 200));
      errors.clear();
      assertEquals(1, client.read(8192 + 999, 1)[0]);
      assertEquals(0, client.read(8192 + 1000, 1)[0]);
      assertEquals(200, client.read(4000, 200).length);
    }
  }

  private static void faults(Errors errors) {
    // From the fourth write on.
    errors.fail().writes().after(3).with(NbdError.ENOSPC);
    // A bad sector.
    errors.fail().reads().in(4096, 512).with(NbdError.EIO);
    // The first 1000 bytes are written.
    errors.fail().writes().partially(1000).times(1).with(NbdError.EIO);
    // One in a hundred; new Errors(7) repeats them.
    errors.fail().requests().rate(0.01).with(NbdError.EIO);
  }
}
