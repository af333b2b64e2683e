package nbdj.ext4;

import java.util.List;
import java.util.function.Consumer;

/** Faults of the superblock and the group descriptors. */
final class SuperblockFaults {

  private SuperblockFaults() {}

  static void addTo(List<Fault> faults) {
    superblockFaults(faults);
    descriptorFaults(faults);
  }

  private static void superblock(
      List<Fault> faults, String name, String words, Consumer<Surgeon.Field> change) {
    faults.add(
        new Fault("superblock: " + name, false, words, surgeon -> surgeon.superblock(change)));
    faults.add(
        new Fault("superblock: " + name, true, words, surgeon -> surgeon.superblock(change)));
  }

  private static void superblockFaults(List<Fault> faults) {
    superblock(faults, "no magic", "magic number", f -> f.set16(0x38, 0));
    superblock(faults, "revision 2", "revision 2", f -> f.set32(0x4C, 2));
    superblock(faults, "block size that wraps", "block size", f -> f.set32(0x18, 0xFF00_0000));
    superblock(faults, "block size 128k", "block size", f -> f.set32(0x18, 7));
    superblock(faults, "block size 64k", "", f -> f.set32(0x18, 6).set32(0x1C, 6));
    superblock(faults, "cluster size", "cluster size", f -> f.set32(0x1C, 20));
    superblock(faults, "no blocks", "first data block", f -> f.set32(0x04, 0));
    superblock(faults, "more blocks than the device", "truncated", f -> f.set32(0x04, 1 << 20));
    superblock(faults, "first data block 0", "first data block", f -> f.set32(0x14, 0));
    superblock(
        faults, "first data block last", "first data block", f -> f.set32(0x14, f.get32(0x04)));
    superblock(faults, "no blocks per group", "clusters per group", f -> f.set32(0x20, 0));
    superblock(faults, "blocks per group 2^31", "clusters per group", f -> f.set32(0x20, 1 << 31));
    superblock(faults, "blocks per group 8", "inodes", f -> f.set32(0x20, 8).set32(0x24, 8));
    superblock(faults, "no inodes per group", "inodes per group", f -> f.set32(0x28, 0));
    superblock(faults, "inodes per group -1", "inodes per group", f -> f.set32(0x28, -1));
    superblock(faults, "inodes", "number of inodes", f -> f.set32(0x00, f.get32(0x00) + 1));
    superblock(faults, "inode size 0", "inode size", f -> f.set16(0x58, 0));
    superblock(faults, "inode size 192", "inode size", f -> f.set16(0x58, 192));
    superblock(faults, "inode size 2048", "inode size", f -> f.set16(0x58, 2048));
    superblock(faults, "first inode 0", "first ordinary inode", f -> f.set32(0x54, 0));
    superblock(faults, "first inode -1", "first ordinary inode", f -> f.set32(0x54, -1));
    superblock(faults, "reserved descriptors", "reserved descriptor", f -> f.set16(0xCE, 0xFFFF));
    superblock(
        faults,
        "meta group",
        "first meta block",
        f -> f.set32(0x60, f.get32(0x60) | 0x10).set32(0x104, 99));
    superblock(
        faults,
        "64bit with 32-byte descriptors",
        "descriptor size",
        f -> f.set32(0x60, f.get32(0x60) | 0x80).set16(0xFE, 32));
    superblock(
        faults,
        "64bit with odd descriptors",
        "descriptor size",
        f -> f.set32(0x60, f.get32(0x60) | 0x80).set16(0xFE, 65));
    superblock(faults, "flexible groups", "flexible group", f -> f.set8(0x174, 32));
    superblock(
        faults,
        "journal elsewhere",
        "",
        f -> f.set32(0xE0, 0x7FFF_FFFF).set32(0x5C, f.get32(0x5C) | 4));
    superblock(
        faults, "journal in the root", "", f -> f.set32(0xE0, 2).set32(0x5C, f.get32(0x5C) | 4));
    superblock(
        faults,
        "multi-mount block",
        "",
        f -> f.set32(0x60, f.get32(0x60) | 0x100).set32(0x16C, -1));
    superblock(faults, "bigalloc", "", f -> f.set32(0x64, f.get32(0x64) | 0x200));
    superblock(
        faults, "sparse_super2", "", f -> f.set32(0x5C, f.get32(0x5C) | 0x200).set32(0x24C, -1));
  }

  private static void descriptorFaults(List<Fault> faults) {
    for (boolean old : new boolean[] {true, false}) {
      int[][] places = {{0x00, 0x20}, {0x04, 0x24}, {0x08, 0x28}};
      for (int[] place : places) {
        String name = "descriptor: pointer at " + place[0];
        faults.add(
            new Fault(
                name + " to 0",
                old,
                "where it cannot be",
                s -> s.descriptor(0, f -> f.set32(place[0], 0))));
        faults.add(
            new Fault(
                name + " to superblock",
                old,
                "where it cannot be",
                s -> s.descriptor(0, f -> f.set32(place[0], 1))));
        faults.add(
            new Fault(
                name + " past end",
                old,
                "where it cannot be",
                s -> s.descriptor(0, f -> f.set32(place[0], 4096))));
        faults.add(
            new Fault(
                name + " to -1",
                old,
                "where it cannot be",
                s -> s.descriptor(0, f -> f.set32(place[0], -1))));
      }
    }
    faults.add(
        new Fault(
            "descriptor: high half",
            false,
            "where it cannot be",
            s -> s.descriptor(0, f -> f.set32(0x28, -1))));
    faults.add(
        new Fault(
            "descriptor: inode table elsewhere",
            false,
            "",
            s -> s.descriptor(0, f -> f.set32(0x08, 3000))));
  }
}
