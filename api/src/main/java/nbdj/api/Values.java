package nbdj.api;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Readers of parameter values, with the syntax of nbdkit.
 *
 * <p>Each throws {@link ConfigException} with a message that follows the value: {@code not a size
 * (try 64M, 1G)}.
 *
 * @since 0.1
 */
public final class Values {
  private static final Pattern SIZE =
      Pattern.compile("([0-9]+)([bkmgtpes]?)", Pattern.CASE_INSENSITIVE);
  private static final Pattern INTEGER = Pattern.compile("([+-]?)(?:0[xX]([0-9a-fA-F]+)|([0-9]+))");
  private static final Pattern DURATION =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|μs|µs|ms|s|sec)?");
  private static final Pattern RATIO =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(?:(%)|:([0-9]+(?:\\.[0-9]+)?))?");

  private Values() {}

  /**
   * Read a number of bytes: digits and one of b, k, m, g, t, p, e (powers of 1024) or s (sectors of
   * 512), in either case.
   *
   * @return from 0 to {@link Long#MAX_VALUE}
   */
  public static long size(String value) throws ConfigException {
    Matcher match = SIZE.matcher(value);
    if (!match.matches()) {
      throw new ConfigException("not a size (try 64M, 1G)");
    }
    long unit =
        switch (match.group(2).toLowerCase(Locale.ROOT)) {
          case "k" -> 1L << 10;
          case "m" -> 1L << 20;
          case "g" -> 1L << 30;
          case "t" -> 1L << 40;
          case "p" -> 1L << 50;
          case "e" -> 1L << 60;
          case "s" -> 512;
          default -> 1;
        };
    try {
      return Math.multiplyExact(Long.parseLong(match.group(1)), unit);
    } catch (ArithmeticException | NumberFormatException e) {
      throw new ConfigException("too large: a size is at most 9223372036854775807 bytes", e);
    }
  }

  /** Read yes (1, true, t, yes, y, on) or no (0, false, f, no, n, off), in either case. */
  public static boolean bool(String value) throws ConfigException {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "true", "t", "yes", "y", "on" -> true;
      case "0", "false", "f", "no", "n", "off" -> false;
      default -> throw new ConfigException("not a boolean (try true, false)");
    };
  }

  /**
   * Read a whole number, decimal (leading zeroes mean nothing) or, after {@code 0x}, hexadecimal;
   * either may have a sign.
   *
   * @param least the least value allowed
   * @param most the greatest value allowed
   */
  public static long integer(String value, long least, long most) throws ConfigException {
    Matcher match = INTEGER.matcher(value);
    if (!match.matches()) {
      throw new ConfigException("not a whole number (try 10, 0x0a)");
    }
    BigInteger size =
        match.group(2) != null
            ? new BigInteger(match.group(2), 16)
            : new BigInteger(match.group(3), 10);
    BigInteger number = match.group(1).equals("-") ? size.negate() : size;
    if (number.compareTo(BigInteger.valueOf(least)) < 0
        || number.compareTo(BigInteger.valueOf(most)) > 0) {
      throw new ConfigException("out of range: from %d to %d".formatted(least, most));
    }
    return number.longValueExact();
  }

  /** Read a length of time: seconds, or a number with ns, us, ms or s; fractions are allowed. */
  public static Duration duration(String value) throws ConfigException {
    Matcher match = DURATION.matcher(value);
    if (!match.matches()) {
      throw new ConfigException("not a duration (try 100ms, 2.5s)");
    }
    int scale =
        switch (match.group(2) == null ? "s" : match.group(2)) {
          case "ns" -> 0;
          case "us", "μs", "µs" -> 3;
          case "ms" -> 6;
          default -> 9;
        };
    try {
      return Duration.ofNanos(
          new BigDecimal(match.group(1)).scaleByPowerOfTen(scale).toBigInteger().longValueExact());
    } catch (ArithmeticException e) {
      throw new ConfigException("too long: a duration is at most 292 years", e);
    }
  }

  /**
   * Read a share of cases: a fraction, a percentage or a ratio: 0.1, 10%, 1:10.
   *
   * @return from 0 to 1
   */
  public static double probability(String value) throws ConfigException {
    Matcher match = RATIO.matcher(value);
    if (!match.matches()) {
      throw new ConfigException("not a probability (try 0.1, 10%, 1:10)");
    }
    double share = Double.parseDouble(match.group(1));
    if (match.group(2) != null) {
      share /= 100;
    } else if (match.group(3) != null) {
      share /= Double.parseDouble(match.group(3));
    }
    if (!(share >= 0 && share <= 1)) {
      throw new ConfigException("out of range: a probability is from 0 to 1");
    }
    return share;
  }

  /**
   * Read a path.
   *
   * @return the path made absolute, not checked to exist
   */
  public static Path path(String value) throws ConfigException {
    if (value.isEmpty()) {
      throw new ConfigException("empty: a path is needed");
    }
    try {
      return Path.of(value).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new ConfigException("not a path: " + e.getReason(), e);
    }
  }

  /** Read one of some words. */
  public static String choice(String value, List<String> choices) throws ConfigException {
    if (!choices.contains(value)) {
      throw new ConfigException("not one of " + String.join(", ", choices));
    }
    return value;
  }

  /**
   * Fetch a password: {@code -} asks at the terminal, {@code -N} reads file descriptor N, from 3
   * on, {@code +FILE} reads the file; anything else is the password itself. What is read ends at
   * the first line feed.
   */
  public static String password(String value) throws ConfigException {
    if (value.equals("-")) {
      return askPassword();
    }
    if (value.matches("-[0-9]+")) {
      // Standard input, output and error have other uses: -s serves a client on them.
      long descriptor = integer(value.substring(1), 3, Integer.MAX_VALUE);
      return firstLine(Path.of("/dev/fd/" + descriptor));
    }
    if (value.startsWith("+")) {
      return firstLine(path(value.substring(1)));
    }
    return value;
  }

  // The check holds for JDK 22 to 24; on 25 there is no console where input is not a terminal.
  @SuppressWarnings("SystemConsoleNull")
  private static String askPassword() throws ConfigException {
    Console console = System.console();
    char[] typed =
        console != null && console.isTerminal() ? console.readPassword("password: ") : null;
    if (typed == null) {
      throw new ConfigException("there is no terminal to ask for the password at (try +FILE)");
    }
    return new String(typed);
  }

  /** Read up to the first line feed and no further: a pipe may stay open behind it. */
  private static String firstLine(Path file) throws ConfigException {
    try (InputStream in = Files.newInputStream(file)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        line.write(next);
      }
      return line.toString(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ConfigException("cannot read the password: %s: %s".formatted(file, reason(e)), e);
    }
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> "no such file";
      case AccessDeniedException e -> "permission denied";
      case FileSystemException e -> String.valueOf(e.getReason());
      default -> String.valueOf(failure.getMessage());
    };
  }
}
