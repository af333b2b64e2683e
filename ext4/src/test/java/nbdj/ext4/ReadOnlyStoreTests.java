package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import nbdj.ext4.MemoryDevice.Call;
import org.junit.jupiter.api.Test;

/** A store that changes nothing still reads, and flushes what may have been overwritten. */
final class ReadOnlyStoreTests {

  private static ReadOnlyStore store(MemoryDevice device) throws IOException {
    Volume volume = Volume.open(device, Superblock.read(device));
    device.takeChanges();
    return new ReadOnlyStore(device, volume.reader, "it is for reading");
  }

  @Test
  void block_isReadAndNotChanged() throws IOException {
    byte[] image = StoreFixture.image(StoreFixture.JOURNAL).bytes();
    ReadOnlyStore store = store(new MemoryDevice(image, true));
    byte[] last = new byte[1024];
    System.arraycopy(image, image.length - 1024, last, 0, 1024);
    assertArrayEquals(last, store.read(image.length / 1024 - 1, "test"));
    Ext4Exception refused = assertThrows(Ext4Exception.class, () -> store.begin(1));
    assertEquals(Ext4Exception.Kind.READ_ONLY, refused.kind());
    assertEquals("it is for reading", refused.getMessage());
  }

  @Test
  void flush_reachesADeviceThatCanBeWritten() throws IOException {
    byte[] image = StoreFixture.image(StoreFixture.JOURNAL).bytes();
    MemoryDevice writable = new MemoryDevice(image, false);
    store(writable).flush();
    assertEquals(List.of(new Call("flush", 0, 0, false)), writable.takeChanges());
    MemoryDevice readOnly = new MemoryDevice(image, true);
    store(readOnly).flush();
    assertEquals(List.of(), readOnly.takeChanges());
  }
}
