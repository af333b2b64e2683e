package nbdj.partition;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import nbdj.tck.ReferenceDevice;

/** Writes partition tables, and breaks them. */
final class Tables {
  static final int SECTOR = 512;

  private Tables() {}

  /** Write the four entries and the signature of a boot record. */
  static void bootRecord(ReferenceDevice disk, long sector, long[]... entries) {
    ByteBuffer bytes = littleEndian(66);
    for (long[] entry : entries) {
      bytes.position(bytes.position() + 4);
      bytes.put((byte) entry[0]).put(new byte[3]).putInt((int) entry[1]).putInt((int) entry[2]);
    }
    bytes.position(64).put((byte) 0x55).put((byte) 0xaa);
    disk.write(bytes.flip(), sector * SECTOR + 446);
  }

  static long[] entry(int type, long start, long length) {
    return new long[] {type, start, length};
  }

  /** Write both copies of a GPT, whose entries are pairs of the first and the last sector. */
  static void guid(ReferenceDevice disk, int sectorSize, long[]... partitions) {
    bootRecord(disk, 0, entry(0xee, 1, 0xffff_ffffL));
    long last = disk.size() / sectorSize - 1;
    int sectors = 128 * 128 / sectorSize;
    ByteBuffer entries = littleEndian(128 * 128);
    for (int i = 0; i < partitions.length; i++) {
      if (partitions[i].length > 0) {
        entries.putLong(i * 128, 0x4711).putLong(i * 128 + 16, i + 1);
        entries.putLong(i * 128 + 32, partitions[i][0]).putLong(i * 128 + 40, partitions[i][1]);
      }
    }
    disk.write(entries.duplicate(), 2L * sectorSize);
    disk.write(entries.duplicate(), (last - sectors) * sectorSize);
    header(disk, sectorSize, 1, last, 2, entries);
    header(disk, sectorSize, last, 1, last - sectors, entries);
  }

  private static void header(
      ReferenceDevice disk, int sectorSize, long own, long other, long table, ByteBuffer entries) {
    ByteBuffer bytes = littleEndian(92);
    bytes.put(new byte[] {'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T'}).putInt(0x10000).putInt(92);
    bytes.putInt(0).putInt(0).putLong(own).putLong(other).putLong(34).putLong(other - 34);
    bytes.putLong(1).putLong(2).putLong(table).putInt(128).putInt(128).putInt(crc(entries));
    bytes.putInt(16, crc(bytes.duplicate().flip()));
    disk.write(bytes.flip(), own * sectorSize);
  }

  private static int crc(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes.duplicate());
    return (int) crc.getValue();
  }

  /** Change a byte. */
  static void damage(ReferenceDevice disk, long at) {
    ByteBuffer one = ByteBuffer.allocate(1);
    disk.read(one, at);
    one.put(0, (byte) (one.get(0) ^ 0x40));
    disk.write(one.flip(), at);
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
