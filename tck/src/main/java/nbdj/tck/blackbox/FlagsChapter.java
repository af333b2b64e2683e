package nbdj.tck.blackbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import nbdj.client.CommandFlag;
import nbdj.client.ExportFlag;
import nbdj.client.NbdClient;
import nbdj.tck.Breach;
import nbdj.tck.Pattern;
import nbdj.tck.Range;
import nbdj.tck.Rule;
import org.junit.jupiter.api.Test;

/** What the flags offer works, and what they do not is refused. */
abstract class FlagsChapter extends Chapter {
  private final Pattern pattern = new Pattern(11);

  FlagsChapter(BlackBox box) {
    super(box);
  }

  @Test
  @Rule("C-1")
  void size_isAsExpected() throws IOException {
    Optional<byte[]> expected = box.expectedContent();
    applies(expected.isPresent(), "expectedContent() is not known");
    long size = open().size();
    if (size != expected.get().length) {
      throw Breach.of("C-1", "the size is %d, not %d".formatted(size, expected.get().length));
    }
  }

  @Test
  @Rule("C-4")
  void readOnly_changes_areRefusedAndChangeNothing() throws IOException {
    Served served = serve();
    Disk disk = openUnchecked(served);
    if (!disk.export().isReadOnly()) {
      disk.client().abort();
      served.close();
      disk = openUnchecked(serveReadOnly());
      if (!disk.export().isReadOnly()) {
        throw Breach.of("C-4", "the export of a read-only server is not said to be read-only");
      }
    }
    Range range = target(disk);
    byte[] before = disk.read(range);
    Set<String> allowed = Set.of("EPERM", "EINVAL");
    disk.refused("C-4", "write", Set.of("EPERM"), c -> c.write(inverted(before), range.offset()));
    disk.refused("C-4", "trim", allowed, c -> c.trim(range.offset(), range.length()));
    disk.refused(
        "C-4", "write zeroes", allowed, c -> c.writeZeroes(range.offset(), range.length()));
    same(before, disk.read(range), range.offset(), "C-4", "after changes were refused");
  }

  /** Get a range for changes that should be refused: one that may be changed if they are not. */
  private Range target(Disk disk) {
    head(disk);
    Range range = Ranges.first(box.writable(disk.size()), GROUND);
    applies(range.length() > 0, "nothing is writable");
    return range;
  }

  private static byte[] inverted(byte[] bytes) {
    byte[] other = bytes.clone();
    for (int i = 0; i < other.length; i++) {
      other[i] = (byte) ~other[i];
    }
    return other;
  }

  @Test
  @Rule("C-3")
  void notOffered_commands_areRefusedAndChangeNothing() throws IOException {
    Disk disk = openUnchecked(serve());
    Range range = target(disk);
    long offset = range.offset();
    long length = range.length();
    byte[] before = disk.read(range);
    if (!disk.export().isReadOnly()) {
      refusedUnless(disk, ExportFlag.SEND_TRIM, "trim", c -> c.trim(offset, length));
      refusedUnless(
          disk, ExportFlag.SEND_WRITE_ZEROES, "write zeroes", c -> c.writeZeroes(offset, length));
      refusedUnless(
          disk,
          ExportFlag.SEND_FUA,
          "write with FUA",
          c -> c.write(inverted(before), offset, CommandFlag.FUA));
      refusedUnless(
          disk,
          ExportFlag.SEND_FAST_ZERO,
          "fast write zeroes",
          c -> c.writeZeroes(offset, length, CommandFlag.FAST_ZERO));
    }
    refusedUnless(disk, ExportFlag.SEND_FLUSH, "flush", NbdClient::flush);
    refusedUnless(disk, ExportFlag.SEND_CACHE, "cache", c -> c.cache(offset, length));
    same(before, disk.read(range), offset, "C-3", "after what is not offered was refused");
  }

  private static void refusedUnless(
      Disk disk, ExportFlag flag, String name, Disk.Operation operation) {
    if (!disk.has(flag)) {
      disk.refused("C-3", "%s, which is not offered,".formatted(name), Set.of(), operation);
    }
  }

  @Test
  @Rule("C-5")
  void offered_writing_worksAtBothEnds() throws IOException {
    Disk disk = open();
    ground(disk);
    Range all = box.writable(disk.size());
    for (Range end : ends(all)) {
      byte[] bytes = pattern.bytes(end.offset(), (int) end.length());
      disk.write(bytes, end.offset());
      same(bytes, disk.read(end), end.offset(), "W-2", "after a write of " + end);
    }
  }

  @Test
  @Rule("C-5")
  void offered_reading_worksAtBothEnds() throws IOException {
    Disk disk = open();
    head(disk);
    ends(new Range(0, disk.size())).forEach(disk::read);
  }

  private static List<Range> ends(Range all) {
    return List.of(
        Ranges.first(all, 1), Ranges.last(all, 1), Ranges.first(all, 4096), Ranges.last(all, 4096));
  }

  @Test
  @Rule("C-5")
  void offered_zeroAndTrim_workWithEveryFlag() throws IOException {
    Disk disk = open();
    Range ground = ground(disk);
    Range last = Ranges.last(ground, 1);
    for (CommandFlag[] flags : combinations(disk)) {
      if (disk.has(ExportFlag.SEND_WRITE_ZEROES)) {
        disk.zero(ground, flags);
        disk.zero(last, flags);
      }
      boolean forTrim = List.of(flags).stream().allMatch(flag -> flag == CommandFlag.FUA);
      if (disk.has(ExportFlag.SEND_TRIM) && forTrim) {
        disk.trim(ground, flags);
        disk.trim(last, flags);
      }
    }
  }

  private static List<CommandFlag[]> combinations(Disk disk) {
    List<CommandFlag[]> all = new ArrayList<>();
    all.add(new CommandFlag[] {});
    all.add(new CommandFlag[] {CommandFlag.NO_HOLE});
    if (disk.has(ExportFlag.SEND_FUA)) {
      all.add(new CommandFlag[] {CommandFlag.FUA});
      all.add(new CommandFlag[] {CommandFlag.FUA, CommandFlag.NO_HOLE});
    }
    return all;
  }

  @Test
  @Rule("C-5")
  void offered_flushCacheAndFua_work() throws IOException {
    Disk disk = open();
    Range head = head(disk);
    if (disk.has(ExportFlag.SEND_FLUSH)) {
      disk.flush();
    }
    if (disk.has(ExportFlag.SEND_CACHE)) {
      byte[] before = disk.read(head);
      disk.cache(head);
      same(before, disk.read(head), 0, "R-3", "after cache");
    }
    if (disk.has(ExportFlag.SEND_FUA) && !disk.export().isReadOnly()) {
      Range ground = ground(disk);
      byte[] bytes = pattern.bytes(ground.offset(), (int) ground.length());
      disk.write(bytes, ground.offset(), CommandFlag.FUA);
      same(bytes, disk.read(ground), ground.offset(), "W-2", "after a write with FUA");
    }
  }
}
