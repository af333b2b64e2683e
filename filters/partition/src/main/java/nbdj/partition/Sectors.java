package nbdj.partition;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;

/**
 * A disk in sectors, as partition tables count.
 *
 * <p>What a table says is not to be trusted: everything here is checked against the size of the
 * disk.
 */
final class Sectors {
  private final Next disk;

  /** Size of the disk in bytes. */
  private final long size;

  /** Size of a sector in bytes. */
  private final int sectorSize;

  Sectors(Next disk, int sectorSize) throws IOException {
    this.disk = disk;
    this.size = disk.size();
    this.sectorSize = sectorSize;
  }

  int sectorSize() {
    return sectorSize;
  }

  /** Get how many whole sectors there are. */
  long count() {
    return size / sectorSize;
  }

  /**
   * Read sectors.
   *
   * @param sector the number of the first
   * @param bytes how many bytes
   * @param what they hold, for a message
   * @return the bytes in little-endian order, as partition tables have them
   */
  ByteBuffer read(long sector, int bytes, String what) throws IOException {
    if (sector < 0 || sector >= count() || bytes > size - sector * sectorSize) {
      throw new NbdException(
          NbdError.EINVAL,
          "%s at sector %s lies outside the disk of %d bytes"
              .formatted(what, Long.toUnsignedString(sector), size));
    }
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    disk.pread(buffer, sector * sectorSize);
    return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Get the partition that takes some sectors.
   *
   * @param first the first of them
   * @param length how many, at least 1
   * @throws NbdException if they do not lie inside the disk
   */
  Partition partition(int number, long first, long length) throws NbdException {
    if (first < 0 || length < 1 || length > count() || first > count() - length) {
      throw new NbdException(
          NbdError.EINVAL,
          "partition %d, of %s sectors from sector %s on, lies outside the disk of %d sectors"
              .formatted(
                  number, Long.toUnsignedString(length), Long.toUnsignedString(first), count()));
    }
    return new Partition(number, first * sectorSize, length * sectorSize);
  }
}
