package nbdj.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import nbdj.api.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The language, by what nbdkit makes of it. */
@Timeout(60)
class ParserTests {
  private static final Map<String, String> VARIABLES =
      Map.of("pattern", "0x55 0xaa", "nested", "$pattern 1", "loop", "$loop", "open", "1 )");

  @TempDir Path folder;

  private static Content parse(String text) throws IOException {
    return Parser.parse(text, name -> Optional.ofNullable(VARIABLES.get(name)));
  }

  private static String hex(Content content) throws IOException {
    byte[] all = new byte[(int) content.size()];
    content.put(0, all.length, 0, new Memory(all));
    return HexFormat.of().formatHex(all);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "0 1 2 3 | 00010203",
        "010 0x10 16 255 | 081010ff",
        "1 @5 | 0100000000",
        "1 2 @+2 3 | 0102000003",
        "1 2 3 4 @-2 9 | 01020904",
        "1 2 3 4 @-2 ( @1 9 ) | 01020009",
        "1 @-1 | 01",
        "1 @5 @-3 2 | 0100020000",
        "1 @^4 2 @^4 | 0100000002000000",
        "@^8 | ^^",
        "( 1 2 )*3 | 010201020102",
        "1*3*2 | 010101010101",
        "1 * 3 | 010101",
        "1*0 | ^^",
        "( @2 1 )*2 | 000001000001",
        "(1(2 3)*2)*2 | 01020302030102030203",
        "(1 2)*3[1:4] | 020102",
        "(1 2 3)[1:] | 0203",
        "(1 2 3)[:2] | 0102",
        "1[0:0] 2[0:1] | 02",
        "(1 2 3)[ 1 : 2 ]*2 | 0202",
        "\"ab\"*2 | 61626162",
        "(1 2) -> \\x \\x*2 \\x | 010201020102",
        "1 -> \\x ( 2 -> \\x \\x ) \\x | 0201",
        "$pattern*2 | 55aa55aa",
        "$nested | 55aa01",
        "le16:0x1234 be16:0x1234 | 34121234",
        "le32:1 be32:1 | 0100000000000001",
        "le64:0xfffffffffffffffe be64:010 | feffffffffffffff0000000000000008",
        "# nothing | ^^",
        "<(printf abc) | 616263",
        "<(printf '(a)')[1:2]*2 | 6161",
        "<(yes)[:5] | 790a790a79",
      })
  void text_standsForBytes(String text, String expected) throws IOException {
    assertEquals(expected, hex(parse(text)));
  }

  @Test
  void comment_endsWithItsLine() throws IOException {
    assertEquals("0102", hex(parse("1 # a comment ( \n 2 # another")));
  }

  @Test
  void escapes_areThoseOfC() throws IOException {
    assertEquals(
        "22 5c 27 3f 07 08 0c 0a 0d 09 0b 00 41 0f 41 ff 37".replace(" ", ""),
        hex(parse("\"\\\"\\\\\\'\\?\\a\\b\\f\\n\\r\\t\\v\\0\\x41\\xf\\101\\3777\"")));
    assertEquals("c3a4", hex(parse("\"\u00e4\"")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "256 | at character 1, '256': 256 is more than 255",
        "1 xyz | at character 3, 'xyz': not a number, nor anything else that is known",
        "08 | at character 1, '08': not a number, nor anything else that is known",
        "1x | at character 1, '1x': not a number, nor anything else that is known",
        "( 1 | at the end: ')' is missing",
        "1 ) | at character 3, ')': nothing is open that this closes",
        "1 @-2 | at character 5, '2': 2 is more than 1",
        "@^0 1 | at character 4, ' 1': nothing is aligned to 0",
        "\\x | \\x: not defined here (write EXPRESSION -> \\x before it)",
        "(1 -> \\x) \\x | \\x: not defined here (write EXPRESSION -> \\x before it)",
        "$none | at the end: $none is neither a parameter nor in the environment (add none=...)",
        "$open | in $open at character 3, ')': nothing is open that this closes",
        "(1 2)[:3] | at character 9, ']': only 2 bytes are there to be cut",
        "(1 2)[2:1] | at the end: a slice from 2 to 1",
        "(1 2)[2] | at character 8, ']': ':' is missing",
        "\"abc | at the end: it ends too early",
        "\"\\q\" | at character 4, '\"': \\q: no escape that is known (write \\\\ for a backslash)",
        "\"\\xg\" | at character 4, 'g\"': a hexadecimal digit is missing",
        "<(exit 3) | <(exit 3): the command ended with 3",
        "<(echo | at the end: it ends too early",
        "le16:0x10000 | at character 6, '0x10000': 0x10000 is more than 65535",
        "@9223372036854775807 1 | at the end: the disk ends at 9223372036854775807",
        "(1 2)*9223372036854775807 | 2 bytes, 9223372036854775807 times, are more than a disk holds",
        "-1 | at character 1, '-1': not a number, nor anything else that is known",
      })
  void wrongText_isRefusedWithThePlace(String text, String message) {
    ConfigException refusal = assertThrows(ConfigException.class, () -> parse(text));
    assertEquals(message, refusal.getMessage());
  }

  @Test
  void commandThatNeverEnds_uncut_isRefused() {
    assertThrows(ConfigException.class, () -> parse("<(yes)"));
  }

  @Test
  void variableThatContainsItself_isRefused() {
    assertThrows(ConfigException.class, () -> parse("$loop"));
  }

  @Test
  void thousandsOfParentheses_areRefused() {
    assertThrows(ConfigException.class, () -> parse("(".repeat(100_000)));
  }

  @Test
  void file_isPutAsItIs() throws IOException {
    Path file = Files.write(folder.resolve("some-file.bin"), new byte[] {1, 2, 3, 4});
    assertEquals("010203040203", hex(parse("<%s <%s[1:3]".formatted(file, file))));
    assertEquals("0102030400000000", hex(parse("<%s @^8".formatted(file))));
    assertThrows(ConfigException.class, () -> parse("<" + folder.resolve("none")));
    assertThrows(ConfigException.class, () -> parse("<" + folder));
  }

  @Test
  void farApart_onlyBytes_arePut() throws IOException {
    Content content = parse("1 @0x7ffffffffffffff0 ( 2 3 )*4 @+7");
    assertEquals(Long.MAX_VALUE, content.size());
    StringBuilder puts = new StringBuilder();
    content.put(
        0,
        content.size(),
        0,
        new Content.Target() {
          @Override
          public void write(long offset, byte[] bytes, int from, int to) {
            puts.append("%d+%x ".formatted(to - from, offset));
          }

          @Override
          public void zero(long offset, long count) {
            puts.append("zero ");
          }
        });
    assertEquals("1+0 8+7ffffffffffffff0 ", puts.toString());
  }
}
