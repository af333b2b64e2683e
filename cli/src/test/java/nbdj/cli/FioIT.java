package nbdj.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random writes by four clients at once, each read back and checked by fio. */
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

  private static void verify(ServingProcess server) throws Exception {
    Tool.run(
            "fio",
            "--name=verify",
            "--ioengine=nbd",
            "--uri=" + server.uri(),
            "--rw=randrw",
            "--bsrange=4k-128k",
            "--iodepth=16",
            "--numjobs=4",
            "--size=16M",
            "--offset_increment=16M",
            "--io_size=32M",
            "--serialize_overlap=1",
            "--verify=crc32c",
            "--verify_fatal=1",
            "--verify_backlog=64",
            "--verify_state_save=0",
            "--fsync=32",
            "--randrepeat=1",
            "--group_reporting")
        .succeeded();
    server.stop();
  }
}
