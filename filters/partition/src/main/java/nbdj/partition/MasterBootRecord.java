package nbdj.partition;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/**
 * A boot record in the manner of the PC: four entries at the end of a sector.
 *
 * <p>The first sector of a disk is one. An extended partition holds a chain of them, each with an
 * entry for one logical partition and one for the next boot record.
 *
 * @param entries the four entries
 */
record MasterBootRecord(List<Entry> entries) {
  private static final int ENTRIES = 446;
  private static final int ENTRY = 16;
  private static final int SIGNATURE = 510;

  /** The number of the first logical partition. */
  private static final int FIRST_LOGICAL = 5;

  /** More logical partitions than any system makes; a chain that is longer is a trap. */
  private static final int MOST_LOGICAL = 1024;

  /**
   * An entry.
   *
   * @param type what it is for; 0 for nothing
   * @param start the first sector, counted from where the kind of entry says
   * @param length how many sectors
   */
  record Entry(int type, long start, long length) {
    boolean isUsed() {
      return type != 0 && length != 0;
    }

    boolean isExtended() {
      return type == 0x05 || type == 0x0f || type == 0x85;
    }
  }

  /** Read the boot record of a disk. */
  static MasterBootRecord read(Sectors disk) throws IOException {
    if (disk.count() == 0) {
      throw new NbdException(
          NbdError.EINVAL, "the disk is smaller than one sector: there is no partition table");
    }
    return read(disk, 0, "the partition table");
  }

  private static MasterBootRecord read(Sectors disk, long sector, String what) throws IOException {
    ByteBuffer bytes = disk.read(sector, disk.sectorSize(), what);
    if (bytes.getShort(SIGNATURE) != (short) 0xaa55) {
      throw new NbdException(
          NbdError.EINVAL,
          sector == 0
              ? "the disk has no partition table: its first sector does not end with 55 aa"
              : "%s at sector %d is damaged: it does not end with 55 aa".formatted(what, sector));
    }
    List<Entry> entries = new ArrayList<>();
    for (int at = ENTRIES; at < SIGNATURE; at += ENTRY) {
      entries.add(
          new Entry(
              Byte.toUnsignedInt(bytes.get(at + 4)),
              Integer.toUnsignedLong(bytes.getInt(at + 8)),
              Integer.toUnsignedLong(bytes.getInt(at + 12))));
    }
    return new MasterBootRecord(entries);
  }

  /** Tell whether it is there only to protect a GPT from programs that do not know one. */
  boolean isProtective() {
    return entries.stream().anyMatch(entry -> entry.type() == 0xee);
  }

  /** Get the primary partitions, and the logical ones if there are any. */
  List<Partition> partitions(Sectors disk) throws IOException {
    List<Partition> found = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (entry.isUsed() && !entry.isExtended()) {
        found.add(disk.partition(i + 1, entry.start(), entry.length()));
      }
    }
    for (Entry entry : entries) {
      if (entry.isUsed() && entry.isExtended()) {
        addLogical(disk, entry.start(), found);
        // A second extended partition would have no numbers of its own.
        break;
      }
    }
    return found;
  }

  private static void addLogical(Sectors disk, long extended, List<Partition> found)
      throws IOException {
    Set<Long> seen = new HashSet<>();
    int number = FIRST_LOGICAL;
    for (long sector = extended; ; ) {
      if (!seen.add(sector) || seen.size() > MOST_LOGICAL) {
        throw new NbdException(
            NbdError.EINVAL,
            "the chain of logical partitions comes back to sector %d or never ends"
                .formatted(sector));
      }
      MasterBootRecord record = read(disk, sector, "the table of a logical partition");
      Entry logical = record.entries.get(0);
      if (logical.isUsed()) {
        found.add(disk.partition(number++, sector + logical.start(), logical.length()));
      }
      Entry link = record.entries.get(1);
      if (!link.isUsed() || !link.isExtended()) {
        return;
      }
      sector = extended + link.start();
    }
  }
}
