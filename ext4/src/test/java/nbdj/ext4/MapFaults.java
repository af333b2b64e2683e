package nbdj.ext4;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Faults of extent trees and indirect blocks. */
final class MapFaults {

  private MapFaults() {}

  static void addTo(List<Fault> faults) {
    extentFaults(faults);
    pointerFaults(faults);
  }

  private static void extent(
      List<Fault> faults, String name, String words, Consumer<Surgeon.Field> change) {
    faults.add(
        new Fault("extents: " + name, false, words, s -> s.inode(s.inode("/comb").number, change)));
  }

  /** The root of the comb's tree is one index entry, which leads to one or more leaves. */
  private static void extentFaults(List<Fault> faults) {
    extent(faults, "no magic", "magic", f -> f.set16(0x28, 0));
    extent(faults, "entries more than room", "entries", f -> f.set16(0x2A, 5));
    extent(faults, "room more than there is", "entries", f -> f.set16(0x2C, 5));
    extent(faults, "no room", "entries", f -> f.set16(0x2C, 0));
    extent(faults, "index without entries", "without entries", f -> f.set16(0x2A, 0));
    extent(faults, "depth 65535", "levels deep", f -> f.set16(0x2E, 0xFFFF));
    extent(faults, "depth 6", "levels deep", f -> f.set16(0x2E, 6));
    extent(faults, "depth 2 over leaves", "level", f -> f.set16(0x2E, 2));
    extent(faults, "depth 0 over index", "", f -> f.set16(0x2E, 0));
    extent(faults, "child past end", "outside", f -> f.set32(0x38, 99_999));
    extent(faults, "child at 2^47", "outside", f -> f.set16(0x3C, 0x7FFF));
    extent(faults, "child at superblock", "metadata", f -> f.set32(0x38, 1));
    extent(faults, "child at 0", "outside", f -> f.set32(0x38, 0));
    extent(faults, "first key late", "", f -> f.set32(0x34, 50));
    extent(faults, "keys backwards", "out of order", f -> f.set32(0x40, 0));
    leaf(faults, "no magic", "magic", f -> f.set16(0, 0));
    leaf(faults, "depth 1 in leaf: child is its own parent", "level", f -> f.set16(6, 1));
    leaf(faults, "entries more than room", "entries", f -> f.set16(2, 85));
    leaf(faults, "room more than the block", "entries", f -> f.set16(4, 86));
    leaf(faults, "length 0", "out of order", f -> f.set16(16, 0));
    leaf(faults, "unwritten length 0", "", f -> f.set16(16, 0x8000));
    leaf(faults, "overlap", "out of order", f -> f.set16(16, 3));
    leaf(faults, "backwards", "out of order", f -> f.set32(24, 0));
    leaf(faults, "past the next leaf", "out of order", f -> f.set32(24, -1));
    leaf(faults, "block past end", "outside", f -> f.set32(20, 4095).set16(16, 2));
    leaf(faults, "block at 2^47", "outside", f -> f.set16(18, 0x7FFF));
    leaf(faults, "block in the inode table", "metadata", f -> f.set32(20, 20));
    faults.add(
        new Fault(
            "extent leaf: block in the journal",
            false,
            "metadata",
            s -> s.extentBlock(s.inode("/comb").number, child(s), f -> f.set32(20, journal(s)))));
  }

  private static void leaf(
      List<Fault> faults, String name, String words, Consumer<Surgeon.Field> change) {
    faults.add(
        new Fault(
            "extent leaf: " + name,
            false,
            words,
            s -> s.extentBlock(s.inode("/comb").number, child(s), change)));
  }

  static long child(Surgeon surgeon) throws IOException {
    return LittleEndian.u32(surgeon.inode("/comb").raw, 0x38);
  }

  private static int journal(Surgeon surgeon) {
    return surgeon.patch().get32(surgeon.inodeAt(8) + 0x3CL);
  }

  private static void pointerFaults(List<Fault> faults) {
    for (int slot : new int[] {0, 11, 12, 13}) {
      String name = "pointers: slot " + slot;
      faults.add(pointer(name + " to superblock", "metadata", f -> f.set32(0x28 + 4 * slot, 1)));
      faults.add(pointer(name + " to inode table", "metadata", f -> f.set32(0x28 + 4 * slot, 20)));
      faults.add(pointer(name + " past end", "outside", f -> f.set32(0x28 + 4 * slot, 4096)));
      faults.add(pointer(name + " to -1", "outside", f -> f.set32(0x28 + 4 * slot, -1)));
    }
    faults.add(
        pointer(
            "pointers: triple in double",
            "",
            f -> f.set32(0x28 + 56, f.get32(0x28 + 52)).set32(4, -1).set32(0x6C, 2)));
    faults.add(
        pointer(
            "pointers: all to one",
            "",
            f ->
                f.set32(0x28 + 52, f.get32(0x28 + 48))
                    .set32(0x28 + 56, f.get32(0x28 + 48))
                    .set32(4, -1)));
  }

  private static Fault pointer(String name, String words, Consumer<Surgeon.Field> change) {
    return new Fault(name, true, words, s -> s.inode(s.inode("/comb").number, change));
  }
}
