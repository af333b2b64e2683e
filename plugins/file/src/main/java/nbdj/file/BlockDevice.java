package nbdj.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import nbdj.api.BlockSize;

/** What Linux tells about a block device in files. */
final class BlockDevice {
  /** The properties of the device's queue, one file each. */
  private final Path queue;

  private BlockDevice(Path queue) {
    this.queue = queue;
  }

  /** Find the properties of a device. */
  static BlockDevice of(Path device) throws IOException {
    long number = ((Number) Files.getAttribute(device, "unix:rdev")).longValue();
    long major = (number >>> 8 & 0xfff) | (number >>> 32 & ~0xfffL);
    long minor = (number & 0xff) | (number >>> 12 & ~0xffL);
    return at(Path.of("/sys/dev/block", major + ":" + minor));
  }

  /** Read the properties from a folder of sysfs; a partition has those of the disk around it. */
  static BlockDevice at(Path folder) throws IOException {
    Path queue = folder.resolve("queue");
    if (!Files.exists(queue) && Files.exists(folder)) {
      queue = folder.toRealPath().resolveSibling("queue");
    }
    return new BlockDevice(queue);
  }

  boolean isRotational() throws IOException {
    return number("rotational", 0) == 1;
  }

  /** Get the unit, in bytes, in which the device can be zeroed and discarded. */
  long sectorSize() throws IOException {
    return Math.max(512, number("logical_block_size", 512));
  }

  /** Get the block size with which the device works well; the page cache takes any. */
  BlockSize blockSize() throws IOException {
    long optimal = number("optimal_io_size", 0);
    long preferred = optimal > 0 ? optimal : Math.max(4096, number("minimum_io_size", 4096));
    preferred = Long.highestOneBit(Math.clamp(preferred, 512, 32 << 20));
    return new BlockSize(1, preferred, BlockSize.UNLIMITED);
  }

  private long number(String property, long unknown) throws IOException {
    Path file = queue.resolve(property);
    if (!Files.isReadable(file)) {
      return unknown;
    }
    String text = Files.readString(file).strip();
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : unknown;
  }
}
