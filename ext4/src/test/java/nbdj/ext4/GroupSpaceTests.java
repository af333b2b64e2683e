package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A group's bitmap stays in memory just as long as it says what the device's does not, and what can
 * be claimed is found.
 */
final class GroupSpaceTests {

  private final GroupSpace space = new GroupSpace(64, 64);

  @BeforeEach
  void lockAndLoad() {
    space.lock();
    space.load(new byte[16]);
  }

  @AfterEach
  void unlock() {
    space.unlock();
  }

  @Test
  void claimedClusters_keepTheBitmapUntilTheyAreMarked() {
    assertEquals(5, space.claimAt(3, 1, 5));
    assertFalse(space.unload());
    space.marked(5);
    assertTrue(space.unload());
  }

  @Test
  void claimedClusters_keepTheBitmapUntilTheyAreGivenBack() {
    assertEquals(5, space.claimAt(3, 1, 5));
    space.release(3, 5);
    assertEquals(64, space.free());
    assertTrue(space.unload());
  }

  @Test
  void givenUpClusters_keepTheBitmapUntilTheyCanBeClaimed() {
    space.claimAt(3, 1, 5);
    space.marked(5);
    space.hold(5);
    assertFalse(space.unload());
    space.release(3, 5);
    assertTrue(space.unload());
  }

  @Test
  void clustersThatAreGivenBack_areFoundThoughNoneWasFoundBefore() {
    assertEquals(64, space.claimAt(0, 1, 64));
    assertEquals(OptionalInt.empty(), space.find(0, 1));
    space.release(10, 5);
    assertEquals(OptionalInt.of(10), space.find(30, 5));
  }
}
