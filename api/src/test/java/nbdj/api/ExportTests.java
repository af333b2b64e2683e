package nbdj.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ExportTests {
  @Test
  void emptyNameAndDescription_areAllowed() {
    assertEquals(new Export("", ""), Export.of(""));
  }

  @Test
  void longestStrings_inBytes_areAllowed() {
    String longest = "é".repeat(Export.MAX_STRING / 2);
    assertEquals(longest, new Export(longest, longest).name());
  }

  @Test
  void nameOverTheLimit_inBytes_isRefused() {
    String tooLong = "é".repeat(Export.MAX_STRING / 2) + "x";
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Export.of(tooLong));
    assertEquals("export name has 4097 bytes, more than the protocol's 4096", e.getMessage());
  }

  @Test
  void descriptionOverTheLimit_isRefused() {
    String tooLong = "x".repeat(Export.MAX_STRING + 1);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> new Export("", tooLong));
    assertEquals(
        "export description has 4097 bytes, more than the protocol's 4096", e.getMessage());
  }

  @Test
  void halfOfASurrogatePair_isRefused() {
    assertEquals("disk \uD83D\uDCBE", Export.of("disk \uD83D\uDCBE").name());
    for (String half : new String[] {"\uD83D", "a\uDCBE", "\uDCBE\uD83D"}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> Export.of(half));
      assertEquals("export name must not contain half of a surrogate pair", e.getMessage());
    }
  }

  @Test
  void nul_isRefused() {
    IllegalArgumentException name =
        assertThrows(IllegalArgumentException.class, () -> Export.of("a\0"));
    assertEquals("export name must not contain NUL", name.getMessage());
    IllegalArgumentException description =
        assertThrows(IllegalArgumentException.class, () -> new Export("a", "\0"));
    assertEquals("export description must not contain NUL", description.getMessage());
  }
}
