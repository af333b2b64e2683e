package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the nodes of a map of pointers at its bounds. */
final class IndirectEditorTests {

  private static final int POINTERS = 256;

  /** First blocks of the trees of one, two and three levels, and the limit, at 1 KiB a block. */
  private static final long ONE = 12;

  private static final long TWO = ONE + POINTERS;
  private static final long THREE = TWO + POINTERS * POINTERS;
  private static final long LIMIT = THREE + (1L << 24);

  @TempDir static Path scratch;

  private static FileBlockDevice image;

  @BeforeAll
  static void makeImage() throws IOException {
    image = FileBlockDevice.open(MapLab.image(scratch), true);
  }

  @AfterAll
  static void closeImage() throws IOException {
    image.close();
  }

  private final MapLab lab;

  IndirectEditorTests() throws IOException {
    lab = new MapLab(image, false, false, 0);
  }

  @Test
  void firstBlocksOfTrees_takeANodeForEachLevel() throws IOException {
    assertEquals(LIMIT, lab.source().limit());
    lab.insert(0, MapLab.DATA, 12, true);
    assertEquals(0, lab.nodeCount());
    lab.insert(ONE, MapLab.DATA, POINTERS, true);
    assertEquals(1, lab.nodeCount());
    lab.insert(TWO, MapLab.DATA, 1, true);
    assertEquals(3, lab.nodeCount());
    lab.insert(THREE, MapLab.DATA, 1, true);
    assertEquals(6, lab.nodeCount());
    lab.insert(LIMIT - 1, MapLab.DATA, 1, true);
    assertEquals(8, lab.nodeCount());
    lab.check();
  }

  @Test
  void reach_endsWhereTheNodeOfPointersDoes() {
    assertEquals(12, lab.editor.reach(0));
    assertEquals(12, lab.editor.reach(11));
    assertEquals(TWO, lab.editor.reach(ONE));
    assertEquals(TWO, lab.editor.reach(TWO - 1));
    assertEquals(TWO + POINTERS, lab.editor.reach(TWO));
    assertEquals(THREE, lab.editor.reach(THREE - 1));
    assertEquals(THREE + POINTERS, lab.editor.reach(THREE + 255));
    assertEquals(LIMIT, lab.editor.reach(LIMIT - 1));
  }

  @Test
  void lastPointerOfANode_takesTheNodesThatLedToItAlone() throws IOException {
    lab.insert(THREE, MapLab.DATA, 2, true);
    lab.insert(THREE + POINTERS, MapLab.DATA, 1, true);
    assertEquals(4, lab.nodeCount());
    lab.remove(THREE, THREE + 1, 1);
    assertEquals(4, lab.nodeCount());
    lab.remove(THREE + 1, THREE + 2, 1);
    assertEquals(3, lab.nodeCount());
    lab.remove(THREE + POINTERS, THREE + POINTERS + 1, 1);
    assertEquals(0, lab.nodeCount());
    lab.check();
  }

  @Test
  void holes_areSkippedAsFarAsNodesAreMissing() throws IOException {
    lab.insert(LIMIT - 1, MapLab.DATA, 1, true);
    assertEquals(12, lab.remove(0, LIMIT, 1));
    assertEquals(TWO, lab.remove(12, LIMIT, 1));
    assertEquals(THREE, lab.remove(TWO, LIMIT, 1));
    assertEquals(THREE + POINTERS * POINTERS, lab.remove(THREE + 5, LIMIT, 1));
    long last = LIMIT - POINTERS * POINTERS;
    assertEquals(last + POINTERS, lab.remove(last, LIMIT, 1));
    assertEquals(LIMIT, lab.remove(LIMIT - POINTERS, LIMIT, 1));
    assertEquals(0, lab.nodeCount());
  }

  @Test
  void newBlocks_changeOneNodeInPlace() throws IOException {
    lab.insert(TWO, MapLab.DATA, 1, true);
    lab.flush();
    lab.insert(TWO + 1, MapLab.DATA, 1, true);
    assertEquals(1, lab.store.changed(false).size());
    assertEquals(Set.of(), lab.store.changed(true));
    lab.flush();
    lab.insert(TWO + POINTERS, MapLab.DATA, 1, true);
    assertEquals(1, lab.store.changed(false).size());
    assertEquals(1, lab.store.changed(true).size());
    lab.flush();
    lab.insert(THREE, MapLab.DATA, 1, true);
    assertEquals(Set.of(ToyStore.INODE), lab.store.changed(false));
    assertEquals(3, lab.store.changed(true).size());
  }

  @Test
  void wrongCalls_areRefusedWithoutAChange() throws IOException {
    lab.insert(TWO + 5, MapLab.DATA, 2, true);
    lab.insert(3, MapLab.DATA, 1, true);
    int state = lab.store.state();
    long data = MapLab.DATA;
    List<Executable> calls =
        List.of(
            () -> lab.insert(0, data, 4, true),
            () -> lab.insert(TWO + 1, data, 5, true),
            () -> lab.insert(TWO + 6, data, 1, true),
            () -> lab.insert(11, data, 2, true),
            () -> lab.insert(TWO - 1, data, 2, true),
            () -> lab.insert(20, data, 0, true),
            () -> lab.insert(20, data, 1, false),
            () -> lab.insert(20, 0, 1, true),
            () -> lab.insert(20, (1L << 32) - 1, 2, true),
            () -> lab.insert(LIMIT, data, 1, true),
            () -> lab.insert(-1, data, 1, true),
            () -> lab.mark(TWO + 5, 1, false),
            () -> lab.remove(5, 5, 1),
            () -> lab.remove(5, LIMIT + 1, 1),
            () -> lab.remove(-1, 5, 1),
            () -> lab.remove(0, 5, 0));
    for (Executable call : calls) {
      assertThrows(IllegalArgumentException.class, call);
    }
    assertEquals(state, lab.store.state());
    lab.mark(TWO + 5, 2, true);
    assertEquals(state, lab.store.state());
  }

  @Test
  void removal_stopsAtTheRunsThatItMayFree() throws IOException {
    lab.insert(20, MapLab.DATA, 3, true);
    lab.insert(23, MapLab.DATA + 50, 1, true);
    lab.insert(30, MapLab.DATA + 51, 1, true);
    assertEquals(23, lab.remove(15, 100, 1));
    assertEquals(100, lab.remove(23, 100, 1));
    lab.check();
  }
}
