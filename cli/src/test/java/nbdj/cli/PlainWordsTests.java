package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PlainWordsTests {
  private static final List<String> TEXTS =
      List.of("memory", "1M", "size=1M", "-", "--", "", "=", "=a", "-x", "-r", "-U", "-1", "a=-r");

  private final Random random;
  private final long seed = System.nanoTime();

  PlainWordsTests() {
    random = new Random(seed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "memory 64M",
        "-U - file disk.img --filter ext2 ext2file=/one",
        "-r -Usock -p0 --port=7 -v -v --filter=a --filter b null",
        "--version"
      })
  void usualCommand_isPlain(String line) {
    assertTrue(PlainWords.read(line.split(" ")).isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-rv memory",
        "--read memory",
        "--readonly=yes memory",
        "memory -- -r",
        "memory -U",
        "-U -r memory",
        "-U=sock memory",
        "--unix= memory",
        "--nothing memory",
        "-W"
      })
  void whatMayBeWrongOrIsCutShort_isNotPlain(String line) {
    assertEquals(Optional.empty(), PlainWords.read(line.split(" ")));
  }

  @Test
  void plainCommand_isReadAsByPicocli() throws UsageException {
    int plain = 0;
    for (int i = 0; i < 5000; i++) {
      String[] line = line();
      Optional<OptionValues> read = PlainWords.read(line);
      if (read.isPresent()) {
        plain++;
        assertEquals(
            everything(AllWords.read(line)),
            everything(read.get()),
            () -> "seed " + seed + ": " + Arrays.toString(line));
      }
    }
    assertTrue(plain > 500, "seed " + seed + ": only " + plain);
  }

  private String[] line() {
    List<String> words = new ArrayList<>();
    for (int i = random.nextInt(5); i >= 0; i--) {
      Option option = pick(CommandLineOptions.all());
      String name = pick(option.names());
      switch (random.nextInt(6)) {
        case 0 -> words.add(pick(TEXTS));
        case 1 -> words.add(name + "=" + pick(TEXTS));
        case 2 -> words.add(name + pick(TEXTS));
        default -> {
          words.add(name);
          if (option.takesValue()) {
            words.add(pick(TEXTS));
          }
        }
      }
    }
    return words.toArray(String[]::new);
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private static String everything(OptionValues values) {
    TreeMap<String, List<String>> all = new TreeMap<>();
    for (Option option : CommandLineOptions.all()) {
      for (String name : option.names()) {
        if (values.has(name)) {
          all.put(name, values.texts(name));
        }
      }
    }
    return all + " " + values.words();
  }
}
