package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges are cut into runs as a model does that asks block by block. */
final class RunWalkTests {

  private static final long SEED = 11;
  private static final int BLOCKS = 300;
  private static final int BITS = 10;

  /**
   * Kind of block in the model that is not on the device: a hole, or allocated and never written.
   */
  private static final long HOLE = -1;

  private static final long UNWRITTEN = -2;

  /** A map that is cut into leaves of random length, and counts how often each is read. */
  private static final class ModelSource implements MapSource {
    private final long[] model = new long[BLOCKS];
    private final List<Integer> cuts = new ArrayList<>();
    private int loads;

    private ModelSource(Random random) {
      int block = 0;
      while (block < BLOCKS) {
        int length = Math.min(BLOCKS - block, 1 + random.nextInt(12));
        long start =
            random.nextInt(4) == 0 && block > 0 && model[block - 1] >= 0
                ? model[block - 1] + 1
                : 1000 + random.nextInt(9999);
        int kind = random.nextInt(3);
        for (int i = 0; i < length; i++) {
          model[block + i] = kind == 0 ? HOLE : kind == 1 ? UNWRITTEN : start + i;
        }
        block += length;
      }
      for (int cut = 0; cut < BLOCKS; cut += 1 + random.nextInt(60)) {
        cuts.add(cut);
      }
      cuts.add(BLOCKS);
    }

    @Override
    public long limit() {
      return BLOCKS;
    }

    @Override
    public MapLeaf load(long block) {
      loads++;
      int index = 0;
      while (cuts.get(index + 1) <= block) {
        index++;
      }
      MapLeaf leaf = new MapLeaf(cuts.get(index), cuts.get(index + 1), 0);
      for (int i = cuts.get(index); i < cuts.get(index + 1); i++) {
        if (model[i] != HOLE) {
          leaf.add(i, model[i] == UNWRITTEN ? 50_000 + i : model[i], 1, model[i] != UNWRITTEN);
        }
      }
      return leaf.trim();
    }
  }

  /** One run: kind, place on the device if it has one, and length. */
  private record Run(long kind, long device, long length) {}

  private static final class Recorder implements RunVisitor {
    private final List<Run> runs = new ArrayList<>();

    @Override
    public void device(long deviceOffset, long length) {
      runs.add(new Run(0, deviceOffset, length));
    }

    @Override
    public void zeroes(long length, boolean hole) {
      runs.add(new Run(hole ? HOLE : UNWRITTEN, 0, length));
    }

    @Override
    public void bytes(ByteBuffer content) {
      throw new AssertionError("inline data in a map");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 40, 1_000_000})
  void randomRange_isCutAsModelDoes(long budget) throws IOException {
    Random random = new Random(SEED);
    for (int round = 0; round < 60; round++) {
      ModelSource source = new ModelSource(random);
      BlockMap map = new BlockMap(source, new MapBudget(budget));
      for (int i = 0; i < 60; i++) {
        long from = random.nextLong((long) BLOCKS << BITS);
        long to = from + 1 + random.nextLong(((long) BLOCKS << BITS) - from);
        Recorder recorder = new Recorder();
        RunWalk.walk(map, BITS, from, to, recorder);
        assertEquals(expected(source.model, from, to), recorder.runs, "seed " + SEED);
      }
      if (budget > 1000) {
        assertTrue(source.loads < source.cuts.size(), "a leaf was read twice");
      }
    }
  }

  private static List<Run> expected(long[] model, long from, long to) {
    List<Run> runs = new ArrayList<>();
    long position = from;
    while (position < to) {
      long block = model[(int) (position >>> BITS)];
      long stop = Math.min(to, ((position >>> BITS) + 1) << BITS);
      long within = position & ((1 << BITS) - 1);
      Run run =
          block >= 0
              ? new Run(0, (block << BITS) + within, stop - position)
              : new Run(block, 0, stop - position);
      Run last = runs.isEmpty() ? new Run(-3, 0, 0) : runs.getLast();
      boolean joins =
          last.kind() == run.kind()
              && (run.kind() != 0 || last.device() + last.length() == run.device());
      if (joins) {
        runs.set(
            runs.size() - 1, new Run(last.kind(), last.device(), last.length() + run.length()));
      } else {
        runs.add(run);
      }
      position = stop;
    }
    return runs;
  }
}
