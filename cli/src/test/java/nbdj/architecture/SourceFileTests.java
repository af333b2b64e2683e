package nbdj.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** The rules see what code uses, and nothing else. */
class SourceFileTests {
  private static SourceFile file(String code) {
    return SourceFile.of("filters/x/src/main/java/a/b/C.java", "package a.b;\n" + code);
  }

  @Test
  void imports_ofAnyForm_areUses() {
    assertEquals(
        Set.of("nbdj.api", "java.util", "org.slf4j", "picocli"),
        file("""
        import java.util.List;
        import static java.util.Map.Entry;
        import nbdj.api.Flag.FUA;
        import static nbdj.api.Flag.*;
        import org.slf4j.*;
        import picocli.CommandLine;
        """)
            .uses());
  }

  @Test
  void fullNames_inCode_areUses() {
    assertEquals(
        Set.of("nbdj.runtime.chain", "org.slf4j"),
        file("Object o = nbdj.runtime.chain.Chain.of((org.slf4j.Logger) null);").uses());
    assertEquals(Set.of("javax.net.ssl"), file("import javax.net.ssl.SSLContext;").uses());
  }

  @Test
  void namesInCommentsAndText_areNoUses() {
    assertEquals(
        Set.of(),
        file("""
        // nbdj.a.A
        /* nbdj.b.B */ /** {@link nbdj.c.C} */
        String s = "nbdj.d.D \\" // nbdj.e.E"; char c = '"'; // "
        String t = \"""
           import nbdj.f.F; "quoted" \""";
        """)
            .uses());
  }

  @Test
  void place_isRead() {
    SourceFile file = file("class C {}\n");
    assertEquals("a.b", file.packageName());
    assertEquals("filters/x", file.module());
    assertEquals(2, file.lines());
  }

  @Test
  void within_isThePackageOrOneInsideIt() {
    assertEquals(true, SourceFile.isWithin("nbdj.api", Set.of("nbdj.api")));
    assertEquals(true, SourceFile.isWithin("nbdj.api.more", Set.of("x", "nbdj.api")));
    assertEquals(false, SourceFile.isWithin("nbdj.apix", Set.of("nbdj.api")));
    assertEquals(false, SourceFile.isWithin("nbdj", Set.of("nbdj.api")));
  }
}
