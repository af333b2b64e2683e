package nbdj.tck;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Reading. */
abstract class ReadingChapter extends Chapter {
  ReadingChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("R-2")
  void read_answersOfManySizes_haveAllBytes() throws IOException {
    Io io = open();
    Range head = head(io);
    for (int count : new int[] {1, 2, 511, 512, 513, 4095, 4097, 65536, GROUND}) {
      if (count <= head.length()) {
        io.pread(head.end() - count, count);
        Answer answer = io.answer(head.end() - count, count);
        BrokenRule.unless(
            answer.received() == count, "R-2", "%d bytes of %d", answer.received(), count);
      }
    }
  }

  @Test
  @Rule("R-3")
  void read_manyTimes_changesNothing() throws IOException {
    Io io = open();
    Range head = head(io);
    byte[] first = io.pread(head);
    io.read(head.offset(), (int) head.length());
    io.pread(head.offset() + head.length() / 2, 1);
    same(first, io.pread(head), head.offset(), "R-3", "read again");
  }

  @Test
  @Rule({"R-5", "R-6"})
  void answerKept_otherReads_doNotChangeIt() throws IOException {
    Io io = open();
    Range head = head(io);
    applies(head.length() >= 2, "the export has one byte");
    int half = (int) head.length() / 2;
    byte[] expected = io.pread(head.offset(), half);

    Answer kept = io.answer(head.offset(), half);
    Answer other = io.answer(head.offset() + half, half);

    byte[] sent;
    try {
      sent = kept.bytes();
    } catch (IOException e) {
      throw new BrokenRule("R-6", "an answer cannot be sent: " + e.getMessage(), e);
    }
    same(expected, sent, head.offset(), "R-5", "answer sent after another read");
    other.bytes();
  }

  @Test
  @Rule("R-7")
  void read_andPread_answerAlike() throws IOException {
    Io io = open();
    Range head = head(io);
    for (int count = 1; count <= head.length(); count = count * 3 + 1) {
      long offset = head.end() - count;
      same(io.pread(offset, count), io.read(offset, count), offset, "R-7", "read after pread");
    }
  }

  @Test
  @Rule({"C-5", "C-1"})
  void freshExport_content_isAsExpected() throws IOException {
    Optional<byte[]> expected = contract.expectedContent();
    applies(expected.isPresent() && expected.get().length > 0, "expectedContent() is not known");
    Io io = open();
    long size = io.next().size();
    BrokenRule.unless(
        size == expected.get().length, "C-1", "size is %d, not %d", size, expected.get().length);
    byte[] content = io.pread(0, (int) size);
    same(expected.get(), content, 0, "C-5", "fresh export");
  }
}
