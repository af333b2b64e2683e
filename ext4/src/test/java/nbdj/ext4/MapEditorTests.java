package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Editors do to a map what is asked, keep its nodes in order and what is durable findable. */
final class MapEditorTests {

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

  /**
   * Whether changes are atomic, the most entries of a node, the steps, and how deep it must get.
   */
  @ParameterizedTest
  @CsvSource({
    "true, 4, 600, 4",
    "false, 4, 600, 4",
    "true, 7, 600, 3",
    "false, 7, 600, 3",
    "true, 84, 1600, 2",
    "false, 84, 1600, 2"
  })
  void extents_anyEdits_areAsInANaiveMap(boolean atomic, int most, int steps, int deepest)
      throws IOException {
    assertTrue(deepest(atomic, most, steps, 1, 2) >= deepest, "not as deep as meant");
  }

  @Tag("slow")
  @ParameterizedTest
  @CsvSource({"true, 5", "false, 5", "true, 6", "false, 6", "true, 9", "false, 9"})
  void extents_manyEdits_areAsInANaiveMap(boolean atomic, int most) throws IOException {
    assertTrue(deepest(atomic, most, 4000, 100, 112) >= 3, "not as deep as meant");
  }

  private static int deepest(boolean atomic, int most, int steps, long from, long to)
      throws IOException {
    int deepest = 0;
    for (long seed = from; seed <= to; seed++) {
      MapLab lab = new MapLab(image, true, atomic, most);
      deepest = Math.max(deepest, new MapEdits(lab, seed, MapEdits.Field.SHORT).run(steps));
    }
    return deepest;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void longExtents_anyEdits_areAsInANaiveMap(boolean atomic) throws IOException {
    for (long seed = 1; seed <= 2; seed++) {
      new MapEdits(new MapLab(image, true, atomic, 4), seed, MapEdits.Field.LONG).run(60);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pointers_anyEdits_areAsInANaiveMap(boolean atomic) throws IOException {
    for (long seed = 1; seed <= 2; seed++) {
      new MapEdits(new MapLab(image, false, atomic, 0), seed, MapEdits.Field.SPREAD).run(300);
    }
  }
}
