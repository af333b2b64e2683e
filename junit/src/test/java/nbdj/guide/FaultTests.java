package nbdj.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import nbdj.api.NbdError;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientException;
import nbdj.client.NbdServerException;
import nbdj.error.Fault;
import nbdj.junit.NbdDisk;
import nbdj.junit.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The rules for errors that the page shows, each by itself. */
class FaultTests {
  @RegisterExtension static final NbdDisk disk = NbdDisk.memory("64M");

  @Test
  void writesAndZeroes_afterThree_fail(NbdClient client) throws Exception {
    Fault full = disk.fail().writes().zeroes().after(3).with(NbdError.ENOSPC);
    client.write(new byte[512], 0);
    client.writeZeroes(512, 512);
    client.write(new byte[512], 1024);
    assertThrows(NbdServerException.class, () -> client.write(new byte[512], 1536));
    assertEquals(1, full.count()); // how many have failed
    full.stop();
    client.write(new byte[512], 1536);
  }

  @Test
  void badSector_readsOfIt_fail(NbdClient client) throws Exception {
    disk.fail().reads().in(4096, 512).with(NbdError.EIO);
    client.read(0, 4096);
    assertThrows(NbdServerException.class, () -> client.read(4000, 200));
  }

  @Test
  void shortWrite_firstBytes_areThere(NbdClient client) throws Exception {
    disk.fail().writes().partially(100).times(1).with(NbdError.EIO);
    byte[] ones = "1".repeat(512).getBytes(StandardCharsets.US_ASCII);
    assertThrows(NbdServerException.class, () -> client.write(ones, 0));
    assertEquals('1', client.read(99, 1)[0]);
    assertEquals(0, client.read(100, 1)[0]);
  }

  @Test
  void oneInAHundred_ofManyRequests_fails(NbdClient client) throws Exception {
    Fault some = disk.fail().requests().rate(0.01).with(NbdError.EIO); // by the disk's seed
    for (int i = 0; i < 5000; i++) {
      try {
        client.read(0, 1);
      } catch (NbdServerException e) {
        assertEquals(NbdError.EIO.number(), e.number());
      }
    }
    assertEquals(some.count(), disk.log().failures(Operation.READ));
  }

  @Test
  void opensFail_nobody_getsIn() {
    disk.fail().opens().with(NbdError.EIO);
    assertThrows(NbdClientException.class, disk::connect);
  }
}
