package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NameHashTests {

  private static final long SEED = 5;
  private static final Pattern ANSWER = Pattern.compile("Hash of .* is 0x([0-9a-f]+) ");
  private static final String ALPHABET = "abcXYZ019._+\u00e9\u65e5\u00ff";

  @TempDir Path scratch;

  @Test
  void everyVersion_hashesAsDebugfsDoes() throws IOException {
    Tools.require("debugfs");
    Random random = new Random(SEED);
    List<String> commands = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      int version = i % 6;
      UUID seed = i % 3 == 0 ? new UUID(0, 0) : new UUID(random.nextLong(), random.nextLong());
      String name = name(random, 1 + i % 70);
      commands.add("dx_hash -h %d -s %s %s".formatted(version, seed, name));
      expected.add(
          NameHash.of(
              name.getBytes(StandardCharsets.UTF_8), version % 3, version >= 3, words(seed)));
    }
    Path script = Files.write(scratch.resolve("script"), commands);
    List<Integer> found = new ArrayList<>();
    Matcher answers = ANSWER.matcher(Tools.must("debugfs", "-f", script.toString()));
    while (answers.find()) {
      found.add(Integer.parseUnsignedInt(answers.group(1), 16));
    }
    assertEquals(expected, found, "seed " + SEED);
  }

  private static String name(Random random, int length) {
    StringBuilder name = new StringBuilder("n");
    for (int i = 1; i < length; i++) {
      name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return name.toString();
  }

  private static int[] words(UUID seed) {
    long high = Long.reverseBytes(seed.getMostSignificantBits());
    long low = Long.reverseBytes(seed.getLeastSignificantBits());
    return new int[] {(int) high, (int) (high >>> 32), (int) low, (int) (low >>> 32)};
  }
}
