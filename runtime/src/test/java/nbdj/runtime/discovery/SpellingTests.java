package nbdj.runtime.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTests {
  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "'', abc, 3",
    "file, file, 0",
    "FILE, file, 0",
    "file, fil, 1",
    "fil, file, 1",
    "fule, file, 1",
    "fiel, file, 1",
    "elif, file, 3",
    "memory, openonce, 6"
  })
  void distance_isCounted(String from, String to, int distance) {
    assertEquals(distance, Spelling.distance(from, to));
  }

  @Test
  void nearest_isTheOneWithFewestChanges() {
    List<String> known = List.of("file", "fill", "memory");
    assertEquals(Optional.of("fill"), Spelling.nearest("filll", known));
    assertEquals(Optional.of("memory"), Spelling.nearest("memroy", known));
  }

  @Test
  void nearest_ofTwoAlike_isTheFirstInTheAlphabet() {
    assertEquals(Optional.of("file"), Spelling.nearest("filx", List.of("fill", "file")));
  }

  @Test
  void nearest_nothingNear_isEmpty() {
    assertEquals(Optional.empty(), Spelling.nearest("zip", List.of("file", "memory")));
    assertEquals(Optional.empty(), Spelling.nearest("x", List.of()));
  }
}
