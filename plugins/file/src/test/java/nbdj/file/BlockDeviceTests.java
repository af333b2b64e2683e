package nbdj.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import nbdj.api.BlockSize;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.file.Served.Extent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BlockDeviceTests {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "512, 0, 4096",
    "4096, 0, 4096",
    "8192, 0, 8192",
    "512, 65536, 65536",
    "512, 196608, 131072",
    "512, 999999999999, 33554432",
    "512, 33553920, 16777216"
  })
  void blockSize_isTheBestThatTheProtocolAllows(long least, long best, long preferred)
      throws IOException {
    put("minimum_io_size", least);
    put("optimal_io_size", best);
    assertEquals(
        new BlockSize(1, preferred, BlockSize.UNLIMITED), BlockDevice.at(folder).blockSize());
  }

  @Test
  void noProperties_giveWhatHoldsForMost() throws IOException {
    BlockDevice device = BlockDevice.at(folder.resolve("none"));
    assertFalse(device.isRotational());
    assertEquals(512, device.sectorSize());
    assertEquals(4096, device.blockSize().preferred());
  }

  @Test
  void partition_hasThePropertiesOfItsDisk() throws IOException {
    put("rotational", 1);
    put("logical_block_size", 4096);
    Path partition = Files.createDirectory(folder.resolve("sda1"));
    Path link = Files.createSymbolicLink(folder.resolve("8:1"), partition);
    BlockDevice device = BlockDevice.at(link);
    assertTrue(device.isRotational());
    assertEquals(4096, device.sectorSize());
  }

  @Test
  @Tag("root")
  void loopDevice_isServedWithEveryOperation() throws Exception {
    Path image = Places.sparseFile(folder, 8 << 20);
    String device = Places.run("losetup", "-f", "--show", image.toString());
    try (Served served = Served.of(Path.of(device))) {
      assertEquals(8 << 20, served.handle.size());
      assertEquals(1, served.handle.blockSize().minimum());
      byte[] model = new byte[8 << 20];
      served.fill(1000, 3_000_000, 7);
      Arrays.fill(model, 1000, 3_001_000, (byte) 7);
      served.handle.zero(512 * 100, 512 * 200, Flags.of(Flag.MAY_TRIM, Flag.FAST_ZERO));
      Arrays.fill(model, 512 * 100, 512 * 300, (byte) 0);
      served.handle.zero(512 * 400, 512 * 200, Flags.of(Flag.FUA));
      Arrays.fill(model, 512 * 400, 512 * 600, (byte) 0);
      assertArrayEquals(model, served.read(0, 8 << 20));
      assertEquals(NbdError.ENOTSUP, zeroError(served, 1, 512, Flags.NONE));
      assertEquals(NbdError.ENOTSUP, zeroError(served, 512, 512, Flags.of(Flag.FAST_ZERO)));
      served.handle.trim(1_500_001, 1_000_001, Flags.of(Flag.FUA));
      assertEquals(7, served.read(1_500_001, 1)[0]);
      assertEquals(0, served.read(2_000_000, 1)[0]);
      assertEquals(7, served.read(2_500_001, 1)[0]);
      served.handle.cache(0, 8 << 20);
      served.handle.flush();
      assertEquals(List.of(new Extent(0, 8 << 20, ExtentType.DATA)), served.extents(0, 8 << 20));
    } finally {
      Places.run("losetup", "-d", device);
    }
  }

  @Test
  @Tag("root")
  void fullFileSystem_isNoSpaceToTheClient() throws Exception {
    Places.run("mount", "-t", "tmpfs", "-o", "size=1m", "nbdj-test", folder.toString());
    try {
      Path file = Places.sparseFile(folder, 8 << 20);
      try (Served served = Served.of(file)) {
        NbdException e = assertThrows(NbdException.class, () -> served.fill(0, 4 << 20, 1));
        assertEquals(NbdError.ENOSPC, e.error());
        assertEquals(NbdError.ENOSPC, zeroError(served, 0, 4 << 20, Flags.of(Flag.FAST_ZERO)));
      }
      Files.delete(file);
    } finally {
      Places.run("umount", folder.toString());
    }
  }

  @Test
  @Tag("root")
  void readOnlyFileSystem_isServedReadOnly() throws Exception {
    Places.run("mount", "-t", "tmpfs", "nbdj-test", folder.toString());
    try {
      Path file = Places.sparseFile(folder, 8 << 20);
      Places.run("mount", "-o", "remount,ro", folder.toString());
      try (Served served = Served.of(file)) {
        assertFalse(served.handle.canWrite());
        assertEquals(
            List.of(new Extent(0, 8 << 20, ExtentType.HOLE_ZERO)), served.extents(0, 8 << 20));
      }
    } finally {
      Places.run("umount", folder.toString());
    }
  }

  private static NbdError zeroError(Served served, long offset, long count, Flags flags) {
    return assertThrows(NbdException.class, () -> served.handle.zero(offset, count, flags)).error();
  }

  private void put(String property, long value) throws IOException {
    Path queue = Files.createDirectories(folder.resolve("queue"));
    Files.writeString(queue.resolve(property), value + "\n");
  }
}
