package nbdj.tck.blackbox;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import nbdj.client.CommandFlag;
import nbdj.client.ExportFlag;
import nbdj.client.Extent;
import nbdj.client.NbdClientException;
import nbdj.client.NbdServerException;
import nbdj.tck.Breach;
import nbdj.tck.Pattern;
import nbdj.tck.Range;
import nbdj.tck.Rule;
import org.junit.jupiter.api.Test;

/** Zeroing, trimming and block status. */
abstract class HolesChapter extends Chapter {
  private static final String ALLOCATION = "base:allocation";

  private final Pattern before = new Pattern(14);

  HolesChapter(BlackBox box) {
    super(box);
  }

  @Test
  @Rule("W-4")
  void zeroed_range_readsAsZeroes() throws IOException {
    Disk disk = open();
    Range ground = filled(disk);
    needs(disk, ExportFlag.SEND_WRITE_ZEROES);
    for (CommandFlag[] flags : new CommandFlag[][] {{}, {CommandFlag.NO_HOLE}}) {
      for (int count = 1; count <= ground.length(); count = count * 5 + 1) {
        long offset = ground.offset() + (ground.length() - count) / 2;
        disk.write(before.bytes(offset, count), offset);
        disk.zero(new Range(offset, count), flags);
        String after = "zeroed with " + List.of(flags);
        same(new byte[count], disk.read(offset, count), offset, "W-4", after);
      }
    }
  }

  @Test
  @Rule("W-3")
  void zeroed_neighbours_areUnchanged() throws IOException {
    Disk disk = open();
    needs(disk, ExportFlag.SEND_WRITE_ZEROES);
    for (CommandFlag[] flags : new CommandFlag[][] {{}, {CommandFlag.NO_HOLE}}) {
      Range middle = middle(filled(disk));
      disk.zero(middle, flags);
      neighboursKept(disk, middle, "W-3");
    }
  }

  @Test
  @Rule("W-5")
  void trimmed_neighbours_areUnchanged() throws IOException {
    Disk disk = open();
    needs(disk, ExportFlag.SEND_TRIM);
    Range middle = middle(filled(disk));
    disk.trim(middle);
    neighboursKept(disk, middle, "W-5");
    filled(disk);
    neighboursKept(disk, new Range(middle.offset(), 0), "W-5");
  }

  @Test
  @Rule("W-7")
  void zeroedWithNoHole_staysAllocated() throws IOException {
    Disk disk = open();
    needs(disk, ExportFlag.SEND_WRITE_ZEROES);
    needsExtents(disk);
    applies(box.tellsAllocation(), "tellsAllocation() is false");
    Range ground = filled(disk);
    disk.zero(ground, CommandFlag.NO_HOLE);
    for (Extent extent : disk.allocation(ground)) {
      if (extent.isHole()) {
        throw Breach.of("W-7", extent + " is in a range zeroed with NBD_CMD_FLAG_NO_HOLE");
      }
    }
  }

  @Test
  @Rule("W-8")
  void fastZero_isDoneOrChangesNothing() throws IOException {
    Disk disk = open();
    needs(disk, ExportFlag.SEND_FAST_ZERO);
    Range ground = filled(disk);
    byte[] expected = before.bytes(ground.offset(), (int) ground.length());
    try {
      disk.client().writeZeroes(ground.offset() + 1, ground.length() - 2, CommandFlag.FAST_ZERO);
      Arrays.fill(expected, 1, expected.length - 1, (byte) 0);
    } catch (NbdServerException e) {
      if (!e.errorName().equals("ENOTSUP")) {
        throw Breach.of("W-8", e.getMessage(), e);
      }
    } catch (NbdClientException e) {
      throw Disk.finding("fast write zeroes", e);
    }
    same(expected, disk.read(ground), ground.offset(), "W-8", "after a fast write zeroes");
  }

  @Test
  @Rule("E-4")
  void blockStatus_stepByStep_endsWithTheExport() throws IOException {
    Disk disk = open();
    needsExtents(disk);
    head(disk);
    Range all = new Range(0, disk.size());
    for (Range range : List.of(Ranges.first(all, 65537), Ranges.last(all, 65537))) {
      long at = range.offset();
      while (at < range.end()) {
        long from = at;
        List<Extent> extents =
            disk.ask("block status", c -> c.blockStatus(from, range.end() - from)).get(ALLOCATION);
        at = extents == null ? range.end() : extents.getLast().end();
        if (at > disk.size()) {
          throw Breach.of("E-4", "%s ends after the export, at %d".formatted(extents, disk.size()));
        }
      }
    }
  }

  @Test
  @Rule("E-6")
  void oneExtentWanted_beginsTheAnswerToAll() throws IOException {
    Disk disk = open();
    needsExtents(disk);
    Range head = head(disk);
    Extent first = disk.allocation(head).getFirst();
    List<Extent> one =
        disk.ask(
                "block status with REQUEST_ONE",
                c -> c.blockStatus(0, head.length(), CommandFlag.REQUEST_ONE))
            .getOrDefault(ALLOCATION, List.of());
    if (one.getFirst().flags() != first.flags() || one.getFirst().length() > first.length()) {
      throw Breach.of("E-6", "one extent is %s, the first of all %s".formatted(one, first));
    }
  }

  @Test
  @Rule("E-5")
  void zeroExtents_readAsZeroes() throws IOException {
    Disk disk = open();
    needsExtents(disk);
    zeroesAreTrue(disk, head(disk));
    zeroesAreTrue(disk, Ranges.last(new Range(0, disk.size()), GROUND));
  }

  @Test
  @Rule("E-5")
  void zeroedThenWritten_extents_areNoLongerZeroes() throws IOException {
    Disk disk = open();
    needsExtents(disk);
    needs(disk, ExportFlag.SEND_WRITE_ZEROES);
    Range ground = ground(disk);
    disk.zero(ground);
    zeroesAreTrue(disk, ground);
    long middle = ground.offset() + ground.length() / 2;
    disk.write(before.bytes(middle, 3), middle);
    zeroesAreTrue(disk, ground);
  }

  private static void zeroesAreTrue(Disk disk, Range range) {
    for (Extent extent : disk.allocation(range)) {
      if (extent.isZero()) {
        byte[] content = disk.read(extent.offset(), (int) extent.length());
        String said = "%s is said to read as zeroes".formatted(extent);
        same(new byte[content.length], content, extent.offset(), "E-5", said);
      }
    }
  }

  @Test
  @Rule("W-10")
  void zeroOfMoreThanTwoGib_isDoneWholly() throws IOException {
    Disk disk = open();
    needs(disk, ExportFlag.SEND_WRITE_ZEROES);
    ground(disk);
    Range all = box.writable(disk.size());
    applies(all.length() >= 3L << 30, "less than 3 GiB are writable");
    // Where zeroing is a loop of writes this would take minutes.
    needs(disk, ExportFlag.SEND_FAST_ZERO);
    Range large = Ranges.first(all, 3L << 30);
    Range last = Ranges.last(large, 512);
    disk.write(before.bytes(last.offset(), 512), last.offset());
    disk.zero(large);
    same(new byte[512], disk.read(last), last.offset(), "W-10", "write zeroes of " + large);
  }

  private Range filled(Disk disk) {
    Range ground = ground(disk);
    disk.write(before.bytes(ground.offset(), (int) ground.length()), ground.offset());
    return ground;
  }

  private static Range middle(Range ground) {
    long third = ground.length() / 3;
    return new Range(ground.offset() + third, third);
  }

  private void neighboursKept(Disk disk, Range changed, String rule) {
    Range ground = ground(disk);
    byte[] expected = before.bytes(ground.offset(), (int) ground.length());
    byte[] actual = disk.read(ground);
    // What was changed may be anything here.
    int from = (int) (changed.offset() - ground.offset());
    System.arraycopy(actual, from, expected, from, (int) changed.length());
    same(expected, actual, ground.offset(), rule, "beside " + changed);
  }

  private static void needs(Disk disk, ExportFlag flag) {
    applies(disk.has(flag), "the export does not offer " + flag);
  }

  private static void needsExtents(Disk disk) {
    applies(
        disk.export().contexts().contains(ALLOCATION), "the export does not offer " + ALLOCATION);
  }
}
