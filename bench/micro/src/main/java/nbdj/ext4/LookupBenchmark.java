package nbdj.ext4;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to find where 4 KiB of a file lie. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
    value = 1,
    jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LookupBenchmark {
  private static final int BLOCK = 4096;

  /** Of how many extents the file is made, with a hole of a block after each. */
  @Param({"1", "100", "10000"})
  public int extents;

  private final Last last = new Last();
  private Path folder;
  private FileBlockDevice device;
  private Ext4FileSystem fileSystem;
  private Ext4File file;
  private long position;

  /** Notes where a run lies. */
  private static final class Last implements RunVisitor {
    long at;

    @Override
    public void device(long deviceOffset, long length) {
      at = deviceOffset;
    }

    @Override
    public void zeroes(long length, boolean hole) {
      at = -length;
    }

    @Override
    public void bytes(ByteBuffer content) {
      at = 0;
    }
  }

  /** Make an image. */
  @Setup
  public void make() throws IOException, InterruptedException {
    folder = Files.createTempDirectory("nbdj-lookup");
    Path tree = Files.createDirectory(folder.resolve("tree"));
    try (RandomAccessFile disk = new RandomAccessFile(tree.resolve("disk").toFile(), "rw")) {
      disk.setLength(2L * extents * BLOCK);
      for (int i = 0; i < extents; i++) {
        disk.seek(2L * i * BLOCK);
        disk.write(new byte[] {1});
      }
    }
    Path image = folder.resolve("image");
    int made =
        new ProcessBuilder(
                "mke2fs",
                "-q",
                "-t",
                "ext4",
                "-b",
                "4096",
                "-d",
                tree.toString(),
                image.toString(),
                "256M")
            .inheritIO()
            .start()
            .waitFor();
    if (made != 0) {
      throw new IOException("mke2fs failed");
    }
    device = FileBlockDevice.open(image, true);
    fileSystem = Ext4FileSystem.open(device);
    file = fileSystem.file("/disk");
  }

  /** Remove the image. */
  @TearDown
  public void remove() throws IOException {
    file.close();
    fileSystem.close();
    device.close();
    for (String name : new String[] {"tree/disk", "tree", "image", ""}) {
      Files.delete(folder.resolve(name));
    }
  }

  /** Find a block, data or hole. */
  @Benchmark
  public long find() throws IOException {
    position = (position + 7919L * BLOCK) % (2L * extents * BLOCK);
    file.map(position, BLOCK, last);
    return last.at;
  }

  /** Find a block for an answer that is sent later. */
  @Benchmark
  public long lend() throws IOException {
    position = (position + 7919L * BLOCK) % (2L * extents * BLOCK);
    file.lend(position, BLOCK, last).run();
    return last.at;
  }
}
