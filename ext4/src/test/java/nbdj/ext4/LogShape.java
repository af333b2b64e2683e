package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.ext4.journal.JournalSuperblock;
import nbdj.ext4.journal.LogChecksum;

/**
 * One way to write a log.
 *
 * @param length blocks of the log, fewer than the journal has, so that it wraps soon; 0 for all
 */
record LogShape(LogChecksum checksum, boolean wide, int length) {

  /** Make the empty log of an image one of this shape. */
  void apply(PagedImage image) throws IOException {
    JournalFile journal = JournalFile.of(Volume.open(image, Superblock.read(image)));
    byte[] raw = new byte[JournalSuperblock.SIZE];
    journal.read(0, ByteBuffer.wrap(raw));
    ByteBuffer fields = ByteBuffer.wrap(raw);
    if (length > 0) {
      fields.putInt(0x10, length);
    }
    int features = wide ? JournalSuperblock.WIDE : 0;
    switch (checksum) {
      case NONE -> {}
      case V1 -> fields.putInt(0x24, 1);
      case V2 -> features |= JournalSuperblock.CHECKSUM_V2;
      case V3 -> features |= JournalSuperblock.CHECKSUM_V3;
    }
    fields.put(0x50, (byte) (checksum.inEachBlock() ? 4 : 0));
    JournalSuperblock superblock =
        JournalSuperblock.of(raw, journal.count(), journal.blockSize()).withFeatures(features);
    journal.write(0, ByteBuffer.wrap(superblock.bytes()));
  }
}
