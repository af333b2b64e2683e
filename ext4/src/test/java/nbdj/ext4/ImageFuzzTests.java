package nbdj.ext4;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import nbdj.ext4.journal.JournalSuperblock;
import nbdj.ext4.journal.LogChecksum;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images whose metadata is changed by what a fuzzer proposes, led by the branches that it reaches:
 * whatever happens ends soon and is blamed on the image. Without a fuzzer, the inputs that are kept
 * are run.
 *
 * <p>An input is a list of changes of four bytes: three say where, one what.
 */
final class ImageFuzzTests {

  private static final int CHANGE = 4;

  /** Most changes that are made of one input. */
  private static final int MOST_CHANGES = 64;

  @TempDir static Path scratch;

  /** An image that is changed and put back, and where its metadata is. */
  private static final class Target {

    final byte[] image;
    final byte[] sound;
    final int[] places;

    Target(byte[] image) {
      this.image = image;
      this.sound = image.clone();
      this.places = FlipImage.metadata(image);
    }
  }

  private static Target extents = new Target(new byte[0]);
  private static Target indirect = extents;
  private static Target clusters = extents;
  private static Target crashed = extents;

  @BeforeAll
  static void makeImages() throws IOException {
    extents = make("-t ext4 -b 1024 -O ^metadata_csum,inline_data,^has_journal");
    indirect = make("-t ext2 -b 1024");
    clusters = make("-t ext4 -b 4096 -O ^metadata_csum,^has_journal,bigalloc -C 16384");
    byte[] image = FlipImage.make(scratch, "-t ext4 -b 1024 -O ^metadata_csum");
    MemoryDevice device = new MemoryDevice(image, false);
    LogMaker log = new LogMaker(device, LogChecksum.NONE, JournalSuperblock.REVOKE, 9);
    for (int i = 0; i < 6; i++) {
      byte[] block = new byte[1024];
      Arrays.fill(block, (byte) (i + 1));
      log.commit(Map.of(2000L + i, block, 2100L + i, block), 2200L + i);
    }
    crashed = new Target(image);
  }

  private static Target make(String options) throws IOException {
    return new Target(FlipImage.make(scratch, options));
  }

  @FuzzTest(maxDuration = "30s")
  void extentsAndInlineFiles(byte[] input) {
    run(extents, input);
  }

  @FuzzTest(maxDuration = "30s")
  void indirectMaps(byte[] input) {
    run(indirect, input);
  }

  @FuzzTest(maxDuration = "30s")
  void clusters(byte[] input) {
    run(clusters, input);
  }

  @FuzzTest(maxDuration = "30s")
  void journal(byte[] input) {
    run(crashed, input);
  }

  private static void run(Target target, byte[] input) {
    byte[] image = target.image;
    int changes = Math.min(MOST_CHANGES, input.length / CHANGE);
    for (int i = 0; i < changes; i++) {
      int at = i * CHANGE;
      int place = (input[at] & 0xFF) << 16 | (input[at + 1] & 0xFF) << 8 | (input[at + 2] & 0xFF);
      image[target.places[place % target.places.length]] ^= input[at + 3];
    }
    Hostile.explore(new MemoryDevice(image, true));
    System.arraycopy(target.sound, 0, image, 0, image.length);
  }
}
