package nbdj.tck.blackbox;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import nbdj.client.CommandFlag;
import nbdj.client.ExportFlag;
import nbdj.client.NbdClientException;
import nbdj.client.NbdDisconnectedException;
import nbdj.tck.Breach;
import nbdj.tck.Pattern;
import nbdj.tck.Range;
import nbdj.tck.Rule;
import org.junit.jupiter.api.Test;

/** Stops, and what is there afterwards. */
abstract class RestartChapter extends Chapter {
  private final Pattern pattern = new Pattern(16);

  RestartChapter(BlackBox box) {
    super(box);
  }

  @Test
  @Rule("L-12")
  void clientConnected_stop_endsInTimeAndDisconnects() throws Exception {
    Served served = serve();
    needsOurs(served);
    Disk disk = open(served);
    FutureTask<Boolean> stop =
        new FutureTask<>(() -> {
          served.close();
          return true;
        });
    Thread.ofPlatform().daemon().name("black-box-stop").start(stop);
    try {
      stop.get(box.settings().timeout().toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw Breach.of("L-12", "the server did not stop within " + box.settings().timeout(), e);
    } catch (ExecutionException e) {
      throw Breach.of("L-12", "the stop failed: " + e.getCause(), e);
    }
    try {
      disk.client().read(0, disk.size() == 0 ? 0 : 1);
      applies(disk.size() > 0, "the export is empty");
    } catch (NbdDisconnectedException expected) {
      return;
    } catch (NbdClientException e) {
      throw Disk.finding("read", e);
    }
    throw Breach.of("L-12", "a client was served after the stop");
  }

  @Test
  @Rule("W-11")
  void writtenAndFlushed_isThereAfterARestart() throws IOException {
    Served served = serve();
    needsOurs(served);
    Disk disk = open(served);
    Range ground = ground(disk);
    applies(box.keepsContent(), "keepsContent() is false");
    applies(disk.has(ExportFlag.SEND_FLUSH), "the export does not offer SEND_FLUSH");
    byte[] bytes = pattern.bytes(ground.offset(), (int) ground.length());
    disk.write(bytes, ground.offset());
    disk.flush();
    restarted(served, disk, ground, bytes, "W-11", "flushed before a restart");
  }

  @Test
  @Rule("W-6")
  void writtenWithFua_isThereAfterARestart() throws IOException {
    Served served = serve();
    needsOurs(served);
    Disk disk = open(served);
    Range ground = ground(disk);
    applies(box.keepsContent(), "keepsContent() is false");
    applies(disk.has(ExportFlag.SEND_FUA), "the export does not offer SEND_FUA");
    byte[] bytes = pattern.bytes(ground.offset(), (int) ground.length());
    disk.write(bytes, ground.offset(), CommandFlag.FUA);
    restarted(served, disk, ground, bytes, "W-6", "written with FUA before a restart");
  }

  private void restarted(
      Served served, Disk disk, Range ground, byte[] bytes, String rule, String after)
      throws IOException {
    // Without a goodbye: it must not take one.
    disk.client().abort();
    served.close();
    Disk again = open(serveAgain());
    same(bytes, again.read(ground), ground.offset(), rule, after);
  }

  @Test
  @Rule("C-6")
  void written_nextClient_readsIt() throws IOException {
    Served served = serve();
    Disk disk = open(served);
    Range ground = ground(disk);
    applies(
        disk.has(ExportFlag.CAN_MULTI_CONN) || box.keepsContent(),
        "connections need not see each other's writes: CAN_MULTI_CONN is not offered");
    byte[] bytes = pattern.bytes(ground.offset(), (int) ground.length());
    disk.write(bytes, ground.offset());
    if (disk.has(ExportFlag.SEND_FLUSH)) {
      disk.flush();
    }
    disk.client().close();
    same(bytes, open(served).read(ground), ground.offset(), "C-6", "on the next connection");
  }

  private static void needsOurs(Served served) {
    applies(served.isOurs(), "the server is not ours to stop");
  }
}
