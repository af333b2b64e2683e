package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SystemZonesTests {

  private static final long SEED = 41;
  private static final int BLOCKS = 5000;

  @Test
  void randomRanges_intersectAsTheirBlocksDo() throws Ext4Exception {
    Random random = new Random(SEED);
    for (int round = 0; round < 50; round++) {
      SystemZones zones = new SystemZones();
      BitSet model = new BitSet(BLOCKS);
      for (int i = random.nextInt(400); i > 0; i--) {
        int start = random.nextInt(BLOCKS);
        int length = random.nextInt(20);
        zones.add(start, length);
        model.set(start, start + length);
        if (random.nextInt(50) == 0) {
          zones.seal();
        }
      }
      zones.seal();
      for (int i = 0; i < 500; i++) {
        int start = random.nextInt(BLOCKS);
        int length = 1 + random.nextInt(30);
        int next = model.nextSetBit(start);
        assertEquals(
            next >= 0 && next < start + length, zones.intersects(start, length), "seed " + SEED);
      }
    }
  }
}
