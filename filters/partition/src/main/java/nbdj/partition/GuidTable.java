package nbdj.partition;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A GUID partition table, which is on the disk twice: behind the boot record, and at the end.
 *
 * <p>Both its header and its entries carry a checksum. Where those of the first table are wrong,
 * the second is taken.
 */
final class GuidTable {
  private static final Logger log = LoggerFactory.getLogger(GuidTable.class);

  private static final long SIGNATURE = 0x5452_4150_2049_4645L;
  private static final int HEADER = 92;
  private static final int ENTRY = 128;

  /** More than any table takes, in bytes: 128 entries of 128 bytes are usual. */
  private static final int MOST_BYTES = 4 << 20;

  private GuidTable() {}

  /** Read the partitions in use. */
  static List<Partition> read(Sectors disk) throws IOException {
    try {
      return read(disk, 1);
    } catch (NbdException first) {
      List<Partition> partitions;
      try {
        partitions = read(disk, disk.count() - 1);
      } catch (NbdException second) {
        first.addSuppressed(second);
        throw first;
      }
      log.warn("{}; the copy at the end of the disk is used", first.getMessage());
      return partitions;
    }
  }

  private static List<Partition> read(Sectors disk, long sector) throws IOException {
    ByteBuffer header = disk.read(sector, disk.sectorSize(), "the GPT header");
    if (header.getLong(0) != SIGNATURE) {
      throw damaged(sector, "it does not begin with 'EFI PART'");
    }
    long headerSize = Integer.toUnsignedLong(header.getInt(12));
    if (headerSize < HEADER || headerSize > disk.sectorSize()) {
      throw damaged(sector, "it says that it has %d bytes".formatted(headerSize));
    }
    int checksum = header.getInt(16);
    header.putInt(16, 0);
    if (crc(header.slice(0, (int) headerSize)) != checksum) {
      throw damaged(sector, "its checksum is wrong");
    }
    if (header.getLong(24) != sector) {
      throw damaged(sector, "it is meant for sector " + Long.toUnsignedString(header.getLong(24)));
    }
    return entries(disk, header, sector);
  }

  private static List<Partition> entries(Sectors disk, ByteBuffer header, long sector)
      throws IOException {
    long count = Integer.toUnsignedLong(header.getInt(80));
    long entrySize = Integer.toUnsignedLong(header.getInt(84));
    if (entrySize < ENTRY || entrySize % 8 != 0 || count > MOST_BYTES / entrySize) {
      throw damaged(sector, "it has %d entries of %d bytes".formatted(count, entrySize));
    }
    ByteBuffer entries =
        disk.read(header.getLong(72), (int) (count * entrySize), "the GPT partition table");
    if (crc(entries.duplicate()) != header.getInt(88)) {
      throw damaged(sector, "the checksum of its entries is wrong");
    }
    List<Partition> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = (int) (i * entrySize);
      boolean used = entries.getLong(at) != 0 || entries.getLong(at + 8) != 0;
      if (used) {
        long first = entries.getLong(at + 32);
        found.add(disk.partition(i + 1, first, entries.getLong(at + 40) - first + 1));
      }
    }
    return found;
  }

  private static int crc(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static NbdException damaged(long sector, String how) {
    return new NbdException(
        NbdError.EINVAL, "the GPT header at sector %d is damaged: %s".formatted(sector, how));
  }
}
