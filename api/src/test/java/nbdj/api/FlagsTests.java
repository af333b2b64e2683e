package nbdj.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlagsTests {
  /** Every set of flags. */
  static List<Set<Flag>> sets() {
    List<Set<Flag>> sets = new ArrayList<>(List.of(Set.of()));
    for (Flag flag : Flag.values()) {
      for (Set<Flag> set : List.copyOf(sets)) {
        Set<Flag> more = new HashSet<>(set);
        more.add(flag);
        sets.add(more);
      }
    }
    return sets;
  }

  private static Flags of(Set<Flag> set) {
    return Flags.of(set.toArray(Flag[]::new));
  }

  @ParameterizedTest
  @MethodSource("sets")
  void anySet_holdsItsFlagsAndNoOther(Set<Flag> set) {
    for (Flag flag : Flag.values()) {
      assertEquals(set.contains(flag), of(set).has(flag));
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void anySet_withAndWithoutAFlag_differInThatFlagAlone(Set<Flag> set) {
    for (Flag flag : Flag.values()) {
      Set<Flag> more = new HashSet<>(set);
      more.add(flag);
      Set<Flag> less = new HashSet<>(set);
      less.remove(flag);
      assertSame(of(more), of(set).with(flag));
      assertSame(of(less), of(set).without(flag));
    }
  }

  @ParameterizedTest
  @MethodSource("sets")
  void anySet_onlyOf_isTheSubsetRelation(Set<Flag> set) {
    for (Set<Flag> allowed : sets()) {
      assertEquals(allowed.containsAll(set), of(set).onlyOf(of(allowed)));
    }
  }

  @Test
  void bits_areDistinct() {
    assertEquals(
        Flag.values().length, Arrays.stream(Flag.values()).mapToInt(f -> f.bit).distinct().count());
  }

  @Test
  void none_isTheEmptySet() {
    assertSame(Flags.NONE, Flags.of());
    assertTrue(Flags.NONE.onlyOf(Flags.NONE));
    assertFalse(Flags.NONE.has(Flag.FUA));
  }

  @Test
  void flagGivenTwice_countsOnce() {
    assertSame(Flags.of(Flag.FUA), Flags.of(Flag.FUA, Flag.FUA));
  }

  @Test
  void text_listsTheFlags() {
    assertEquals("none", Flags.NONE.toString());
    assertEquals("FUA,REQ_ONE", Flags.of(Flag.REQ_ONE, Flag.FUA).toString());
  }
}
