package nbdj.ext4;

import java.io.IOException;
import java.util.Optional;

/**
 * Reads the block in which mounters of a filesystem with multi-mount protection announce
 * themselves.
 */
final class MultiMount {

  private static final int MAGIC = 0x004D_4D50;
  private static final int CLEAN = 0xFF4D_4D50;
  private static final int CHECKING = 0xE24D_4D50;
  private static final int NODE = 0x10;
  private static final int DEVICE = 0x50;
  private static final int CHECKSUM = 0x3FC;

  private MultiMount() {}

  /** Return why the filesystem must not be written, if it has multi-mount protection. */
  static Optional<String> readOnlyReason(Volume volume) throws IOException {
    if (!volume.superblock.has(Feature.MMP)) {
      return Optional.empty();
    }
    byte[] block;
    try {
      block =
          volume.reader.block(volume.superblock.multiMountBlock(), "multi-mount protection block");
    } catch (Ext4Exception e) {
      return Optional.of(
          "filesystem has multi-mount protection but its block cannot be read: run e2fsck");
    }
    if (LittleEndian.i32(block, 0) != MAGIC
        || (volume.checksums
            && Checksums.crc32c(volume.superblock.checksumSeed(), block, 0, CHECKSUM)
                != LittleEndian.i32(block, CHECKSUM))) {
      return Optional.of(
          "filesystem has multi-mount protection but its block is damaged: run e2fsck");
    }
    return Optional.of(
        switch (LittleEndian.i32(block, 4)) {
          case CLEAN -> "filesystem has multi-mount protection: clear it with tune2fs -O ^mmp";
          case CHECKING ->
              "filesystem has multi-mount protection and is being checked by " + holder(block);
          default -> "filesystem has multi-mount protection and is in use by " + holder(block);
        });
  }

  private static String holder(byte[] block) {
    return "%s (%s)"
        .formatted(Printable.field(block, NODE, 64), Printable.field(block, DEVICE, 32));
  }
}
