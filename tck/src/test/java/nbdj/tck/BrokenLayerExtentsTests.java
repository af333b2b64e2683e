package nbdj.tck;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins and filters whose block status is wrong. */
class BrokenLayerExtentsTests {
  @ParameterizedTest
  @EnumSource(Role.class)
  void firstExtentAfterTheOffset_breaksE2(Role role) {
    extents(
            role,
            (next, offset, count, sink) -> {
              long late = count == 1 ? 0 : 1;
              sink.add(offset + late, count - late, ExtentType.DATA);
            })
        .breaks("E-2")
        .saying("the layer gave [Extent[offset=1,");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void firstExtentEndsAtTheOffset_breaksE2(Role role) {
    extents(
            role,
            (next, offset, count, sink) -> {
              if (offset > 0) {
                sink.add(offset - 1, 1, ExtentType.DATA);
              }
              if (offset == 0 || count > 1) {
                sink.add(offset, count, ExtentType.DATA);
              }
            })
        .breaks("E-2");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void byteLeftOutBetweenExtents_breaksE3(Role role) {
    extents(
            role,
            (next, offset, count, sink) -> {
              sink.add(offset, 1, ExtentType.DATA);
              if (count > 2) {
                sink.add(offset + 2, count - 2, ExtentType.DATA);
              }
            })
        .breaks("E-3")
        .saying("the layer gave [Extent[offset=0, length=1, type=DATA], Extent[offset=2,");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void extentsOverlap_breakE3(Role role) {
    extents(
            role,
            (next, offset, count, sink) -> {
              long half = (count + 1) / 2;
              sink.add(offset, half, ExtentType.DATA);
              if (count > 1) {
                sink.add(offset + half - 1, count - half + 1, ExtentType.DATA);
              }
            })
        .breaks("E-3");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void extentsOutOfOrder_breakE3(Role role) {
    extents(
            role,
            (next, offset, count, sink) -> {
              long third = count / 3;
              if (third == 0) {
                sink.add(offset, count, ExtentType.DATA);
                return;
              }
              sink.add(offset, third, ExtentType.DATA);
              sink.add(offset + 2 * third, count - 2 * third, ExtentType.DATA);
              sink.add(offset + third, third, ExtentType.DATA);
            })
        .breaks("E-3");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void noExtentAtTheEnd_breaksE4(Role role) {
    extents(
            role,
            (next, offset, count, sink) -> {
              if (offset + count < next.size() || count > 1) {
                sink.add(offset, count, ExtentType.DATA);
              }
            })
        .breaks("E-4")
        .saying("the layer gave []");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void extentsWithoutLength_breakE4(Role role) {
    extents(role, (next, offset, count, sink) -> sink.add(offset, 0, ExtentType.DATA))
        .breaks("E-4");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void extentOfNegativeLength_breaksE4(Role role) {
    extents(
            role,
            (next, offset, count, sink) -> {
              sink.add(offset, count, ExtentType.DATA);
              sink.add(offset + count, -count, ExtentType.DATA);
            })
        .breaks("E-4");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void extentsToTheEndOfThePage_breakE4(Role role) {
    extents(
            role,
            (next, offset, count, sink) -> {
              long end = Math.ceilDiv(offset + count, 4096) * 4096;
              sink.add(offset, end - offset, ExtentType.DATA);
            })
        .breaks("E-4")
        .saying("the export has 1049088 bytes");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void dataSaidToBeZero_breaksE5(Role role) {
    extents(role, (next, offset, count, sink) -> sink.add(offset, count, ExtentType.ZERO))
        .breaks("E-5")
        .saying("said to be Extent[offset=0,", "the byte at 0 is");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void mapOfTheFirstMinute_breaksE5(Role role) {
    role.judge(() ->
            new Faithful() {
              private @Nullable List<Extent> map;

              @Override
              public synchronized void extents(
                  Next next, long offset, long count, Flags flags, ExtentSink sink)
                  throws IOException {
                if (map == null) {
                  map = wholeMap(next);
                }
                for (Extent extent : map) {
                  if (extent.offset() + extent.length() > offset) {
                    sink.add(extent.offset(), extent.length(), extent.type());
                  }
                }
              }
            })
        .breaks("E-5");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void mapRoundedUpToBlocks_breaksE5(Role role) {
    role.judge(() ->
            new Faithful() {
              @Override
              public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
                  throws IOException {
                long block = offset / 65_536 * 65_536;
                long length = Math.min(65_536, next.size() - block);
                List<ExtentType> types = new ArrayList<>();
                next.extents(
                    block, length, Flags.of(Flag.REQ_ONE), (at, part, type) -> types.add(type));
                sink.add(block, length, types.getFirst());
              }
            })
        .breaks("E-5");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void extentsOfferedThatFail_breakC5(Role role) {
    extents(
            role,
            (next, offset, count, sink) -> {
              throw new NbdException(NbdError.ENOTSUP, "the map is not written yet");
            })
        .breaks("C-5")
        .saying("extents of", "was offered and failed: the map is not written yet");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void extentsThrowUnchecked_breaksX3(Role role) {
    extents(
            role,
            (next, offset, count, sink) -> {
              throw new NullPointerException("no map");
            })
        .breaks("X-3")
        .saying("the layer threw java.lang.NullPointerException: no map");
  }

  /** What a broken layer answers. */
  private interface Extents {
    void of(Next next, long offset, long count, ExtentSink sink) throws IOException;
  }

  private static List<Extent> wholeMap(Next next) throws IOException {
    List<Extent> map = new ArrayList<>();
    for (long at = 0; at < next.size(); at = map.getLast().offset() + map.getLast().length()) {
      next.extents(
          at,
          next.size() - at,
          Flags.NONE,
          (offset, length, type) -> map.add(new Extent(offset, length, type)));
    }
    return map;
  }

  private static Verdict extents(Role role, Extents extents) {
    return role.judge(() ->
        new Faithful() {
          @Override
          public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
              throws IOException {
            extents.of(next, offset, count, sink);
          }
        });
  }
}
