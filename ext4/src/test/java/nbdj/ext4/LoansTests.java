package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Blocks that somebody looks at are not given to another file. */
final class LoansTests {

  private static final int SIZE = 1 << 20;

  private final Loans loans = new Loans();
  private final List<String> done = new ArrayList<>();

  @Test
  void noLoan_nothingWaits() {
    loans.begin().run();
    loans.whenEnded(() -> done.add("a"));
    assertEquals(List.of("a"), done);
  }

  @Test
  void openLoans_whatCameAfterThem_waitsForAllOfThem() {
    Runnable one = loans.begin();
    Runnable two = loans.begin();
    loans.whenEnded(() -> done.add("a"));
    two.run();
    two.run();
    assertEquals(List.of(), done, "the second end of a loan ends no other");
    one.run();
    assertEquals(List.of("a"), done);
  }

  @Test
  void laterLoan_holdsUpOnlyWhatCameAfterIt() {
    Runnable one = loans.begin();
    loans.whenEnded(() -> done.add("a"));
    Runnable two = loans.begin();
    loans.whenEnded(() -> done.add("b"));
    one.run();
    assertEquals(List.of("a"), done);
    two.run();
    assertEquals(List.of("a", "b"), done);
  }

  /** Keeps where the first run lies. */
  private static final class First implements RunVisitor {
    private long at = -1;

    @Override
    public void device(long deviceOffset, long length) {
      at = at < 0 ? deviceOffset : at;
    }

    @Override
    public void zeroes(long length, boolean hole) {}

    @Override
    public void bytes(ByteBuffer content) {}
  }

  @Test
  void blocksLent_trimmedAndWantedByAnother_stayWhatTheyWere() throws IOException {
    for (String options : List.of(StoreFixture.JOURNAL, StoreFixture.NO_JOURNAL)) {
      Tools.require("mke2fs", "dumpe2fs");
      Map<String, byte[]> contents =
          Map.of("one", SectorText.data(1, 0, 0, SIZE), "two", new byte[2 * SIZE]);
      // Room for one of them and hardly more.
      String size = options.equals(StoreFixture.JOURNAL) ? "3M" : "2M";
      PagedImage image = CrashImage.make(new Shape(options, size, options), contents).image();
      try (Ext4FileSystem filesystem = Ext4FileSystem.open(image);
          Ext4File one = filesystem.file("/one");
          Ext4File two = filesystem.file("/two")) {
        First first = new First();
        Runnable end = one.lend(0, SIZE, first);
        one.trim(0, SIZE, true);
        assertFalse(fills(two, SIZE), "a block was given to another file: " + options);
        byte[] there = new byte[SectorText.SECTOR];
        image.read(ByteBuffer.wrap(there), first.at);
        assertArrayEquals(SectorText.data(1, 0, 0, SectorText.SECTOR), there);
        end.run();
        assertTrue(fills(two, SIZE), options);
      }
    }
  }

  private static boolean fills(Ext4File file, int upTo) throws IOException {
    int chunk = 1 << 14;
    for (int at = 0; at < upTo + (upTo >> 1); at += chunk) {
      try {
        file.write(ByteBuffer.wrap(SectorText.data(2, 1, at, chunk)), at, false);
      } catch (Ext4Exception e) {
        assertEquals(Ext4Exception.Kind.NO_SPACE, e.kind(), e.getMessage());
        return false;
      }
    }
    return true;
  }

  @Test
  void lendingThatFails_leavesNoLoan() throws IOException {
    PagedImage image =
        CrashImage.make(
                new Shape("lent", "3M", StoreFixture.JOURNAL), Map.of("two", new byte[2 * SIZE]))
            .image();
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(image);
        Ext4File two = filesystem.file("/two")) {
      assertThrows(Ext4Exception.class, () -> two.lend(0, 2 * SIZE + 1, new First()));
      for (int i = 0; i < 3; i++) {
        assertTrue(fills(two, SIZE), "what was given up is not used again");
        two.trim(0, 2 * SIZE, true);
      }
    }
  }
}
