package nbdj.ext4;

import java.util.List;
import java.util.function.Consumer;

/** Faults of inodes, and of what they hold themselves. */
final class InodeFaults {

  private InodeFaults() {}

  static void addTo(List<Fault> faults) {
    inodeFaults(faults);
    inlineFaults(faults);
  }

  private static void inode(
      List<Fault> faults, String path, String name, String words, Consumer<Surgeon.Field> change) {
    for (boolean old : new boolean[] {true, false}) {
      faults.add(
          new Fault(path + ": " + name, old, words, s -> s.inode(s.inode(path).number, change)));
    }
  }

  private static void inodeFaults(List<Fault> faults) {
    inode(faults, "/", "root is a file", "root inode is not a directory", f -> f.set16(0, 0x81A4));
    inode(faults, "/", "root unused", "not in use", f -> f.set16(0x1A, 0));
    inode(faults, "/", "root empty", "", f -> f.set32(4, 0));
    inode(faults, "/", "root huge", "more than the filesystem", f -> f.set32(4, -1));
    inode(
        faults,
        "/crowd",
        "directory longer than its map",
        "",
        f -> f.set32(4, f.get32(4) + (1 << 20)));
    inode(faults, "/file", "size 2^63", "size", f -> f.set32(0x6C, 1 << 31));
    inode(faults, "/file", "size 2^62", "more than its map", f -> f.set32(0x6C, 1 << 30));
    inode(faults, "/comb", "size past blocks", "", f -> f.set32(4, 1 << 30));
    inode(faults, "/file", "unused", "not in use", f -> f.set16(0x1A, 0));
    inode(faults, "/file", "no type", "regular file", f -> f.set16(0, 0));
    inode(faults, "/file", "extra fields too long", "extra fields", f -> f.set16(0x80, 252));
    inode(faults, "/file", "extra fields not aligned", "extra fields", f -> f.set16(0x80, 31));
    inode(faults, "/file", "inline without value", "inline data", f -> f.set32(0x20, 0x1000_0000));
    inode(faults, "/file", "inline and extents", "inline data", f -> f.set32(0x20, 0x1008_0000));
    faults.add(
        new Fault(
            "/link: length 0",
            false,
            "symbolic link",
            s -> s.inode(s.number("link"), f -> f.set32(4, 0))));
    faults.add(
        new Fault(
            "/link: length 4 GiB",
            false,
            "symbolic link",
            s -> s.inode(s.number("link"), f -> f.set32(4, -1))));
    faults.add(
        new Fault("/link: NUL", true, "NUL", s -> s.inode(s.number("link"), f -> f.set8(0x28, 0))));
    faults.add(
        new Fault(
            "/link: to itself",
            true,
            "symbolic links",
            s -> s.inode(s.number("link"), f -> f.set32(4, 4).set32(0x28, 0x6B6E_696C))));
    faults.add(
        new Fault(
            "/slow: in metadata",
            true,
            "metadata",
            s -> s.inode(s.number("slow"), f -> f.set32(0x28, 1))));
  }

  private static void inlineFaults(List<Fault> faults) {
    String path = "/folder/inner/small";
    Consumer<Surgeon.Field> same = f -> {};
    faults.add(inline(path, "nothing", "", same));
    faults.add(inline(path, "no attributes", "no attributes", f -> f.set32(0xA0, 0)));
    faults.add(inline(path, "no such attribute", "no attribute for it", f -> f.set8(0xA5, 1)));
    faults.add(inline(path, "no entries", "no attribute for it", f -> f.set32(0xA4, 0)));
    faults.add(inline(path, "name leaves", "leaves it", f -> f.set8(0xA4, 255)));
    faults.add(
        inline(
            path, "value offset leaves", "leaves it", f -> f.set16(0xA6, 0xFFF0).set32(0xAC, 4)));
    faults.add(inline(path, "value length leaves", "leaves it", f -> f.set32(0xAC, 0x7FFF_FFFF)));
    faults.add(inline(path, "value length -1", "leaves it", f -> f.set32(0xAC, -1)));
    faults.add(inline(path, "value elsewhere", "leaves it", f -> f.set32(0xA8, 12)));
    faults.add(inline(path, "size huge", "", f -> f.set32(0x6C, 1)));
    faults.add(
        inline("/folder", "directory entry of length 0", "bad entry", f -> f.set16(0x30, 0)));
    faults.add(
        inline("/folder", "directory entry past its room", "bad entry", f -> f.set16(0x30, 60)));
  }

  private static Fault inline(
      String path, String name, String words, Consumer<Surgeon.Field> change) {
    return new Fault(
        "inline " + path + ": " + name, false, words, s -> s.inode(s.inode(path).number, change));
  }
}
