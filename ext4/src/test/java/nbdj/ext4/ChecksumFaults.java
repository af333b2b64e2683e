package nbdj.ext4;

import java.util.List;

/** Changes that only a checksum can notice. */
final class ChecksumFaults {

  private ChecksumFaults() {}

  static void addTo(List<Fault> faults) {
    checksumFaults(faults);
  }

  /** Here the checksums are not put right. */
  private static void checksumFaults(List<Fault> faults) {
    faults.add(
        new Fault(
            "checksum: superblock",
            false,
            "superblock fails",
            s -> s.patch().set8(1024 + 0x78, 1)));
    faults.add(
        new Fault(
            "checksum: descriptor",
            false,
            "descriptor of group 0 fails",
            s -> s.patch().set8(2 * 1024 + 0x0C, 1)));
    faults.add(
        new Fault(
            "checksum: inode",
            false,
            "fails its checksum",
            s -> s.patch().set8(s.inodeAt(s.inode("/file").number) + 8L, 1)));
    faults.add(
        new Fault(
            "checksum: extent block",
            false,
            "fails its checksum",
            s -> s.patch().set8(MapFaults.child(s) * 1024 + 8, 1)));
    faults.add(
        new Fault(
            "checksum: directory",
            false,
            "fails its checksum",
            s -> s.patch().set8(s.place("/", 0) * 1024 + 1000, 1)));
    faults.add(
        new Fault(
            "checksum: index",
            false,
            "fails its checksum",
            s -> s.patch().set8(s.place("/crowd", 0) * 1024 + 0x2C, 99)));
    faults.add(
        new Fault(
            "checksum: seed", false, "superblock fails", s -> s.patch().set8(1024 + 0x68, 0)));
  }
}
