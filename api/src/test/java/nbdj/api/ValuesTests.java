package nbdj.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTests {
  private static void assertRefused(String message, Executable reading) {
    assertEquals(message, assertThrows(ConfigException.class, reading).getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "007, 7",
    "5b, 5",
    "5B, 5",
    "3k, 3072",
    "3K, 3072",
    "2m, 2097152",
    "2M, 2097152",
    "1g, 1073741824",
    "1G, 1073741824",
    "1t, 1099511627776",
    "1T, 1099511627776",
    "1p, 1125899906842624",
    "1P, 1125899906842624",
    "7e, 8070450532247928832",
    "7E, 8070450532247928832",
    "3s, 1536",
    "3S, 1536",
    "9223372036854775807, 9223372036854775807",
    "18014398509481983s, 9223372036854775296"
  })
  void size_withSuffix_isRead(String text, long bytes) throws ConfigException {
    assertEquals(bytes, Values.size(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "k", "-1", "+1", "1.5M", "1 M", " 1", "1 ", "12Q", "1KiB", "1kb", "0x10",
        "1\u212a", "\u0663", "1\n", "1e3"
      })
  void size_garbage_isRefused(String text) {
    assertRefused("not a size (try 64M, 1G)", () -> Values.size(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"9223372036854775808", "8e", "16e", "18014398509481984s", "99999999999999999999g"})
  void size_overflow_isRefused(String text) {
    assertRefused(
        "too large: a size is at most 9223372036854775807 bytes", () -> Values.size(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "t", "yes", "y", "on", "TRUE", "Yes", "oN"})
  void bool_yes_isTrue(String text) throws ConfigException {
    assertEquals(true, Values.bool(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "false", "f", "no", "n", "off", "FALSE", "No", "oFF"})
  void bool_no_isFalse(String text) throws ConfigException {
    assertEquals(false, Values.bool(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "01", "tr", "yes ", "ja", "-1"})
  void bool_garbage_isRefused(String text) {
    assertRefused("not a boolean (try true, false)", () -> Values.bool(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "+5, 5",
    "-5, -5",
    "010, 10",
    "-010, -10",
    "00, 0",
    "0x10, 16",
    "0XfF, 255",
    "-0x1, -1",
    "9223372036854775807, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808",
    "0x7fffffffffffffff, 9223372036854775807"
  })
  void integer_decimalOrHexadecimal_isRead(String text, long number) throws ConfigException {
    assertEquals(number, Values.integer(text, Long.MIN_VALUE, Long.MAX_VALUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "x", "1.0", "1k", " 1", "#10", "0x", "0x-1", "--1", "1_000", "\u0663"})
  void integer_garbage_isRefused(String text) {
    assertRefused(
        "not a whole number (try 10, 0x0a)",
        () -> Values.integer(text, Long.MIN_VALUE, Long.MAX_VALUE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "6", "-1", "99999999999999999999", "0xffffffffffffffff"})
  void integer_outOfRange_isRefused(String text) {
    assertRefused("out of range: from 1 to 5", () -> Values.integer(text, 1, 5));
  }

  @Test
  void integer_atTheEndsOfTheRange_isRead() throws ConfigException {
    assertEquals(1, Values.integer("1", 1, 5));
    assertEquals(5, Values.integer("5", 1, 5));
  }

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "2, PT2S",
    "2s, PT2S",
    "2sec, PT2S",
    "2.5, PT2.5S",
    "2.5s, PT2.5S",
    "0.000000001, PT0.000000001S",
    "100ms, PT0.1S",
    "1.5ms, PT0.0015S",
    "7us, PT0.000007S",
    "7μs, PT0.000007S",
    "7µs, PT0.000007S",
    "7ns, PT0.000000007S",
    "0.9ns, PT0S",
    "9223372036, PT2562047H47M16S"
  })
  void duration_withUnit_isRead(String text, Duration duration) throws ConfigException {
    assertEquals(duration, Values.duration(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1", "1m", "1 s", ".5", "1.", "1e3", "1S", "1.2.3"})
  void duration_garbage_isRefused(String text) {
    assertRefused("not a duration (try 100ms, 2.5s)", () -> Values.duration(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372037", "9223372036854775808ns", "99999999999999999999"})
  void duration_overflow_isRefused(String text) {
    assertRefused("too long: a duration is at most 292 years", () -> Values.duration(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "0.1, 0.1",
    "10%, 0.1",
    "0.5%, 0.005",
    "100%, 1",
    "1:10, 0.1",
    "0.5:2, 0.25",
    "0:7, 0",
    "3:3, 1"
  })
  void probability_fractionPercentageOrRatio_isRead(String text, double share)
      throws ConfigException {
    assertEquals(share, Values.probability(text), 1e-15);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "-0.1", "1:", ":1", "1:2:3", "10 %", ".1", "NaN", "1:2%"})
  void probability_garbage_isRefused(String text) {
    assertRefused("not a probability (try 0.1, 10%, 1:10)", () -> Values.probability(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1", "101%", "2:1", "1:0", "0:0"})
  void probability_outOfRange_isRefused(String text) {
    assertRefused("out of range: a probability is from 0 to 1", () -> Values.probability(text));
  }

  @Test
  void path_relative_isMadeAbsolute() throws ConfigException {
    Path path = Values.path("some/file");
    assertTrue(path.isAbsolute());
    assertTrue(path.endsWith("some/file"));
  }

  @Test
  void path_emptyOrImpossible_isRefused() {
    assertRefused("empty: a path is needed", () -> Values.path(""));
    assertRefused("not a path: Nul character not allowed", () -> Values.path("a\0b"));
  }

  @Test
  void choice_oneOfTheWords_isRead() throws ConfigException {
    assertEquals("malloc", Values.choice("malloc", List.of("sparse", "malloc")));
  }

  @Test
  void choice_anotherWord_isRefusedWithTheWords() {
    assertRefused(
        "not one of sparse, malloc", () -> Values.choice("Malloc", List.of("sparse", "malloc")));
  }
}
