package nbdj.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.Console;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordTests {
  @TempDir private Path temp;

  private static void assertRefused(String message, String value) {
    assertEquals(
        message, assertThrows(ConfigException.class, () -> Values.password(value)).getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret", "-secret", "-3x", " +file", "--"})
  void plainWord_isThePassword(String value) throws IOException {
    assertEquals(value, Values.password(value));
  }

  @ParameterizedTest
  @CsvSource({
    "'secret\n', secret",
    "secret, secret",
    "'one\ntwo\n', one",
    "'', ''",
    "'\nsecret', ''",
    "'pä ß\n', pä ß"
  })
  void file_firstLineIsThePassword(String content, String password) throws IOException {
    Path file = Files.writeString(temp.resolve("password"), content);
    assertEquals(password, Values.password("+" + file));
  }

  @Test
  void absentFile_isNamed() {
    Path file = temp.resolve("absent");
    assertRefused("cannot read the password: %s: no such file".formatted(file), "+" + file);
  }

  @Test
  void folder_isRefused() {
    assertRefused("cannot read the password: %s: Is a directory".formatted(temp), "+" + temp);
  }

  @Test
  void noFileName_isRefused() {
    assertRefused("empty: a path is needed", "+");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void descriptor_isRead() throws IOException {
    Path file = Files.writeString(temp.resolve("password"), "secret\n");
    try (FileInputStream open = new FileInputStream(file.toFile())) {
      assertEquals(true, open.getFD().valid());
      assertEquals("secret", Values.password("-" + descriptorOf(file)));
    }
  }

  private static String descriptorOf(Path file) throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.filter(Files::exists).toList()) {
        if (Files.isSameFile(descriptor, file)) {
          return String.valueOf(descriptor.getFileName());
        }
      }
    }
    throw new AssertionError(file + " is not open");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  @Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void pipeThatStaysOpen_isReadToTheLineFeedOnly() throws Exception {
    Path pipe = temp.resolve("pipe");
    assertEquals(0, new ProcessBuilder(List.of("mkfifo", pipe.toString())).start().waitFor());
    try (RandomAccessFile end = new RandomAccessFile(pipe.toFile(), "rw")) {
      end.write("secret\n".getBytes(StandardCharsets.UTF_8));
      assertEquals("secret", Values.password("+" + pipe));
    }
  }

  @Test
  void closedDescriptor_isNamed() {
    assertRefused("cannot read the password: /dev/fd/987654: no such file", "-987654");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0", "-1", "-2", "-99999999999999999999"})
  void descriptorOfStandardInputOrOutput_isRefused(String value) {
    assertRefused("out of range: from 3 to 2147483647", value);
  }

  @Test
  @SuppressWarnings("SystemConsoleNull") // It does return null on JDK 25.
  void noTerminal_isSaidSo() {
    Console console = System.console();
    assumeTrue(console == null || !console.isTerminal(), "there is a terminal");
    assertRefused("there is no terminal to ask for the password at (try +FILE)", "-");
  }
}
