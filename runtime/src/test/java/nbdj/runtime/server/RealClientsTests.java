package nbdj.runtime.server;

import static nbdj.runtime.testing.RealClient.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import nbdj.api.Flags;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** libnbd, qemu and fio as clients of a sparse disk in memory. */
@Timeout(300)
class RealClientsTests {
  private static final int SIZE = 64 << 20;

  @TempDir private Path folder;

  private final RamPlugin plugin = new RamPlugin(SIZE);
  private NbdServer server;

  @BeforeEach
  void start() throws Exception {
    server = NbdServer.builder().plugin("ram", plugin).privateSocket().start();
  }

  @AfterEach
  void stop() {
    server.stop();
    assertEquals(plugin.opens.get(), plugin.closes.get());
  }

  private String uri() {
    return server.uri().toString();
  }

  @Test
  void nbdinfo_tellsTheExportAndItsList() throws Exception {
    String info = run(folder, "nbdinfo", uri()).checked();
    assertTrue(info.contains("newstyle-fixed without TLS, using structured packets"), info);
    assertTrue(info.contains("export-size: 67108864"), info);
    assertTrue(info.contains("base:allocation"), info);
    for (String can :
        new String[] {"write", "flush", "fua", "trim", "zero", "fast-zero", "df", "multi-conn"}) {
      assertEquals(0, run(folder, "nbdinfo", "--can", can, uri()).exit(), can);
    }
    assertEquals(2, run(folder, "nbdinfo", "--is", "rotational", uri()).exit());
    String list = run(folder, "nbdinfo", "--list", uri()).checked();
    assertTrue(list.contains("export-size: 67108864"), list);
  }

  @Test
  void nbdinfo_mapsHolesAndData() throws Exception {
    plugin.disk.pwrite(ByteBuffer.allocate(1 << 20), 1 << 20, Flags.NONE);
    String map = run(folder, "nbdinfo", "--map", uri()).checked();
    assertEquals(
        "0 1048576 3 hole,zero 1048576 1048576 0 data 2097152 65011712 3 hole,zero",
        map.strip().replaceAll("\\s+", " "));
  }

  @Test
  void nbdsh_readsBackWhatEveryCommandDid() throws Exception {
    run(
            folder,
            "nbdsh",
            "-u",
            uri(),
            "-c",
            """
            h.set_strict_mode(0)
            h.pwrite(b'a' * 100000, 5, nbd.CMD_FLAG_FUA)
            assert h.pread(100000, 5) == b'a' * 100000
            h.zero(50000, 20, nbd.CMD_FLAG_NO_HOLE)
            assert h.pread(100000, 5) == b'a' * 15 + b'\\0' * 50000 + b'a' * 49985
            h.trim(65536, 0)
            h.cache(100, 0)
            h.flush()
            big = bytes(range(256)) * 4 * 65536
            assert len(big) == h.get_size()
            h.pwrite(big, 0)
            assert h.pread(len(big), 0) == big
            def fails(call, number):
                try:
                    call()
                except nbd.Error as e:
                    assert e.errnum == number, e
                else:
                    raise AssertionError('no failure')
            fails(lambda: h.pread(10, h.get_size()), 22)
            fails(lambda: h.pwrite(b'x', h.get_size()), 28)
            fails(lambda: h.zero(0, 0), 22)
            cookies = [h.aio_pread(nbd.Buffer(4096), i * 4096) for i in range(64)]
            while h.aio_in_flight() > 0:
                h.poll(-1)
            assert all(h.aio_command_completed(c) for c in cookies)
            h.shutdown()
            """)
        .checked();
  }

  @Test
  void nbdcopyAndQemuImg_copyASparseDiskBothWays() throws Exception {
    byte[] content = new byte[SIZE];
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      byte[] data = new byte[random.nextInt(1 << 20)];
      random.nextBytes(data);
      System.arraycopy(data, 0, content, random.nextInt(SIZE - data.length), data.length);
    }
    Path raw = Files.write(folder.resolve("raw"), content);
    run(folder, "nbdcopy", raw.toString(), uri()).checked();
    Path copied = folder.resolve("copied");
    run(folder, "nbdcopy", uri(), copied.toString()).checked();
    assertEquals(-1, Files.mismatch(raw, copied));
    Path converted = folder.resolve("converted");
    run(folder, "qemu-img", "convert", "-f", "raw", "-O", "raw", uri(), converted.toString())
        .checked();
    assertEquals(-1, Files.mismatch(raw, converted));
    plugin.disk.zero(0, SIZE, Flags.NONE);
    run(folder, "qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", raw.toString(), uri())
        .checked();
    String compared =
        run(folder, "qemu-img", "compare", "-f", "raw", "-F", "raw", raw.toString(), uri())
            .checked();
    assertTrue(compared.contains("Images are identical."), compared);
  }

  @Test
  void qemuIo_writesZeroesAndDiscards() throws Exception {
    String said =
        run(
                folder,
                "qemu-io",
                "-f",
                "raw",
                "-c",
                "write -P 0x5a 1000 200000",
                "-c",
                "write -z -u 4096 65536",
                "-c",
                "discard 1M 1M",
                "-c",
                "read -P 0x5a 1000 3096",
                "-c",
                "read -P 0 4096 65536",
                "-c",
                "read -P 0x5a 69632 100000",
                "-c",
                "flush",
                uri())
            .checked();
    assertTrue(!said.contains("verification failed"), said);
  }

  @Test
  void fio_verifiesManyJobsAtDepth() throws Exception {
    String said =
        run(
                folder,
                "fio",
                "--name=verify",
                "--ioengine=nbd",
                "--uri=" + uri(),
                "--rw=randrw",
                "--bsrange=4k-256k",
                "--iodepth=64",
                "--io_size=64m",
                "--size=16m",
                "--numjobs=4",
                "--offset_increment=16m",
                "--verify=crc32c",
                "--verify_fatal=1",
                "--group_reporting")
            .checked();
    assertTrue(said.contains("err= 0"), said);
  }
}
