package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import nbdj.ext4.MetadataStore.Change;
import nbdj.ext4.MetadataStore.Change.Kind;
import nbdj.ext4.journal.JournalSuperblock;
import nbdj.ext4.journal.LogChecksum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a store writes to a journal and when it writes anywhere else. */
@Timeout(60)
final class JournalStoreTests {

  private static final UnaryOperator<SuperblockEditor> AS_IT_IS = UnaryOperator.identity();

  private final StoreFixture fixture;

  JournalStoreTests() throws IOException {
    fixture = new StoreFixture(StoreFixture.JOURNAL);
  }

  private byte[] home(int index) {
    byte[] bytes = new byte[1024];
    fixture.recorded.read(ByteBuffer.wrap(bytes), fixture.free(index) << 10);
    return bytes;
  }

  private Superblock superblock() throws IOException {
    return Superblock.read(fixture.recorded);
  }

  /** Return the filesystem without what keeps files off the journal. */
  private Volume unmarked() throws IOException {
    return Volume.open(fixture.recorded, superblock());
  }

  private JournalSuperblock journal() throws IOException {
    return JournalReplay.superblockOf(JournalFile.of(unmarked()));
  }

  @Test
  void commit_leavesBlocksInTheLogUntilClosing() throws IOException {
    fixture.change(0, 1);
    assertFalse(superblock().has(Feature.RECOVER));
    fixture.store.flush();
    assertTrue(superblock().has(Feature.RECOVER));
    assertTrue(journal().start() != 0);
    assertFalse(Arrays.equals(fixture.filled(1), home(0)));
    int sequence = journal().sequence();
    fixture.store.close();
    assertArrayEquals(fixture.filled(1), home(0));
    assertFalse(superblock().has(Feature.RECOVER));
    assertEquals(0, journal().start());
    assertEquals(sequence + 1, journal().sequence());
  }

  @Test
  void closing_makesTheLastChangeOfTheSuperblock() throws IOException {
    StoreFixture other =
        new StoreFixture(
            StoreFixture.image(StoreFixture.JOURNAL),
            Optional.empty(),
            editor -> editor.state(Superblock.STATE_ERRORS, true));
    other.change(0, 1);
    other.store.close();
    Superblock closed = Superblock.read(other.recorded);
    assertEquals(Superblock.STATE_VALID | Superblock.STATE_ERRORS, closed.state());
    assertFalse(closed.has(Feature.RECOVER));
  }

  @Test
  void longUse_usesTheLogAgainAndAgain() throws IOException {
    long capacity = journal().end() - journal().first();
    int blocks = 0;
    for (int i = 0; blocks < 3 * capacity; i++) {
      for (int block = 0; block < 60; block++) {
        fixture.change(block, i);
      }
      fixture.store.flush();
      blocks += 62;
      if (i % 10 == 0) {
        assertArrayEquals(fixture.filled(i), fixture.recovered(i % 60));
      }
    }
    fixture.store.close();
  }

  @Test
  void roomInTheLog_isUsedAgainOnlyWhenItIsDurablyFree() throws IOException {
    Volume volume = unmarked();
    BlockMap map = new FileContent(volume, volume.inodes.read(8), new MapBudget(0)).map();
    long superblockAt = map.leafAt(0).physical(0) << 10;
    for (int i = 0; i < 40; i++) {
      for (int block = 0; block < 60; block++) {
        fixture.change(block, i);
      }
      fixture.store.flush();
    }
    List<Event> events = fixture.recorded.trace().events();
    int released = -1;
    for (int i = 0; i + 1 < events.size(); i++) {
      if (events.get(i) instanceof Event.Change change && change.offset() == superblockAt) {
        released++;
        // The first only says that there is a log.
        assertTrue(released == 0 || events.get(i + 1) instanceof Event.Flush);
        assertTrue(released == 0 || events.get(i - 1) instanceof Event.Flush);
      }
    }
    assertTrue(released > 2, released + " times");
  }

  @Test
  void logHalfFull_isSettledInTheBackground() throws IOException {
    StoreFixture other =
        new StoreFixture(
            StoreFixture.image(StoreFixture.JOURNAL), Optional.of(Duration.ofDays(1)), AS_IT_IS);
    for (int i = 0; i < 10; i++) {
      for (int block = 0; block < 50; block++) {
        other.change(block, i);
      }
      other.store.flush();
    }
    while (other.store.newer(other.free(0)).isPresent()) {
      Thread.onSpinWait();
    }
    byte[] home = new byte[1024];
    other.recorded.read(ByteBuffer.wrap(home), other.free(0) << 10);
    assertArrayEquals(other.filled(9), home);
    other.store.close();
  }

  @ParameterizedTest
  @EnumSource
  void blockThatLooksLikeALogs_isRecoveredAsItWas(LogChecksum checksum) throws IOException {
    PagedImage image = StoreFixture.image(StoreFixture.JOURNAL);
    new LogShape(checksum, false, 0).apply(image);
    StoreFixture other = new StoreFixture(image, Optional.empty(), AS_IT_IS);
    byte[] content = other.filled(3);
    ByteBuffer.wrap(content).putInt(0xC03B_3998).putInt(2).putInt(1);
    try (Change change = other.store.begin(2)) {
      byte[] bytes = change.create(other.free(0), Kind.MAPPING);
      System.arraycopy(content, 0, bytes, 0, content.length);
      Arrays.fill(change.create(other.free(1), Kind.MAPPING), (byte) 4);
    }
    other.store.flush();
    assertArrayEquals(content, other.recovered(0));
    assertArrayEquals(other.filled(4), other.recovered(1));
    other.store.close();
    byte[] home = new byte[1024];
    other.recorded.read(ByteBuffer.wrap(home), other.free(0) << 10);
    assertArrayEquals(content, home);
  }

  private void forget(int index) throws IOException {
    try (Change change = fixture.store.begin(1)) {
      change.forget(fixture.free(index));
    }
  }

  @Test
  void forgottenBlock_isNeverWrittenAgain() throws IOException {
    fixture.change(0, 1);
    fixture.change(1, 1);
    fixture.store.flush();
    fixture.change(0, 2);
    forget(0);
    fixture.store.flush();
    // It is a file's now.
    fixture.recorded.write(ByteBuffer.wrap(fixture.filled(9)), fixture.free(0) << 10, false);
    fixture.store.flush();
    assertArrayEquals(fixture.filled(9), fixture.recovered(0));
    assertArrayEquals(fixture.filled(1), fixture.recovered(1));
    fixture.store.close();
    assertArrayEquals(fixture.filled(9), home(0));
    assertArrayEquals(fixture.filled(1), home(1));
  }

  @Test
  void forgottenBlockThatIsMetadataAgain_isRecovered() throws IOException {
    fixture.change(0, 1);
    fixture.store.flush();
    forget(0);
    fixture.store.flush();
    fixture.change(0, 3);
    fixture.store.flush();
    assertArrayEquals(fixture.filled(3), fixture.recovered(0));
  }

  @Test
  void blockForgottenAndCreatedInOneTransaction_isRecovered() throws IOException {
    fixture.change(0, 1);
    fixture.store.flush();
    forget(0);
    fixture.change(0, 3);
    fixture.store.flush();
    assertArrayEquals(fixture.filled(3), fixture.recovered(0));
  }

  @Test
  void blockForgottenButNotDurably_isStillWhatItWas() throws IOException {
    fixture.change(0, 1);
    fixture.store.flush();
    forget(0);
    assertArrayEquals(fixture.filled(1), fixture.recovered(0));
  }

  @Test
  void blockForgottenWhenTheLogIsFull_isBroughtHomeBeforeTheLogIsGivenUp() throws IOException {
    fixture.change(0, 1);
    fixture.store.flush();
    int time = fixture.recorded.mark();
    for (int i = 0; i < 14; i++) {
      for (int block = 1; block <= 60; block++) {
        fixture.change(block, i);
      }
      if (i == 13) {
        forget(0);
      }
      fixture.store.flush();
    }
    assertArrayEquals(fixture.filled(1), home(0), "the log was full");
    for (byte[] content : fixture.everyRecovered(time, 0)) {
      assertArrayEquals(fixture.filled(1), content);
    }
  }

  @Test
  void blockForgottenThatWasNeverLogged_needsNoTransaction() throws IOException {
    int time = fixture.recorded.mark();
    forget(0);
    fixture.store.flush();
    assertEquals(List.of("flush"), fixture.since(time));
  }

  @Test
  void journalOfVersion1_becomesOneOfVersion2() throws IOException {
    PagedImage image = StoreFixture.image(StoreFixture.JOURNAL);
    JournalFile file = JournalFile.of(Volume.open(image, Superblock.read(image)));
    ByteBuffer version = ByteBuffer.allocate(4).putInt(0, 3);
    byte[] raw = new byte[1024];
    file.read(0, ByteBuffer.wrap(raw));
    System.arraycopy(version.array(), 0, raw, 4, 4);
    // What lies behind the fields of version 1 means nothing there.
    Arrays.fill(raw, 0x24, raw.length, (byte) 0xEE);
    file.write(0, ByteBuffer.wrap(raw));
    StoreFixture other = new StoreFixture(image, Optional.empty(), AS_IT_IS);
    other.change(0, 1);
    other.store.flush();
    try (Change change = other.store.begin(1)) {
      change.forget(other.free(0));
    }
    other.store.flush();
    other.recorded.write(ByteBuffer.wrap(other.filled(9)), other.free(0) << 10, true);
    assertArrayEquals(other.filled(9), other.recovered(0));
  }

  @Test
  void journalThatCannotBeUsed_isRefused() throws IOException {
    PagedImage left = StoreFixture.image(StoreFixture.JOURNAL);
    JournalFile file = JournalFile.of(Volume.open(left, Superblock.read(left)));
    JournalSuperblock superblock = JournalReplay.superblockOf(file);
    file.write(0, ByteBuffer.wrap(superblock.withLog(7, 3).bytes()));
    assertRefused(left, "journal is not empty though no recovery is needed: run e2fsck");
    PagedImage small = StoreFixture.image(StoreFixture.JOURNAL);
    new LogShape(LogChecksum.NONE, false, 15).apply(small);
    assertRefused(
        small, "journal is not supported: it has only 14 blocks, too few for a transaction");
    PagedImage external = StoreFixture.image(StoreFixture.JOURNAL);
    byte[] raw = new byte[1024];
    external.read(ByteBuffer.wrap(raw), 1024);
    new Patch(raw).set32(0xE0, 0).set32(0x3FC, Checksums.crc32c(~0, withoutInode(raw), 0, 0x3FC));
    external.write(ByteBuffer.wrap(raw), 1024, false);
    assertRefused(
        external,
        "filesystem has an external journal, with which writing is not supported: move it inside"
            + " with tune2fs");
  }

  private static byte[] withoutInode(byte[] raw) {
    new Patch(raw).set32(0xE0, 0);
    return raw;
  }

  private static void assertRefused(PagedImage image, String message) {
    Ext4Exception refused =
        assertThrows(
            Ext4Exception.class, () -> new StoreFixture(image, Optional.empty(), AS_IT_IS));
    assertEquals(message, refused.getMessage());
  }
}
