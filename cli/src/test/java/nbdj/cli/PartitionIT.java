package nbdj.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Partitions of disks that another program made. */
final class PartitionIT {
  @TempDir Path folder;

  /** Make a disk whose partitions are files. */
  private Path disk(String type, List<Path> files) throws Exception {
    Path disk = folder.resolve("partitioned.img");
    List<Object> command =
        new ArrayList<>(List.of("nbdkit", "-U", "-", "partitioning", "partition-type=" + type));
    command.addAll(files);
    command.addAll(List.of("--run", "nbdcopy \"$uri\" " + disk));
    Tool.run(command.toArray()).succeeded();
    return disk;
  }

  private List<Path> files(int count) throws Exception {
    List<Path> files = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      byte[] content = new byte[i * 4096];
      Arrays.fill(content, (byte) i);
      files.add(Files.write(folder.resolve("part" + i), content));
    }
    return files;
  }

  @ParameterizedTest
  @CsvSource({"mbr, 4, 2, 2", "gpt, 5, 5, 5", "mbr, 6, 3, 3", "mbr, 6, 5, 4", "mbr, 6, 7, 6"})
  void partition_copied_isTheFileItWasMadeOf(String type, int count, int number, int file)
      throws Exception {
    List<Path> files = files(count);
    Path disk = disk(type, files);
    Path copy = folder.resolve("copy");
    try (ServingProcess server =
        ServingProcess.start("--filter", "partition", "file", disk, "partition=" + number)) {
      Tool.run("nbdcopy", server.uri(), copy).succeeded();
      server.stop();
    }
    assertArrayEquals(Files.readAllBytes(files.get(file - 1)), Files.readAllBytes(copy));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mbr", "gpt"})
  void fileInAFilesystemOnAPartition_isServedAndWritten(String type) throws Exception {
    Path image = new Ext4Image(folder).with("one", "hello").make("16M");
    Path disk = disk(type, List.of(image));
    try (ServingProcess server =
        ServingProcess.start(
            "--filter",
            "ext2",
            "--filter",
            "partition",
            "file",
            disk,
            "partition=1",
            "ext2file=/one")) {
      Tool.nbdsh(
              server.uri(),
              """
              h.connect_uri(uri)
              assert h.pread(5, 0) == b'hello'
              h.pwrite(b'world', 0)
              h.flush()
              h.shutdown()
              """)
          .succeeded();
      server.stop();
    }
    try (ServingProcess server =
        ServingProcess.start("--filter", "partition", "file", disk, "partition=1", "-r")) {
      Tool.run("nbdcopy", server.uri(), folder.resolve("after.img")).succeeded();
      server.stop();
    }
    Ext4Image.check(folder.resolve("after.img"));
    assertEquals(
        "world", new String(Ext4Image.dump(folder.resolve("after.img"), "/one", folder), UTF_8));
  }

  @Test
  void partitionThatIsNotThere_client_isRefused() throws Exception {
    Path disk = disk("gpt", files(2));
    try (ServingProcess server =
        ServingProcess.start("--filter", "partition", "file", disk, "partition=3")) {
      Outcome refused = Tool.run("nbdinfo", server.uri());
      assertEquals(1, refused.status(), refused::toString);
    }
  }

  @Test
  void dump_ofADisk_namesItsPartitions() throws Exception {
    Path disk = disk("gpt", files(2));
    String dump =
        Tool.nbdj("--filter", "partition", "file", disk, "--dump-plugin").succeeded().out();
    assertTrue(dump.contains("\nfilter.partition.table=GPT\n"), dump);
    assertTrue(dump.contains("\nfilter.partition.partitions=1 2\n"), dump);
    assertTrue(dump.contains("\nfilter.partition.partition.2.size=8192\n"), dump);
    Path blank = Files.write(folder.resolve("blank"), new byte[4096]);
    String problem =
        Tool.nbdj("--filter", "partition", "file", blank, "--dump-plugin").succeeded().out();
    assertTrue(
        problem.contains("\nfilter.partition.table.problem=the disk has no partition table"),
        problem);
  }
}
