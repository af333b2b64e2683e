package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import nbdj.ext4.MetadataStore.Change;
import nbdj.ext4.MetadataStore.Change.Kind;

/** A store over a small filesystem, whose free blocks are written as if they were metadata. */
final class StoreFixture {

  static final String JOURNAL = "-t ext4 -b 1024 -J size=1";
  static final String NO_JOURNAL = "-t ext4 -b 1024 -O ^has_journal";

  private static final Map<String, PagedImage> MADE = new ConcurrentHashMap<>();

  final RecordingDevice recorded;
  final GatedDevice device;
  final Volume volume;
  final TransactionStore store;

  StoreFixture(String options) throws IOException {
    this(image(options), Optional.empty(), UnaryOperator.identity());
  }

  StoreFixture(
      PagedImage image, Optional<Duration> interval, UnaryOperator<SuperblockEditor> atClose)
      throws IOException {
    recorded = new RecordingDevice(image);
    device = new GatedDevice(recorded);
    Volume below = Volume.open(device, Superblock.read(device));
    assertEquals(Optional.empty(), SystemFiles.mark(below));
    store = StoreFactory.of(below, interval, atClose);
    volume = below.over(store);
  }

  /** Return an image without files. */
  static PagedImage image(String options) throws IOException {
    PagedImage made = MADE.get(options);
    if (made == null) {
      Tools.require("mke2fs", "dumpe2fs");
      made = CrashImage.make(new Shape(options, "4M", options), Map.of()).image();
      made.hash();
      MADE.put(options, made);
    }
    return made.copy();
  }

  /** Return one of some blocks that are free. */
  long free(int index) {
    return volume.geometry.blocks - 1 - index;
  }

  byte[] filled(int value) {
    byte[] bytes = new byte[volume.geometry.blockSize];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** Fill a free block in a change of its own. */
  void change(int index, int value) throws IOException {
    change(index, value, Kind.MAPPING);
  }

  void change(int index, int value, Kind kind) throws IOException {
    try (Change change = store.begin(1)) {
      Arrays.fill(change.edit(free(index), kind, "test"), (byte) value);
    }
  }

  byte[] read(int index) throws IOException {
    return store.read(free(index), "test").clone();
  }

  /** Return what has happened since a time, but for marks. */
  List<String> since(int time) {
    return recorded.trace().events().stream()
        .skip(time)
        .filter(event -> !(event instanceof Event.Mark))
        .map(event -> event instanceof Event.Flush ? "flush" : "write")
        .toList();
  }

  /** Return how many flushes there have been since a time. */
  long flushes(int time) {
    return since(time).stream().filter("flush"::equals).count();
  }

  /** Return a free block's content after a power cut now, with everything unflushed lost. */
  byte[] recovered(int index) throws IOException {
    PagedImage[] last = new PagedImage[1];
    int end = recorded.trace().events().size();
    eachState(state -> {
      if (state.time() == end && last[0] == null) {
        last[0] = state.image();
      }
    });
    return recovered(last[0], index);
  }

  /** Return what a free block may hold after a power cut at any time from a given one on. */
  List<byte[]> everyRecovered(int time, int index) throws IOException {
    List<PagedImage> images = new ArrayList<>();
    eachState(state -> {
      if (state.time() > time) {
        images.add(state.image());
      }
    });
    List<byte[]> contents = new ArrayList<>();
    for (PagedImage image : images) {
      contents.add(recovered(image, index));
    }
    return contents;
  }

  /** Find the states that a power cut may leave; the first of each time has lost all unflushed. */
  private void eachState(Consumer<CrashState> sink) {
    CrashStates.of(recorded.trace(), new CrashStates.Effort(0, 0), SectorText.SECTOR, 0, sink);
  }

  private byte[] recovered(PagedImage image, int index) throws IOException {
    // One with errors would only be replayed in memory.
    new SuperblockEditor(Superblock.read(image)).state(Superblock.STATE_ERRORS, false).write(image);
    Ext4FileSystem.open(image).close();
    return new MetadataReader(image, volume.geometry).block(free(index), "test");
  }
}
