package nbdj.ext4;

import java.util.List;
import java.util.function.Consumer;

/** Faults of directory blocks and their indexes. */
final class DirectoryFaults {

  private DirectoryFaults() {}

  static void addTo(List<Fault> faults) {
    directoryFaults(faults);
    indexFaults(faults);
  }

  private static void directory(
      List<Fault> faults, String name, String words, Consumer<Surgeon.Field> change) {
    faults.add(
        new Fault("directory: " + name, true, words, s -> s.leafBlock(2, s.place("/", 0), change)));
    faults.add(
        new Fault(
            "directory: " + name, false, words, s -> s.leafBlock(2, s.place("/", 0), change)));
  }

  /** The first entries of the root's block: {@code .} at 0, {@code ..} at 12, lost+found at 24. */
  private static void directoryFaults(List<Fault> faults) {
    directory(faults, "entry of length 0", "bad entry", f -> f.set16(28, 0));
    directory(faults, "entry of length 3", "bad entry", f -> f.set16(28, 3));
    directory(faults, "entry of length 4", "bad entry", f -> f.set16(28, 4));
    directory(faults, "entry of length 22", "bad entry", f -> f.set16(28, 22));
    directory(faults, "entry past the block", "bad entry", f -> f.set16(28, 1024));
    directory(faults, "entry of length 65532", "bad entry", f -> f.set16(28, 0xFFFC));
    directory(faults, "name longer than entry", "bad entry", f -> f.set8(30, 255));
    directory(faults, "inode past end", "no inode", f -> f.set32(24, 0x7FFF_FFFF));
    directory(faults, "inode of the journal", "reserved inode 8", f -> f.set32(24, 8));
    directory(faults, "folder that is the root", "", f -> f.set32(24, 2));
    directory(faults, "unused inode", "not in use", f -> f.set32(24, 250));
    directory(faults, "name of slashes", "", f -> f.set32(32, 0x2F2F_2F2F));
    directory(faults, "no name", "", f -> f.set8(30, 0));
    faults.add(
        new Fault(
            "directory: no checksum",
            false,
            "without a checksum",
            s -> s.leafBlock(2, s.place("/", 0), f -> f.set8(s.blockSize() - 5, 0))));
  }

  private static void index(
      List<Fault> faults, String name, String words, Consumer<Surgeon.Field> change) {
    for (boolean old : new boolean[] {true, false}) {
      faults.add(
          new Fault(
              "index: " + name,
              old,
              old ? "" : words,
              s -> s.indexBlock(s.inode("/crowd").number, s.place("/crowd", 0), 0x20, change)));
    }
  }

  /**
   * Without checksums, a bad index is passed by; with them, whoever put its checksum right meant
   * it.
   */
  private static void indexFaults(List<Fault> faults) {
    index(faults, "limit 0", "impossible shape", f -> f.set16(0x20, 0));
    index(faults, "limit 65535", "impossible shape", f -> f.set16(0x20, 0xFFFF));
    index(faults, "count 0", "", f -> f.set16(0x22, 0));
    index(faults, "count 65535", "impossible shape", f -> f.set16(0x22, 0xFFFF));
    index(faults, "levels 255", "", f -> f.set8(0x1E, 255));
    index(faults, "levels 2", "", f -> f.set8(0x1E, 2));
    index(faults, "levels fewer", "", f -> f.set8(0x1E, 0));
    index(faults, "unknown hash", "", f -> f.set8(0x1C, 77));
    index(faults, "sip hash", "", f -> f.set8(0x1C, 6));
    index(faults, "info length", "", f -> f.set8(0x1D, 0));
    index(faults, "block is the root", "", f -> f.set32(0x24, 0));
    index(faults, "block past end", "", f -> f.set32(0x24, 0x0FFF_FFFF));
    index(faults, "children are each other", "", f -> f.set32(0x24, f.get32(0x2C)));
    index(faults, "hashes backwards", "", f -> f.set32(0x28, -1));
    for (boolean old : new boolean[] {true, false}) {
      faults.add(
          new Fault(
              "index: node leads to itself",
              old,
              "",
              s -> {
                int at = (int) (s.place("/crowd", 0) * s.blockSize());
                int node = s.patch().get32(at + 0x24L);
                s.indexBlock(
                    s.inode("/crowd").number, s.place("/crowd", node), 8, f -> f.set32(0x0C, node));
              }));
    }
  }
}
