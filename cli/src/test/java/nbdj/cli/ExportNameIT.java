package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports under other names than the files of a folder have. */
final class ExportNameIT {
  @TempDir Path folder;

  @Test
  void folder_underOtherRules_isWhatTheRulesSay() throws Exception {
    for (String name : new String[] {"one", "two2", "three"}) {
      Files.writeString(folder.resolve(name), name);
    }
    try (ServingProcess server =
        ServingProcess.start(
            "--filter",
            "exportname",
            "file",
            "dir=" + folder,
            "default-export=three",
            "exportname=three",
            "exportname=one",
            "exportname-strict=true",
            "exportdesc=script:printf '%s!' \"$name\"")) {
      assertEquals("5\n", Tool.run("nbdinfo", "--size", server.uri()).succeeded().out());
      assertEquals("3\n", Tool.run("nbdinfo", "--size", server.uri("one")).succeeded().out());
      Outcome refused = Tool.run("nbdinfo", "--size", server.uri("two2"));
      assertEquals(1, refused.status(), refused::toString);
      Outcome list = Tool.run("nbdinfo", "--list", server.uri()).succeeded();
      assertTrue(list.out().contains("description: one!"), list::toString);
      assertTrue(!list.out().contains("two2"), list::toString);
      server.stop();
    }
  }

  @Test
  void imageInAFolder_belowExt2_isTheDefaultExport() throws Exception {
    Path images = Files.createDirectory(folder.resolve("images"));
    Files.move(new Ext4Image(folder).with("one", "hello").make("16M"), images.resolve("disk.img"));
    Outcome copied =
        Tool.nbdj(
            "--filter",
            "ext2",
            "--filter",
            "exportname",
            "file",
            "dir=" + images,
            "default-export=disk.img",
            "ext2file=/one",
            "--run",
            "nbdcopy \"$uri\" -");
    assertEquals("hello", copied.succeeded().out());
  }
}
