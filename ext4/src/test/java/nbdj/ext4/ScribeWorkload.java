package nbdj.ext4;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Random changes of three small files by a {@link Scribe}, with flushes in between.
 *
 * @param mistakes that it makes
 */
record ScribeWorkload(long seed, int rounds, Set<Scribe.Mistake> mistakes) implements Workload {

  private static final List<String> FILES = List.of("/a", "/b", "/c");

  /** Blocks that are used at all. */
  private static final int POOL = 24;

  /** Blocks of each file. */
  static final int LENGTH = 24;

  static ScribeWorkload of(long seed, int rounds) {
    return new ScribeWorkload(seed, rounds, Set.of());
  }

  /** Return what the files must hold at the beginning. */
  static Map<String, byte[]> contents(int blockSize) {
    Map<String, byte[]> contents = new TreeMap<>();
    contents.put("other", SectorText.data(9, 0, 0, 5 * blockSize + 77));
    for (int file = 0; file < FILES.size(); file++) {
      byte[] content = new byte[LENGTH * blockSize];
      for (int index = 0; index < 3 * file; index += 2) {
        byte[] text = SectorText.data(file + 1, 0, (long) index * blockSize, blockSize);
        System.arraycopy(text, 0, content, index * blockSize, blockSize);
      }
      contents.put(FILES.get(file).substring(1), content);
    }
    return contents;
  }

  @Override
  public void run(RecordingDevice device, Ledger ledger) throws IOException {
    Volume below = Volume.open(device, Superblock.read(device));
    TransactionStore store = StoreFactory.of(below, Optional.empty(), UnaryOperator.identity());
    change(new Scribe(device, ledger, below.over(store), store, POOL, mistakes), below.over(store));
    store.close();
  }

  private void change(Scribe scribe, Volume volume) throws IOException {
    Random random = new Random(seed);
    ScribeFile[] files = new ScribeFile[FILES.size()];
    for (int i = 0; i < files.length; i++) {
      files[i] = new ScribeFile(volume, FILES.get(i), i + 1);
    }
    for (int round = 1; round <= rounds; round++) {
      for (int i = random.nextInt(6); i >= 0; i--) {
        step(scribe, files, random, round);
      }
      if (random.nextInt(4) > 0) {
        scribe.flush();
      }
    }
    scribe.flush();
  }

  /** Files stay at about as many blocks as need a node just so, which comes and goes then. */
  static void step(Scribe scribe, ScribeFile[] files, Random random, int round) throws IOException {
    ScribeFile file = files[random.nextInt(files.length)];
    ScribeFile other = files[random.nextInt(files.length)];
    int index = random.nextInt(LENGTH);
    int toIndex = random.nextInt(LENGTH);
    if (!scribe.hasRoom()) {
      return;
    }
    boolean crowded = random.nextInt(9) < file.map.size();
    if (crowded && random.nextInt(4) == 0) {
      Integer last = file.map.floorKey(index);
      index = last == null ? index : last;
    } else if (crowded) {
      Integer next = file.map.ceilingKey(index);
      int lost = next == null ? file.map.lastKey() : next;
      if (scribe.atomic()
          && other.number != file.number
          && !other.map.containsKey(toIndex)
          && random.nextInt(3) == 0) {
        scribe.move(file, lost, other, toIndex);
      } else {
        scribe.punch(file, lost);
      }
      return;
    }
    int size = scribe.blockSize();
    scribe.write(file, index, SectorText.data(file.number, round, (long) index * size, size));
  }
}
