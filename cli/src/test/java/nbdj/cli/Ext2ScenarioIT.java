package nbdj.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files inside an ext4 image, served to several clients at once. */
final class Ext2ScenarioIT {
  /** Three handles open at once, a fourth later; what one writes all others read. */
  private static final String SHARED_BY_ALL =
      """
      def connect(name):
          h = nbd.NBD()
          h.connect_uri(uri.replace(':///', ':///' + name))
          return h
      h1 = connect('/one')
      h2 = connect('one')
      h3 = connect('two')
      assert h1.get_size() == 5 and h3.get_size() == 7
      assert h1.pread(5, 0) == b'hello'
      h2.pwrite(b'world', 0)
      assert h3.pread(7, 0) == b'goodbye'
      h2.flush()
      h4 = connect('/one')
      assert h4.pread(5, 0) == b'world'
      assert h1.pread(5, 0) == b'world'
      assert h1.can_multi_conn() and h3.can_multi_conn()
      assert h3.pread(7, 0) == b'goodbye'
      for h in (h1, h2, h3, h4):
          h.shutdown()
      """;

  @TempDir Path folder;

  @Test
  void handlesOfOneFile_areCoherent_andTheImageStaysClean() throws Exception {
    Path image = new Ext4Image(folder).with("one", "hello").with("two", "goodbye").make("16M");
    try (ServingProcess server =
        ServingProcess.start(
            "--filter", "ext2", "--plugin", "file", image, "ext2file=exportname")) {
      Tool.nbdsh(server.uri(), SHARED_BY_ALL).succeeded();
      Tool.run("nbdinfo", "--can", "multi-conn", server.uri("/one")).succeeded();
      server.stop();
    }
    Ext4Image.check(image);
    assertArrayEquals("world".getBytes(UTF_8), Ext4Image.dump(image, "/one", folder));
    assertArrayEquals("goodbye".getBytes(UTF_8), Ext4Image.dump(image, "/two", folder));
  }

  @Test
  void readOnlyServer_writesNotOneByte() throws Exception {
    Path image = new Ext4Image(folder).with("one", "hello").make("16M");
    byte[] before = Files.readAllBytes(image);
    try (ServingProcess server =
        ServingProcess.start("-r", "--filter", "ext2", "file", image, "ext2file=/one")) {
      Tool.nbdsh(
              server.uri(),
              """
              h.connect_uri(uri)
              assert h.is_read_only() and h.pread(5, 0) == b'hello'
              h.shutdown()
              """)
          .succeeded();
      server.stop();
    }
    assertArrayEquals(before, Files.readAllBytes(image));
  }

  @Test
  void filesOfAnImage_areListedWhenThatIsWanted() throws Exception {
    Path image = new Ext4Image(folder).with("one", "hello").with("two", "goodbye").make("16M");
    try (ServingProcess server =
        ServingProcess.start(
            "--filter", "ext2", "file", image, "ext2file=exportname", "ext2list=true")) {
      String list = Tool.run("nbdinfo", "--list", server.uri()).succeeded().out();
      assertTrue(list.contains("export=\"one\":"), list);
      assertTrue(list.contains("export=\"two\":"), list);
      server.stop();
    }
  }

  @Test
  void imageThatIsOnlyDescribed_isLookedInto() throws Exception {
    Path image = new Ext4Image(folder).with("one", "hello").make("16M");
    byte[] before = Files.readAllBytes(image);
    String dump =
        Tool.nbdj("--filter", "ext2", "--plugin", "file", image, "--dump-plugin").succeeded().out();
    List<String> lines = dump.lines().toList();
    assertTrue(lines.contains("filter.ext2.image.size=16777216"), dump);
    assertTrue(lines.contains("filter.ext2.image.state=clean"), dump);
    assertTrue(lines.contains("filter.ext2.image.journal=clean"), dump);
    assertTrue(lines.contains("filter.ext2.image.writable=true"), dump);
    assertTrue(dump.contains("\nfilter.ext2.image.features=has_journal,"), dump);
    assertArrayEquals(before, Files.readAllBytes(image));
  }

  @Test
  void missingFile_isRefusedToThatClientWithTheReason() throws Exception {
    Path image = new Ext4Image(folder).with("one", "hello").make("16M");
    try (ServingProcess server =
        ServingProcess.start("--filter", "ext2", "file", image, "ext2file=exportname")) {
      Outcome refused = Tool.run("nbdinfo", server.uri("/nothing"));
      assertEquals(1, refused.status(), refused::toString);
      assertTrue(refused.err().contains("nothing"), refused::toString);
      assertEquals("5\n", Tool.run("nbdinfo", "--size", server.uri("/one")).succeeded().out());
    }
  }

  @Test
  void nameBeyondAscii_isFoundWithoutALocale() throws Exception {
    Path image = new Ext4Image(folder).with("grüße", "hello").make("16M");
    ProcessBuilder builder =
        Tool.nbdjBuilder(
            "--filter",
            "ext2",
            "file",
            image,
            "ext2file=/grüße",
            "--run",
            "nbdinfo --size \"$uri\"; echo $LC_CTYPE");
    builder.environment().keySet().removeAll(List.of("LANG", "LC_ALL", "LC_CTYPE"));
    assertEquals("5\n\n", Tool.run(builder).succeeded().out());
  }

  @Test
  void imageWithoutFileSystem_endsTheStart() throws Exception {
    Path image = Files.write(folder.resolve("zero.img"), new byte[1 << 20]);
    Outcome outcome =
        Tool.nbdj("--filter", "ext2", "file", image, "ext2file=/one", "-U", folder.resolve("sock"));
    assertEquals(1, outcome.status(), outcome::toString);
    assertTrue(
        outcome.err().startsWith("nbdj: ext2: no ext2, ext3 or ext4 filesystem found"),
        outcome::toString);
    assertEquals(1, outcome.err().lines().count(), outcome::toString);
  }

  @Test
  void pathNotAbsolute_isAUsageError() throws Exception {
    Path image = Files.write(folder.resolve("zero.img"), new byte[4096]);
    Tool.nbdj("--filter", "ext2", "file", image, "ext2file=one")
        .refused(
            2,
            "ext2: ext2file=one: must be an absolute path inside the image (try /one), or exportname");
  }
}
