package nbdj.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import nbdj.api.NbdError;
import nbdj.client.NbdClient;
import nbdj.delay.Delay;
import nbdj.junit.Loss;
import nbdj.junit.NbdDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StoreTests {
  @RegisterExtension static final NbdDisk disk = NbdDisk.memory("64M");

  @Test
  void diskIsFull_append_saysSoAndLosesNothing() throws Exception {
    Store store = Store.open(disk.uri());
    store.append("first");
    disk.fail().writes().with(NbdError.ENOSPC);
    assertThrows(StoreFullException.class, () -> store.append("second"));
    disk.clearFaults();
    assertEquals(List.of("first"), store.all());
  }

  @Test
  void powerFails_committedRecords_areThere() throws Exception {
    Store store = Store.open(disk.uri());
    store.append("first");
    store.commit();
    store.append("second");
    disk.crash(Loss.TORN); // cuts the connection; the disk is there again, at the same URI
    assertEquals("first", Store.open(disk.uri()).all().getFirst());
  }

  @Test
  void slowFlush_reads_goOn(NbdClient client) throws Exception {
    Delay flush = disk.delay().flushes().untilReleased();
    CompletableFuture<Void> flushing = client.flushAsync();
    assertTrue(flush.awaitWaiting(1, Duration.ofSeconds(10)));
    client.read(0, 512); // while the flush hangs
    flush.release();
    flushing.get();
  }
}
