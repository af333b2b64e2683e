package nbdj.api;

import java.util.List;

/**
 * The declaration of a {@code key=value} parameter.
 *
 * <pre>{@code
 * Parameter.of("size", Parameter.Type.SIZE, "Size of the disk.").required().magic()
 * }</pre>
 *
 * <p>Rules of parameters:
 *
 * <ul>
 *   <li><b>P-1</b> A key begins with a letter and goes on with letters, digits, dots, underscores
 *       and hyphens.
 *   <li><b>P-2</b> A value reaches a layer only if it has the declared type.
 *   <li><b>P-3</b> A parameter is given at most once unless it is declared {@linkplain
 *       #repeatable() repeatable}.
 *   <li><b>P-4</b> {@code configComplete} is called only if every required parameter was given.
 *   <li><b>P-5</b> A bare word on the command line is the value of the plugin's {@linkplain
 *       #magic() magic} parameter.
 *   <li><b>P-6</b> A key goes to the outermost layer that declares it; a key that no layer declares
 *       is refused.
 *   <li><b>P-7</b> The value of a parameter of type {@link Type#PASSWORD} is never shown.
 *   <li><b>P-8</b> The names that a layer declares differ; each declaration has a help text, and
 *       its default value, if there is one, has the declared type.
 *   <li><b>P-9</b> A layer is asked for its {@code parameters} before {@code load} and again after
 *       each of its {@code config}: what it declares may depend on what it was given.
 * </ul>
 *
 * @param name the key
 * @param type the type of the value
 * @param help one sentence for people
 * @param choices the values that a {@link Type#CHOICE} may take
 * @param defaultValue what holds if the parameter is not given, {@code ""} if that has no text
 * @param isRequired it must be given
 * @param isMagic a bare word is its value
 * @param isRepeatable it may be given more than once
 * @since 0.1
 */
public record Parameter(
    String name,
    Type type,
    String help,
    List<String> choices,
    String defaultValue,
    boolean isRequired,
    boolean isMagic,
    boolean isRepeatable) {

  /**
   * The type of a parameter's value; each is read by the method of {@link Values} named beside it.
   */
  public enum Type {
    /** Any text. */
    STRING,
    /** A number of bytes: {@link Values#size}. */
    SIZE,
    /** Yes or no: {@link Values#bool}. */
    BOOLEAN,
    /** A whole number: {@link Values#integer}. */
    INTEGER,
    /** A length of time: {@link Values#duration}. */
    DURATION,
    /** A share of cases: {@link Values#probability}. */
    PROBABILITY,
    /** A file or folder: {@link Values#path}. */
    PATH,
    /** A secret: {@link Values#password}. */
    PASSWORD,
    /** One of the declared words: {@link Values#choice}. */
    CHOICE
  }

  /** Make a declaration, and refuse an impossible key or a default of another type. */
  public Parameter {
    choices = List.copyOf(choices);
    if (!name.matches("[A-Za-z][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "parameter name '%s' must be a letter followed by letters, digits, '.', '_' or '-'"
              .formatted(name));
    }
    if (!defaultValue.isEmpty()) {
      try {
        check(type, choices, defaultValue);
      } catch (ConfigException e) {
        throw new IllegalArgumentException(
            "default '%s' of parameter '%s': %s".formatted(defaultValue, name, e.getMessage()), e);
      }
    }
  }

  /** Declare an optional parameter that may be given once. */
  public static Parameter of(String name, Type type, String help) {
    return new Parameter(name, type, help, List.of(), "", false, false, false);
  }

  /** Declare an optional parameter whose value is one of some words. */
  public static Parameter choice(String name, String help, String... choices) {
    return new Parameter(name, Type.CHOICE, help, List.of(choices), "", false, false, false);
  }

  /** Get this declaration for a parameter that must be given. */
  public Parameter required() {
    return new Parameter(name, type, help, choices, defaultValue, true, isMagic, isRepeatable);
  }

  /**
   * Get this declaration for the parameter that a bare word stands for. Of a filter it means
   * nothing.
   */
  public Parameter magic() {
    return new Parameter(name, type, help, choices, defaultValue, isRequired, true, isRepeatable);
  }

  /** Get this declaration for a parameter that may be given more than once. */
  public Parameter repeatable() {
    return new Parameter(name, type, help, choices, defaultValue, isRequired, isMagic, true);
  }

  /** Get this declaration with what holds if the parameter is not given. */
  public Parameter withDefault(String value) {
    return new Parameter(name, type, help, choices, value, isRequired, isMagic, isRepeatable);
  }

  /**
   * Check that a value has the declared type. A password is not fetched from where it is kept.
   *
   * @throws ConfigException if it has not
   */
  public void check(String value) throws ConfigException {
    check(type, choices, value);
  }

  private static void check(Type type, List<String> choices, String value) throws ConfigException {
    switch (type) {
      case STRING, PASSWORD -> {}
      case SIZE -> Values.size(value);
      case BOOLEAN -> Values.bool(value);
      case INTEGER -> Values.integer(value, Long.MIN_VALUE, Long.MAX_VALUE);
      case DURATION -> Values.duration(value);
      case PROBABILITY -> Values.probability(value);
      case PATH -> Values.path(value);
      case CHOICE -> Values.choice(value, choices);
    }
  }
}
