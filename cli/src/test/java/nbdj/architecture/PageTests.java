package nbdj.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules see what stands on a page. */
class PageTests {
  private static final Page PAGE =
      new Page(
          "docs/a.md",
          """
          # A page: of `nbdj`
          See [b](b.md), [the root](../README.md#what-there-is), [below](#the-end) and
          [elsewhere](https://example.org/x.md).

          ```java
          int[] i = new int[](1);
          ```

          ```console
          $ nbdj [a](no-link.md)
          # no heading
          ```

          ```java sketch
          int k = ...;
          ```

          ```java
          int j;
          ```
          ## The end
          """);

  @Test
  void blocks_areThoseOfTheLanguage() {
    assertEquals(List.of("int[] i = new int[](1);\n", "int j;\n"), PAGE.blocks("java"));
  }

  @Test
  void links_leadFromThePagesOwnFolder() {
    assertEquals(
        List.of(
            new Page.Link("docs/b.md", ""),
            new Page.Link("README.md", "what-there-is"),
            new Page.Link("docs/a.md", "the-end")),
        PAGE.links());
  }

  @Test
  void anchors_areHeadingsWithHyphens() {
    assertEquals(Set.of("a-page-of-nbdj", "the-end"), PAGE.anchors());
  }
}
