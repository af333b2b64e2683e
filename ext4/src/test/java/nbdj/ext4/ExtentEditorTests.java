package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import nbdj.ext4.MetadataStore.Change.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the nodes of a tree of extents in cases that are rare. */
final class ExtentEditorTests {

  /** Entries of a node of 1 KiB. */
  private static final int FULL = 84;

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

  private static MapLab lab(boolean atomic, int most) throws IOException {
    return new MapLab(image, true, atomic, most);
  }

  /** Map every other block of some, so that none are joined. */
  private static void comb(MapLab lab, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      lab.insert(2L * i, MapLab.DATA + 2L * i, 1, true);
    }
  }

  private static List<ExtentNode> leaves(MapLab lab) throws IOException {
    List<ExtentNode> leaves = new ArrayList<>();
    for (ExtentIndex entry : lab.root().children()) {
      leaves.add(lab.nodes().read(entry.block(), 0, entry.logical(), ExtentNodes.LIMIT));
    }
    return leaves;
  }

  @Test
  void appendedExtents_fillEachNode() throws IOException {
    MapLab lab = lab(true, FULL);
    comb(lab, 2 * FULL + 10);
    lab.check();
    assertEquals(List.of(FULL, FULL, 10), leaves(lab).stream().map(ExtentNode::size).toList());
  }

  @Test
  void insertedExtents_splitANodeInHalves() throws IOException {
    MapLab lab = lab(true, FULL);
    for (int i = FULL; i >= 0; i--) {
      lab.insert(2L * i, MapLab.DATA + 2L * i, 1, true);
    }
    lab.check();
    assertEquals(List.of(42, 43), leaves(lab).stream().map(ExtentNode::size).toList());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everythingRemoved_leavesAnEmptyRoot(boolean atomic) throws IOException {
    MapLab lab = lab(atomic, 4);
    comb(lab, 200);
    assertTrue(lab.depth() >= 3);
    lab.flush();
    for (long next = 0; next < ExtentNodes.LIMIT; ) {
      next = lab.remove(next, ExtentNodes.LIMIT, 3);
      lab.check();
    }
    assertEquals(0, lab.depth());
    assertEquals(0, lab.root().size());
  }

  @Test
  void onlyNodeThatFits_movesIntoTheRoot() throws IOException {
    MapLab lab = lab(true, FULL);
    comb(lab, 6);
    assertEquals(1, lab.depth());
    lab.remove(2, 3, 1);
    assertEquals(1, lab.depth());
    lab.remove(6, 7, 1);
    lab.check();
    assertEquals(0, lab.depth());
    assertEquals(4, lab.root().size());
    assertEquals(0, lab.nodeCount());
  }

  @Test
  void nearlyEmptyNode_isJoinedToANeighbourWithRoom() throws IOException {
    MapLab lab = lab(true, FULL);
    comb(lab, 3 * FULL);
    // The one on the right is too full, until it is not.
    lab.remove(0, 2 * (FULL - 10), Integer.MAX_VALUE);
    assertEquals(3, lab.nodeCount());
    lab.remove(2 * FULL, 2 * (FULL + 30), Integer.MAX_VALUE);
    lab.check();
    assertEquals(3, lab.nodeCount());
    lab.remove(2 * FULL - 20, 2 * FULL - 18, Integer.MAX_VALUE);
    lab.check();
    assertEquals(2, lab.nodeCount());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fullTree_refusesWithoutAChange(boolean atomic) throws IOException {
    MapLab lab = lab(atomic, 4);
    int[] done = new int[1];
    Ext4Exception refused =
        assertThrows(
            Ext4Exception.class,
            () -> {
              // Everything is put before all else, which leaves nodes half full.
              for (int i = 4000; i > 0; i--) {
                int state = lab.store.state();
                done[0] = state;
                lab.insert(2L * i, MapLab.DATA + 2L * i, 1, true);
              }
            });
    assertEquals(Ext4Exception.Kind.NO_SPACE, refused.kind());
    assertEquals(done[0], lab.store.state());
    assertEquals(ExtentNodes.MAX_DEPTH, lab.depth());
    lab.check();
  }

  @Test
  void damagedNode_isFoundBeforeAnythingIsChanged() throws IOException {
    MapLab lab = lab(true, 4);
    comb(lab, 100);
    ExtentPath path = ExtentPath.to(50, lab.nodes(), lab.root());
    try (ToyStore.ToyChange change = lab.store.begin(1)) {
      change.edit(path.leaf().block(), Kind.MAPPING, "")[20] ^= 1;
    }
    int state = lab.store.state();
    assertThrows(Ext4Exception.class, () -> lab.insert(51, MapLab.DATA, 1, true));
    assertThrows(Ext4Exception.class, () -> lab.mark(50, 1, false));
    assertThrows(Ext4Exception.class, () -> lab.remove(50, 51, 1));
    assertEquals(state, lab.store.state());
  }

  @Test
  void wrongCalls_areRefusedWithoutAChange() throws IOException {
    MapLab lab = lab(true, 4);
    comb(lab, 20);
    int state = lab.store.state();
    long data = MapLab.DATA;
    List<Executable> calls =
        List.of(
            () -> lab.insert(1, data, 2, true),
            () -> lab.insert(0, data, 1, true),
            () -> lab.insert(8, data, 10, true),
            () -> lab.insert(100, data, 0, true),
            () -> lab.insert(100, data, 32768, true),
            () -> lab.insert(-1, data, 1, true),
            () -> lab.insert(ExtentNodes.LIMIT - 1, data, 2, true),
            () -> lab.mark(1, 1, true),
            () -> lab.mark(0, 2, true),
            () -> lab.mark(0, 0, true),
            () -> lab.remove(5, 5, 1),
            () -> lab.remove(-1, 5, 1),
            () -> lab.remove(0, ExtentNodes.LIMIT + 1, 1),
            () -> lab.remove(0, 5, 0));
    for (Executable call : calls) {
      assertThrows(IllegalArgumentException.class, call);
    }
    assertEquals(state, lab.store.state());
  }

  @Test
  void holeThatGoesOnInTheNextLeaf_isFilledInTwoSteps() throws IOException {
    MapLab lab = lab(true, 4);
    comb(lab, 10);
    // As others may leave it: what the index says is less than where the first extent begins.
    ExtentIndex second = lab.root().children().get(1);
    long key = second.logical();
    ExtentNode leaf = lab.nodes().read(second.block(), 0, key, ExtentNodes.LIMIT);
    List<Extent> rest = leaf.extents().subList(1, leaf.size());
    try (ToyStore.ToyChange change = lab.store.begin(1)) {
      byte[] bytes = change.edit(second.block(), MetadataStore.Change.Kind.MAPPING, "leaf");
      Arrays.fill(bytes, (byte) 0);
      lab.nodes().write(ExtentNode.leaf(0, rest), bytes);
    }
    lab.model.remove(key);
    lab.insert(key - 1, MapLab.DATA + 500, 3, true);
    for (int i = 0; i < 3; i++) {
      assertEquals(new MapLab.Place(MapLab.DATA + 500 + i, true), lab.model.get(key - 1 + i));
      MapLeaf found = lab.source().load(key - 1 + i);
      int index = found.indexOf(key - 1 + i);
      assertEquals(MapLab.DATA + 500 + i, found.physical(index) + key - 1 + i - found.first(index));
    }
  }

  @Test
  void neighbours_areJoinedAsFarAsAnExtentReaches() throws IOException {
    for (boolean written : new boolean[] {true, false}) {
      MapLab lab = lab(true, FULL);
      lab.insert(0, MapLab.DATA, 30_000, written);
      lab.insert(30_000, MapLab.DATA + 30_000, 10_000, written);
      lab.check();
      assertEquals(
          List.of(Extent.most(written), 40_000 - Extent.most(written)),
          lab.root().extents().stream().map(Extent::length).toList());
    }
  }

  @Test
  void insertBetweenTwo_joinsAllThree() throws IOException {
    MapLab lab = lab(true, FULL);
    lab.insert(0, MapLab.DATA, 3, false);
    lab.insert(7, MapLab.DATA + 7, 3, false);
    lab.insert(3, MapLab.DATA + 3, 4, false);
    assertEquals(List.of(new Extent(0, MapLab.DATA, 10, false)), lab.root().extents());
  }

  @Test
  void neighbourElsewhereOrOfAnotherKind_isNotJoined() throws IOException {
    MapLab lab = lab(true, FULL);
    lab.insert(0, MapLab.DATA, 3, true);
    lab.insert(3, MapLab.DATA + 4, 1, true);
    lab.insert(4, MapLab.DATA + 5, 1, false);
    lab.insert(6, MapLab.DATA + 7, 1, false);
    assertEquals(4, lab.root().size());
  }

  @Test
  void placesBeyond32Bits_areWrittenWhole() throws IOException {
    MapLab lab = lab(true, FULL);
    long far = 0x1234_5678_9ABCL;
    byte[] leaf = lab.nodes().rootBytes(ExtentNode.leaf(7, List.of(new Extent(5, far, 9, false))));
    assertEquals(0x1234, LittleEndian.u16(leaf, 18));
    assertEquals(0x5678_9ABCL, LittleEndian.u32(leaf, 20));
    assertEquals(32768 + 9, LittleEndian.u16(leaf, 16));
    assertEquals(7, LittleEndian.i32(leaf, 8));
    byte[] inner = lab.nodes().rootBytes(ExtentNode.inner(1, 7, List.of(new ExtentIndex(5, far))));
    assertEquals(0x5678_9ABCL, LittleEndian.u32(inner, 16));
    assertEquals(0x1234, LittleEndian.u16(inner, 20));
    assertEquals(far, lab.nodes().root(inner).children().getFirst().block());
  }

  @Test
  void generation_staysAsItWas() throws IOException {
    MapLab lab = lab(true, 4);
    try (ToyStore.ToyChange change = lab.store.begin(1)) {
      LittleEndian.set32(change.edit(ToyStore.INODE, Kind.MAPPING, ""), 8, 77);
    }
    comb(lab, 100);
    assertEquals(77, lab.root().generation());
    lab.remove(0, ExtentNodes.LIMIT, Integer.MAX_VALUE);
    assertEquals(77, lab.root().generation());
  }

  @Test
  void withoutAJournal_anEditWithinALeafChangesThatAlone() throws IOException {
    MapLab lab = lab(false, FULL);
    comb(lab, 3 * FULL);
    lab.flush();
    ExtentPath.Step second = ExtentPath.to(2 * FULL + 4, lab.nodes(), lab.root()).leaf();
    lab.remove(2 * FULL + 10, 2 * FULL + 20, Integer.MAX_VALUE);
    lab.insert(2 * FULL + 5, MapLab.DATA + 9, 1, true);
    lab.mark(2 * FULL + 5, 1, false);
    assertEquals(Set.of(second.block()), lab.store.changed(false));
    assertEquals(Set.of(), lab.store.changed(true));
  }

  @Test
  void withoutAJournal_anAppendChangesTheLastLeafAlone() throws IOException {
    MapLab lab = lab(false, FULL);
    comb(lab, 2 * FULL + 5);
    lab.flush();
    lab.insert(1000, MapLab.DATA, 1, true);
    assertEquals(1, lab.store.changed(false).size());
    assertEquals(Set.of(), lab.store.changed(true));
  }

  @Test
  void withoutAJournal_aSplitChangesTheRootAlone() throws IOException {
    MapLab lab = lab(false, FULL);
    comb(lab, 2 * FULL);
    lab.flush();
    lab.insert(1, MapLab.DATA, 1, true);
    assertEquals(Set.of(ToyStore.INODE), lab.store.changed(false));
    assertEquals(2, lab.store.changed(true).size());
  }

  @Test
  void withoutAJournal_aNodeThatIsNewChangesInPlace() throws IOException {
    MapLab lab = lab(false, FULL);
    comb(lab, 2 * FULL);
    lab.flush();
    lab.remove(2 * FULL, 2 * FULL + 2, 1);
    Set<Long> made = lab.store.changed(true);
    assertEquals(1, made.size());
    for (int i = 1; i < 10; i++) {
      lab.remove(2 * FULL + 2L * i, 2 * FULL + 2L * i + 1, 1);
      lab.insert(2 * FULL + 2L * i + 31, MapLab.DATA + i, 1, true);
    }
    assertEquals(made, lab.store.changed(true));
    lab.check();
  }

  @Test
  void withoutAJournal_whatLiesWhereAnotherLeafBeganChangesNoNodeInPlaceUntilThatIsDurable()
      throws IOException {
    MapLab lab = lab(false, FULL);
    comb(lab, 3 * FULL);
    lab.remove(2 * FULL + 10, 2 * FULL + 14, 2);
    lab.flush();
    // The third leaf begins later now, and the second ends later; the device may have it otherwise.
    lab.remove(4 * FULL, 4 * FULL + 4, 2);
    lab.insert(4 * FULL + 1, MapLab.DATA, 1, true);
    assertEquals(Set.of(ToyStore.INODE), lab.store.changed(false));
    assertEquals(2, lab.store.changed(true).size());
    lab.check();
    lab.flush();
    lab.insert(4 * FULL + 2, MapLab.DATA, 1, true);
    assertEquals(1, lab.store.changed(false).size());
    assertEquals(Set.of(), lab.store.changed(true));
    lab.check();
  }

  @Test
  void withoutAJournal_fileOpenedAgainRemembersWhatIsNotDurable() throws IOException {
    MapLab lab = lab(false, FULL);
    comb(lab, 3 * FULL);
    lab.remove(2 * FULL + 10, 2 * FULL + 14, 2);
    lab.flush();
    lab.remove(4 * FULL, 4 * FULL + 4, 2);
    lab.reopen();
    lab.insert(4 * FULL + 1, MapLab.DATA, 1, true);
    assertEquals(Set.of(ToyStore.INODE), lab.store.changed(false));
    lab.check();
  }

  @Test
  void withoutAJournal_appendWhereTheLastLeafWasChangesNoNodeInPlace() throws IOException {
    MapLab lab = lab(false, FULL);
    comb(lab, 2 * FULL + 3);
    lab.flush();
    lab.remove(4 * FULL, ExtentNodes.LIMIT, 9);
    assertEquals(Set.of(), lab.store.changed(true));
    // Below the root, the leaf before it has no room: both its halves are new.
    lab.insert(4 * FULL + 1, MapLab.DATA, 1, true);
    assertEquals(Set.of(ToyStore.INODE), lab.store.changed(false));
    lab.remove(0, 4, 2);
    lab.check();
  }

  @Test
  void leafWithoutEntries_takesSomeAllTheSame() throws IOException {
    MapLab lab = lab(true, FULL);
    comb(lab, FULL + 3);
    // Not as an editor leaves it, but the reader takes it.
    ExtentIndex second = lab.root().children().get(1);
    try (ToyStore.ToyChange change = lab.store.begin(1)) {
      lab.nodes()
          .write(ExtentNode.leaf(0, List.of()), change.edit(second.block(), Kind.MAPPING, ""));
    }
    lab.model.tailMap(2L * FULL).clear();
    lab.insert(2 * FULL + 7, MapLab.DATA, 1, true);
    lab.check();
    assertEquals(2 * FULL + 7, lab.root().children().get(1).logical());
  }

  @Test
  void nodeSaidToHaveLessRoom_isGivenAllOfIt() throws IOException {
    MapLab lab = lab(true, FULL);
    comb(lab, 10);
    long leaf = lab.root().children().getFirst().block();
    try (ToyStore.ToyChange change = lab.store.begin(1)) {
      byte[] bytes = change.edit(leaf, Kind.MAPPING, "");
      LittleEndian.set16(bytes, 4, FULL - 2);
      int end = 12 + 12 * (FULL - 2);
      int seed = lab.inode.checksumSeed();
      LittleEndian.set32(bytes, end, Checksums.crc32c(seed, bytes, 0, end));
    }
    lab.check();
    lab.insert(1, MapLab.DATA + 50, 1, true);
    lab.check();
    assertEquals(FULL, LittleEndian.u16(lab.store.read(leaf, ""), 4));
  }

  @Test
  void removal_stopsAtTheRunsThatItMayFree() throws IOException {
    MapLab lab = lab(true, FULL);
    comb(lab, 10);
    lab.insert(1, MapLab.DATA + 1, 1, true);
    assertEquals(4, lab.remove(0, 100, 1));
    assertEquals(8, lab.remove(4, 100, 2));
    assertEquals(13, lab.remove(8, 13, 9));
    assertEquals(100, lab.remove(13, 100, 9));
    lab.check();
  }
}
