package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/**
 * The block in which mounters of a filesystem with multi-mount protection announce themselves. Read
 * from the device each time: what matters is what others have written there. Used by one thread.
 */
final class MultiMountBlock {

  /** What stands in the place of a sequence when nobody uses the filesystem. */
  static final int CLEAN = 0xFF4D_4D50;

  /** What stands there while e2fsck does. */
  static final int CHECKING = 0xE24D_4D50;

  /** The highest sequence that is positive as a number; users may choose any up to CHECKING. */
  static final int HIGHEST = Integer.MAX_VALUE;

  private static final int MAGIC = 0x004D_4D50;
  private static final int SEQUENCE = 0x04;
  private static final int TIME = 0x08;
  private static final int NODE = 0x10;
  private static final int NODE_LENGTH = 64;
  private static final int DEVICE = 0x50;
  private static final int DEVICE_LENGTH = 32;
  private static final int INTERVAL = 0x70;
  private static final int CHECKSUM = 0x3FC;

  private final BlockDevice device;
  private final long offset;
  private final boolean checksums;
  private final int checksumSeed;
  private final byte[] bytes;

  private MultiMountBlock(Volume volume, byte[] bytes) {
    this.device = volume.device;
    this.offset = volume.superblock.multiMountBlock() << volume.geometry.blockBits;
    this.checksums = volume.checksums;
    this.checksumSeed = volume.superblock.checksumSeed();
    this.bytes = bytes;
  }

  /**
   * Read the block of a filesystem that has one.
   *
   * @throws Ext4Exception if it is damaged
   */
  static MultiMountBlock read(Volume volume) throws IOException {
    long block = volume.superblock.multiMountBlock();
    if (block <= volume.geometry.firstDataBlock || block >= volume.geometry.blocks) {
      throw corrupt(
          "multi-mount protection block is at block %d, which cannot be: run e2fsck"
              .formatted(block));
    }
    MultiMountBlock read = new MultiMountBlock(volume, new byte[volume.geometry.blockSize]);
    read.readAgain();
    return read;
  }

  /**
   * Read what others have written since.
   *
   * @throws Ext4Exception if it is damaged
   */
  void readAgain() throws IOException {
    device.read(ByteBuffer.wrap(bytes), offset);
    if (LittleEndian.i32(bytes, 0) != MAGIC
        || (checksums && checksum() != LittleEndian.i32(bytes, CHECKSUM))) {
      throw corrupt("multi-mount protection block is damaged: run e2fsck");
    }
  }

  private int checksum() {
    return Checksums.crc32c(checksumSeed, bytes, 0, CHECKSUM);
  }

  int sequence() {
    return LittleEndian.i32(bytes, SEQUENCE);
  }

  /** Return how often its user writes the block. */
  Duration interval() {
    return Duration.ofSeconds(LittleEndian.u16(bytes, INTERVAL));
  }

  /** Name who wrote the block last: the node and its device. */
  String holder() {
    return "%s (%s)"
        .formatted(
            Printable.field(bytes, NODE, NODE_LENGTH),
            Printable.field(bytes, DEVICE, DEVICE_LENGTH));
  }

  /**
   * Write the block, durably.
   *
   * @param seconds now, since 1970
   * @param node who writes, in ASCII
   */
  void write(int sequence, long seconds, String node, Duration interval) throws IOException {
    ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    fields.putInt(SEQUENCE, sequence).putLong(TIME, seconds);
    put(NODE, NODE_LENGTH, node);
    put(DEVICE, DEVICE_LENGTH, "nbdj");
    fields.putShort(INTERVAL, (short) interval.toSeconds());
    if (checksums) {
      fields.putInt(CHECKSUM, checksum());
    }
    device.write(ByteBuffer.wrap(bytes), offset, true);
  }

  private void put(int at, int length, String text) {
    for (int i = 0; i < length; i++) {
      bytes[at + i] = i < text.length() && i < length - 1 ? (byte) text.charAt(i) : 0;
    }
  }
}
