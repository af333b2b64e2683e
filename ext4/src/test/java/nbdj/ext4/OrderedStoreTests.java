package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import nbdj.ext4.MetadataStore.Change;
import nbdj.ext4.MetadataStore.Change.Kind;
import org.junit.jupiter.api.Test;

/** In which order a store without a journal writes. */
final class OrderedStoreTests {

  private final StoreFixture fixture;

  OrderedStoreTests() throws IOException {
    fixture = new StoreFixture(StoreFixture.NO_JOURNAL);
  }

  private int state() throws IOException {
    return Superblock.read(fixture.recorded).state();
  }

  /** Return the free blocks that were written since a time, and the flushes as -1. */
  private List<Long> places(int time) {
    return fixture.recorded.trace().events().stream()
        .skip(time)
        .filter(event -> !(event instanceof Event.Mark))
        .map(event ->
            event instanceof Event.Change change ? fixture.free(0) - (change.offset() >> 10) : -1L)
        .toList();
  }

  @Test
  void whatMarksBlocks_isDurableBeforeWhatLeadsThere() throws IOException {
    fixture.change(9, 1);
    fixture.store.flush();
    int time = fixture.recorded.mark();
    fixture.change(0, 1, Kind.MAPPING);
    fixture.change(2, 1, Kind.ALLOCATION);
    try (Change change = fixture.store.begin(1)) {
      change.create(fixture.free(4), Kind.MAPPING);
    }
    fixture.store.flush();
    assertEquals(List.of(4L, 2L, -1L, 0L, -1L), places(time));
  }

  @Test
  void whatOnlyMarksBlocks_needsOneFlush() throws IOException {
    fixture.change(9, 1);
    fixture.store.flush();
    int time = fixture.recorded.mark();
    fixture.change(2, 1, Kind.ALLOCATION);
    fixture.store.flush();
    assertEquals(List.of(2L, -1L), places(time));
  }

  @Test
  void firstChange_saysThatTheFilesystemIsOpenAndClosingThatItWasClosed() throws IOException {
    fixture.change(0, 1);
    assertEquals(Superblock.STATE_VALID, state());
    fixture.store.flush();
    assertEquals(0, state());
    fixture.store.close();
    assertEquals(Superblock.STATE_VALID, state());
  }

  @Test
  void filesystemThatWasNotClosedBefore_isNotMarkedAsClosed() throws IOException {
    PagedImage image = StoreFixture.image(StoreFixture.NO_JOURNAL);
    new SuperblockEditor(Superblock.read(image)).state(Superblock.STATE_VALID, false).write(image);
    StoreFixture other = new StoreFixture(image, Optional.empty(), editor -> editor);
    other.change(0, 1);
    other.store.close();
    assertEquals(0, Superblock.read(other.recorded).state());
  }

  @Test
  void forgottenBlock_isNotWritten() throws IOException {
    byte[] before = fixture.read(0);
    fixture.change(0, 1);
    try (Change change = fixture.store.begin(1)) {
      change.forget(fixture.free(0));
    }
    fixture.store.flush();
    assertArrayEquals(before, fixture.recovered(0));
  }
}
