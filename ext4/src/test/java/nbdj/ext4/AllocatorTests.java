package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import nbdj.ext4.MetadataStore.Change;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clusters are claimed once, marked as they are used, and free again when that is durable. */
final class AllocatorTests {

  private static final String GROUPS = "-t ext4 -b 1024 -g 512 -J size=1";

  @TempDir Path scratch;
  private final List<Long> discarded = new ArrayList<>();

  /** A filesystem without files, over which nothing but an allocator works. */
  private Allocator allocator(StoreFixture fixture) {
    return new Allocator(
        fixture.volume, fixture.store, (block, length) -> discarded.add(block << 32 | length));
  }

  private static List<ClusterRun> claimAll(Allocator allocator, int wanted) throws IOException {
    List<ClusterRun> all = new ArrayList<>();
    Optional<ClusterRun> run = allocator.claimAny(0, wanted, Long.MAX_VALUE);
    while (run.isPresent()) {
      all.add(run.get());
      run = allocator.claimAny(run.get().end(), wanted, Long.MAX_VALUE);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        GROUPS,
        "-t ext4 -b 1024 -g 512 -O ^has_journal",
        "-t ext4 -b 1024 -g 512 -O ^metadata_csum,uninit_bg,^has_journal",
        "-t ext4 -b 1024 -g 512 -O ^metadata_csum,^has_journal",
        "-t ext4 -b 1024 -g 256 -O meta_bg,^resize_inode,^flex_bg,^has_journal",
        "-t ext2 -b 1024 -g 512",
        "-t ext4 -b 4096 -O ^has_journal,^64bit",
        "-t ext4 -b 1024 -O bigalloc,^has_journal -C 4096"
      })
  void everything_isClaimedOnceMarkedAndFreedAgain(String options) throws IOException {
    StoreFixture fixture = new StoreFixture(options);
    Allocator allocator = allocator(fixture);
    Geometry geometry = fixture.volume.geometry;
    long free = allocator.freeBlocks() >>> geometry.clusterBits;
    List<ClusterRun> all = claimAll(allocator, 100);
    BitSet seen = new BitSet();
    for (ClusterRun run : all) {
      assertTrue(seen.get((int) run.start(), (int) run.end()).isEmpty(), "claimed twice");
      seen.set((int) run.start(), (int) run.end());
      long block = geometry.clusterStart(run.start());
      assertFalse(fixture.volume.zones.intersects(block, run.length()));
      assertEquals(
          run.start() / geometry.clustersPerGroup, (run.end() - 1) / geometry.clustersPerGroup);
    }
    assertEquals(free, seen.cardinality());
    assertEquals(free << geometry.clusterBits, allocator.freeBlocks(), "nothing is marked yet");
    for (ClusterRun run : all) {
      try (Change change = fixture.store.begin(2)) {
        allocator.use(change, run);
      }
    }
    assertEquals(0, allocator.freeBlocks());
    fixture.store.flush();
    assertEquals(
        Optional.empty(),
        new Allocator(fixture.volume, fixture.store, (b, l) -> {}).claimAny(0, 1, Long.MAX_VALUE),
        "the device says so");
    for (ClusterRun run : all) {
      try (Change change = fixture.store.begin(2)) {
        allocator.free(change, run);
      }
    }
    assertEquals(Optional.empty(), allocator.claimAny(0, 1, Long.MAX_VALUE));
    assertTrue(allocator.hasPending());
    fixture.store.flush();
    assertFalse(allocator.hasPending());
    assertEquals(all.size(), discarded.size());
    assertEquals(free, claimAll(allocator, 1000).stream().mapToInt(ClusterRun::length).sum());
    fixture.store.close();
    Path image = scratch.resolve("image");
    Files.write(image, fixture.recorded.content().bytes());
    Tools.assertClean(image);
  }
}
