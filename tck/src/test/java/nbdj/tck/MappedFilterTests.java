package nbdj.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import nbdj.tck.AddressMap.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Correct filters that move addresses break nothing, and every test of the map is run on them. */
class MappedFilterTests {
  @ParameterizedTest
  @ValueSource(
      classes = {
        Maps.Offset.class,
        Maps.Truncated.class,
        Maps.Padded.class,
        Maps.Partition.class,
        Maps.Swapped.class
      })
  void correctFilter_breaksNothingAndRunsTheTestsOfTheMap(Class<? extends LayerContract> contract) {
    Verdict verdict = Verdict.of(contract);
    verdict.breaks();
    assertTrue(
        verdict
            .succeeded()
            .containsAll(
                Set.of(
                    "opened_size_isThatOfTheMap()",
                    "rangesAcrossSeams_read_areThoseOfTheMap()",
                    "written_device_isChangedWhereTheMapSays()",
                    "zeroed_device_isChangedWhereTheMapSays()",
                    "trimmed_device_isChangedWhereTheMapSays()",
                    "cached_device_isAskedForWhatTheMapSays()",
                    "extents_types_areThoseOfTheMap()")),
        () -> verdict.skipped().toString());
  }

  @Test
  void swappedBlocks_seams_areBetweenBlocksThatPart() {
    Mapped map = new Mapped(Maps.swapped(3 * 4096 + 10));
    assertEquals(List.of(4096L, 8192L), map.seams(10));
    assertEquals(
        List.of(
            new Mapped.Piece(4000, Run.below(8096, 96)),
            new Mapped.Piece(4096, Run.below(0, 4096)),
            new Mapped.Piece(8192, Run.below(8192, 8))),
        map.pieces(new Range(4000, 4200)));
  }

  @Test
  void mapWithBytesOfTheFiltersOwn_content_isUnknown() {
    Mapped map = new Mapped(new AddressMap(8, at -> at < 4 ? Run.below(at, 4 - at) : Run.own(9)));
    ReferenceDevice device = new ReferenceDevice(4);
    assertEquals(4, map.content(device, new Range(0, 4)).orElseThrow().length);
    assertTrue(map.content(device, new Range(0, 5)).isEmpty());
  }
}
