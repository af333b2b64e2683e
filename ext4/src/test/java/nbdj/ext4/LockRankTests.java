package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Locks taken in the wrong order are found wherever assertions are on, as in all tests. */
final class LockRankTests {

  @Test
  void order_isThatOfTheRanks() {
    assertTrue(LockRank.STRIPE.taken());
    assertTrue(LockRank.STRIPE.taken(), "several stripes may be had");
    assertTrue(LockRank.CHANGE.taken());
    assertTrue(LockRank.MAP.taken());
    assertTrue(LockRank.GROUP.taken());
    assertThrows(AssertionError.class, LockRank.GROUP::taken);
    assertTrue(LockRank.QUOTA.taken());
    assertThrows(AssertionError.class, LockRank.GROUP::taken);
    LockRank.QUOTA.given();
    assertThrows(AssertionError.class, LockRank.MAP::taken);
    assertThrows(AssertionError.class, LockRank.STRIPE::taken);
    LockRank.GROUP.given();
    assertTrue(LockRank.GROUP.taken());
    LockRank.GROUP.given();
    LockRank.MAP.given();
    assertThrows(AssertionError.class, LockRank::mayWaitForRoom);
    LockRank.CHANGE.given();
    assertTrue(LockRank.mayWaitForRoom(), "closing a transaction needs no stripes");
    assertThrows(AssertionError.class, LockRank::mayFlush);
    LockRank.STRIPE.given();
    LockRank.STRIPE.given();
    assertTrue(LockRank.mayFlush());
  }

  @Test
  void store_takesPartInTheOrder() throws IOException {
    StoreFixture fixture = new StoreFixture(StoreFixture.JOURNAL);
    LockRank.MAP.taken();
    try {
      assertThrows(AssertionError.class, () -> fixture.store.begin(1));
    } finally {
      LockRank.MAP.given();
    }
    LockRank.STRIPE.taken();
    try {
      fixture.change(0, 1);
      assertThrows(AssertionError.class, fixture.store::flush);
    } finally {
      LockRank.STRIPE.given();
    }
    fixture.store.flush();
  }
}
