package nbdj.tck.blackbox;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import nbdj.client.CommandFlag;
import nbdj.client.ExportFlag;
import nbdj.tck.Pattern;
import nbdj.tck.Range;
import nbdj.tck.Rule;
import org.junit.jupiter.api.Test;

/** Reading and writing. */
abstract class DataChapter extends Chapter {
  private static final int LARGE = 3 << 20;

  private final Pattern pattern = new Pattern(12);

  DataChapter(BlackBox box) {
    super(box);
  }

  @Test
  @Rule("C-5")
  void freshExport_content_isAsExpected() throws IOException {
    Optional<byte[]> expected = box.expectedContent();
    applies(expected.isPresent() && expected.get().length > 0, "expectedContent() is not known");
    Served served = serve();
    Disk disk = open(served);
    applies(served.isOurs() || disk.export().isReadOnly(), "other tests may have written before");
    int count = (int) Math.min(expected.get().length, disk.size());
    same(expected.get(), disk.read(0, count), 0, "C-5", "fresh export");
  }

  @Test
  @Rule("R-2")
  void reads_ofManySizes_areWhole() throws IOException {
    Disk disk = open();
    Range head = head(disk);
    byte[] whole = disk.read(head);
    for (int count : new int[] {1, 2, 511, 512, 513, 4095, 4097, 32768, 32769, 65536, GROUND}) {
      if (count <= head.length()) {
        int from = (int) head.length() - count;
        byte[] expected = Arrays.copyOfRange(whole, from, from + count);
        same(expected, disk.read(from, count), from, "R-2", "read of %d bytes".formatted(count));
      }
    }
  }

  @Test
  @Rule("R-3")
  void reads_oneAfterTheOther_changeNothing() throws IOException {
    Disk disk = open();
    Range head = head(disk);
    byte[] first = disk.read(head);
    disk.read(head.length() / 2, 1);
    same(first, disk.read(head), 0, "R-3", "read again");
  }

  @Test
  void simpleReplies_andStructuredOnes_holdTheSame() throws IOException {
    Served served = serve();
    Disk structured = open(served);
    Range head = head(structured);
    byte[] expected = structured.read(head);
    if (structured.has(ExportFlag.SEND_DF)) {
      int most = (int) Math.min(head.length(), 65536);
      byte[] whole = structured.read(0, most, CommandFlag.DONT_FRAGMENT);
      alike(expected, whole, "a read with NBD_CMD_FLAG_DF");
    }
    structured.client().close();
    Disk simple = open(served, clients().structuredReplies(false));
    alike(expected, simple.read(head), "a read with simple replies");
  }

  private static void alike(byte[] expected, byte[] actual, String what) {
    int at = Arrays.mismatch(expected, actual);
    if (at >= 0 && at < actual.length) {
      throw new BrokenClause(
          "Request types",
          "%s has 0x%02x at %d, one with structured replies 0x%02x"
              .formatted(what, actual[at], at, expected[at]),
          null);
    }
  }

  @Test
  @Rule("W-2")
  void writes_ofManySizes_areReadAgain() throws IOException {
    Disk disk = open();
    Range ground = ground(disk);
    for (int count : new int[] {1, 3, 512, 4096, 65535, 65536, 65537, GROUND}) {
      if (count <= ground.length()) {
        long offset = ground.end() - count;
        byte[] bytes = new Pattern(count).bytes(offset, count);
        disk.write(bytes, offset);
        byte[] actual = disk.read(offset, count);
        same(bytes, actual, offset, "W-2", "write of %d bytes".formatted(count));
      }
    }
  }

  @Test
  @Rule("W-2")
  void largeWrite_isReadAgain() throws IOException {
    Disk disk = open();
    ground(disk);
    Range large = Ranges.first(box.writable(disk.size()), LARGE);
    byte[] bytes = pattern.bytes(large.offset(), (int) large.length());
    disk.write(bytes, large.offset());
    same(bytes, disk.read(large), large.offset(), "W-2", "write of " + large);
  }

  @Test
  @Rule("W-3")
  void write_neighbours_areUnchanged() throws IOException {
    Disk disk = open();
    Range ground = ground(disk);
    byte[] expected = pattern.bytes(ground.offset(), (int) ground.length());
    disk.write(expected, ground.offset());
    int third = (int) ground.length() / 3;
    byte[] other = new Pattern(13).bytes(ground.offset() + third, third);
    disk.write(other, ground.offset() + third);
    System.arraycopy(other, 0, expected, third, third);
    same(expected, disk.read(ground), ground.offset(), "W-3", "after a write in the middle");
  }

  @Test
  @Rule({"W-3", "W-2", "W-4", "W-5", "W-8", "E-5"})
  void randomOperations_agreeWithAModel() throws IOException {
    Disk disk = open();
    new RandomRun(disk, ground(disk), box.settings().printedSeed()).go(box.settings().rounds());
  }
}
