package nbdj.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random writes by several clients at once, each read back and checked by fio. */
final class FioIT {
  private static final int MEBIBYTE = 1 << 20;

  @TempDir Path folder;

  @Test
  void memory_keepsWhatFourClientsWrite() throws Exception {
    try (ServingProcess server = ServingProcess.start("memory", "64M")) {
      verify(server);
    }
  }

  @Test
  void file_keepsWhatFourClientsWrite() throws Exception {
    Path disk = Files.write(folder.resolve("disk.raw"), new byte[64 * MEBIBYTE]);
    try (ServingProcess server = ServingProcess.start("file", disk)) {
      verify(server);
    }
  }

  @Test
  void fileInsideAnImage_keepsWhatFourClientsWrite() throws Exception {
    Path image =
        new Ext4Image(folder)
            .withSparse("vm.raw", 64L * MEBIBYTE, 1, Map.of(0L, 64 * MEBIBYTE))
            .make("160M");
    try (ServingProcess server =
        ServingProcess.start("--filter", "ext2", "file", image, "ext2file=/vm.raw")) {
      verify(server);
    }
    Ext4Image.check(image);
  }

  @Test
  void sparseFileInsideAnImage_keepsWhatFourClientsFillItWith() throws Exception {
    Path image =
        new Ext4Image(folder).withSparse("vm.raw", 64L * MEBIBYTE, 1, Map.of()).make("160M");
    try (ServingProcess server =
        ServingProcess.start("--filter", "ext2", "file", image, "ext2file=/vm.raw")) {
      verify(server);
    }
    Ext4Image.check(image);
  }

  @Test
  void requestsOfEachSize_onEachFastPath_keepWhatIsWritten() throws Exception {
    Path disk = Files.write(folder.resolve("disk.raw"), new byte[16 * MEBIBYTE]);
    Path image =
        new Ext4Image(folder)
            .withSparse("full", 16L * MEBIBYTE, 1, Map.of(0L, 16 * MEBIBYTE))
            .withSparse("sparse", 16L * MEBIBYTE, 1, Map.of())
            .make("64M");
    for (List<Object> words :
        List.of(
            List.<Object>of("memory", "16M"),
            List.<Object>of("file", disk),
            List.<Object>of("--filter", "ext2", "file", image, "ext2file=/full"),
            List.<Object>of("--filter", "ext2", "file", image, "ext2file=/sparse"))) {
      try (ServingProcess server = ServingProcess.start(words.toArray())) {
        // Requests that are copied, that are sent from where the data is, and both in turn.
        for (String size : List.of("4k-4k", "64k-64k", "1m-1m", "512-2m")) {
          fio(
              server,
              "--rw=randwrite",
              "--bsrange=" + size,
              "--size=8M",
              "--offset_increment=8M",
              "--numjobs=2");
        }
        server.stop();
      }
    }
    Ext4Image.check(image);
  }

  private static void verify(ServingProcess server) throws Exception {
    fio(
        server,
        "--rw=randrw",
        "--bsrange=4k-128k",
        "--size=16M",
        "--offset_increment=16M",
        "--numjobs=4",
        "--io_size=32M",
        "--verify_backlog=64",
        "--fsync=32");
    server.stop();
  }

  /** Write, and read back what was written. */
  private static void fio(ServingProcess server, String... load) throws Exception {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "fio",
                "--name=verify",
                "--ioengine=nbd",
                "--uri=" + server.uri(),
                "--iodepth=16",
                "--serialize_overlap=1",
                "--verify=crc32c",
                "--verify_fatal=1",
                "--verify_state_save=0",
                "--randrepeat=1",
                "--group_reporting"));
    words.addAll(List.of(load));
    Tool.run(words.toArray()).succeeded();
  }
}
