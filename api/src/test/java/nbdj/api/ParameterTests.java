package nbdj.api;

import static nbdj.api.Parameter.Type.STRING;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParameterTests {
  @ParameterizedTest
  @ValueSource(strings = {"a", "size", "A-1", "x.y_z-9"})
  void name_possible_isAllowed(String name) {
    assertEquals(name, Parameter.of(name, STRING, "").name());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1a", "-a", "_a", ".a", "a=b", "a b", "é", "a\n"})
  void name_impossible_isRefused(String name) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Parameter.of(name, STRING, ""));
    assertEquals(
        "parameter name '%s' must be a letter followed by letters, digits, '.', '_' or '-'"
            .formatted(name),
        e.getMessage());
  }

  @Test
  void of_declaresAnOptionalParameterGivenOnce() {
    assertEquals(
        new Parameter("a", STRING, "Help.", List.of(), "", false, false, false),
        Parameter.of("a", STRING, "Help."));
  }

  @Test
  void eachModifier_changesItsOwnPartOnly() {
    Parameter all =
        Parameter.choice("a", "Help.", "x", "y").required().magic().repeatable().withDefault("x");
    assertEquals(
        new Parameter(
            "a", Parameter.Type.CHOICE, "Help.", List.of("x", "y"), "x", true, true, true),
        all);
    Parameter plain = Parameter.of("a", STRING, "Help.");
    assertEquals(
        new Parameter("a", STRING, "Help.", List.of(), "", true, false, false), plain.required());
    assertEquals(
        new Parameter("a", STRING, "Help.", List.of(), "", false, true, false), plain.magic());
    assertEquals(
        new Parameter("a", STRING, "Help.", List.of(), "", false, false, true), plain.repeatable());
    assertEquals(
        new Parameter("a", STRING, "Help.", List.of(), "d", false, false, false),
        plain.withDefault("d"));
  }

  @Test
  void defaultOfAnotherType_isRefused() {
    Parameter size = Parameter.of("size", Parameter.Type.SIZE, "How large.");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> size.withDefault("a lot"));
    assertEquals("default 'a lot' of parameter 'size': not a size (try 64M, 1G)", e.getMessage());
    Parameter mode = Parameter.choice("mode", "How.", "fast", "slow");
    assertThrows(IllegalArgumentException.class, () -> mode.withDefault("medium"));
  }

  @Test
  void choices_changedByTheCaller_areKept() {
    List<String> words = new ArrayList<>(List.of("x"));
    Parameter parameter =
        new Parameter("a", Parameter.Type.CHOICE, "", words, "", false, false, false);
    words.add("y");
    assertEquals(List.of("x"), parameter.choices());
  }

  @ParameterizedTest
  @CsvSource({
    "STRING, anything at all",
    "SIZE, 64M",
    "BOOLEAN, yes",
    "INTEGER, -7",
    "DURATION, 10ms",
    "PROBABILITY, 1:2",
    "PATH, ./file",
    "PASSWORD, +/no/such/file",
    "CHOICE, y"
  })
  void valueOfTheType_isAccepted(Parameter.Type type, String value) {
    assertDoesNotThrow(() -> declared(type).check(value));
  }

  @ParameterizedTest
  @CsvSource({
    "SIZE, x, 'not a size (try 64M, 1G)'",
    "BOOLEAN, x, 'not a boolean (try true, false)'",
    "INTEGER, x, 'not a whole number (try 10, 0x0a)'",
    "DURATION, x, 'not a duration (try 100ms, 2.5s)'",
    "PROBABILITY, x, 'not a probability (try 0.1, 10%, 1:10)'",
    "PATH, '', 'empty: a path is needed'",
    "CHOICE, z, 'not one of x, y'"
  })
  void valueOfAnotherType_isRefused(Parameter.Type type, String value, String message) {
    ConfigException e = assertThrows(ConfigException.class, () -> declared(type).check(value));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @EnumSource(
      names = {"STRING", "PASSWORD"},
      value = Parameter.Type.class)
  void text_empty_isAccepted(Parameter.Type type) {
    assertDoesNotThrow(() -> declared(type).check(""));
  }

  private static Parameter declared(Parameter.Type type) {
    return new Parameter("a", type, "", List.of("x", "y"), "", false, false, false);
  }
}
