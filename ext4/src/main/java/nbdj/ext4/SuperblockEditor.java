package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes a superblock that differs from one that was read. Used by one thread. */
final class SuperblockEditor {

  private static final int STATE = 0x3A;
  private static final int CHECKSUM = 0x3FC;

  private final Superblock original;
  private final byte[] bytes;

  /** The same bytes. */
  private final ByteBuffer raw;

  SuperblockEditor(Superblock original) {
    this.original = original;
    this.bytes = original.bytes();
    this.raw = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Turn a feature on or off. */
  SuperblockEditor feature(Feature feature, boolean on) {
    int at =
        switch (feature.group) {
          case COMPAT -> 0x5C;
          case INCOMPAT -> 0x60;
          case RO_COMPAT -> 0x64;
        };
    int others = raw.getInt(at) & ~feature.bit;
    raw.putInt(at, on ? others | feature.bit : others);
    return this;
  }

  /** Set or clear a bit of the state. */
  SuperblockEditor state(int bit, boolean on) {
    int others = raw.getShort(STATE) & ~bit;
    raw.putShort(STATE, (short) (on ? others | bit : others));
    return this;
  }

  /** Say how many blocks and inodes are free. */
  SuperblockEditor free(long blocks, long inodes) {
    raw.putInt(0x0C, (int) blocks);
    if (original.has(Feature.BITS_64)) {
      raw.putInt(0x158, (int) (blocks >>> 32));
    }
    raw.putInt(0x10, (int) inodes);
    return this;
  }

  /** Say when the filesystem was last written, in seconds since 1970. */
  SuperblockEditor written(long seconds) {
    raw.putInt(0x30, (int) seconds);
    raw.put(0x274, (byte) (seconds >>> 32));
    return this;
  }

  /** Return the new superblock's bytes, with their checksum where they must have one. */
  byte[] bytes() {
    if (original.has(Feature.METADATA_CSUM)) {
      raw.putInt(CHECKSUM, Checksums.crc32c(Checksums.START, bytes, 0, CHECKSUM));
    }
    return bytes.clone();
  }

  /** Write the new superblock over the old; it is not durable before the next flush. */
  void write(BlockDevice device) throws IOException {
    device.write(ByteBuffer.wrap(bytes()), Superblock.OFFSET, false);
  }
}
