package nbdj.ext4.guide;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import nbdj.ext4.BlockDevice;
import nbdj.ext4.Ext4Exception;
import nbdj.ext4.Ext4File;
import nbdj.ext4.Ext4FileSystem;
import nbdj.ext4.Ext4Options;
import nbdj.ext4.FileBlockDevice;
import nbdj.ext4.RunVisitor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guide shows is compiled and run here. */
final class GuideTests {

  private static final int SIZE = 4 << 20;

  @TempDir Path folder;
  private Path image;

  @BeforeEach
  void makeImage() throws Exception {
    Path tree = Files.createDirectory(folder.resolve("tree"));
    Files.writeString(tree.resolve("notes.txt"), "hello");
    try (RandomAccessFile disk = new RandomAccessFile(tree.resolve("disk.raw").toFile(), "rw")) {
      disk.setLength(SIZE);
    }
    image = folder.resolve("image");
    String mke2fs = Files.isExecutable(Path.of("/sbin/mke2fs")) ? "/sbin/mke2fs" : "mke2fs";
    try {
      Process process =
          new ProcessBuilder(
                  mke2fs, "-q", "-F", "-t", "ext4", "-d", tree.toString(), image.toString(), "16M")
              .inheritIO()
              .start();
      assertEquals(0, process.waitFor());
    } catch (IOException e) {
      assumeTrue(false, "needs mke2fs: " + e.getMessage());
    }
  }

  @Test
  void fileOfAnImage_isRead() throws IOException {
    String text;
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ);
        FileBlockDevice device = FileBlockDevice.on(channel, true);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/notes.txt")) {
      ByteBuffer content = ByteBuffer.allocate((int) file.size());
      file.read(content, 0);
      text = UTF_8.decode(content.flip()).toString();
    }
    assertEquals("hello", text);
  }

  @Test
  void fileOfAnImage_isWritten() throws IOException {
    byte[] sector = new byte[512];
    Arrays.fill(sector, (byte) 7);
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/disk.raw")) {
      file.write(ByteBuffer.wrap(sector), 1 << 20, false); // allocates what is a hole
      file.zero(0, 65_536, false, false); // reads as zeroes, with its space kept
      file.trim(2 << 20, 1 << 20); // gives its space up
      file.flush(); // all of it is durable when this returns
    }
    try (FileBlockDevice device = FileBlockDevice.open(image, true);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/disk.raw")) {
      ByteBuffer there = ByteBuffer.allocate(512);
      file.read(there, 1 << 20);
      assertArrayEquals(sector, there.array());
    }
  }

  @Test
  void image_isListedAndMapped() throws IOException {
    List<String> lines = new ArrayList<>();
    try (FileBlockDevice device = FileBlockDevice.open(image, true);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/disk.raw")) {
      lines.add("features: " + filesystem.facts().features());
      filesystem.list(
          "/",
          entry -> {
            lines.add(entry.type() + " " + entry.name());
            return true;
          });
      file.map(
          0,
          file.size(),
          new RunVisitor() {
            @Override
            public void device(long deviceOffset, long length) {
              lines.add("%d bytes at %d of the image".formatted(length, deviceOffset));
            }

            @Override
            public void zeroes(long length, boolean hole) {
              lines.add("%d zeroes%s".formatted(length, hole ? ", a hole" : ""));
            }

            @Override
            public void bytes(ByteBuffer content) {
              lines.add("%d bytes in the inode".formatted(content.remaining()));
            }
          });
    }
    assertTrue(lines.contains("FILE notes.txt"), lines::toString);
    assertTrue(lines.contains(SIZE + " zeroes, a hole"), lines::toString);
  }

  /** A filesystem in memory. */
  record Memory(ByteBuffer bytes) implements BlockDevice {
    @Override
    public long size() {
      return bytes.capacity();
    }

    @Override
    public boolean readOnly() {
      return false;
    }

    @Override
    public void read(ByteBuffer dst, long offset) {
      dst.put(bytes.slice((int) offset, dst.remaining()));
    }

    @Override
    public void write(ByteBuffer src, long offset, boolean fua) {
      bytes.slice((int) offset, src.remaining()).put(src);
    }

    @Override
    public void zero(long offset, long length, boolean fua) {
      bytes.slice((int) offset, (int) length).put(new byte[(int) length]);
    }

    @Override
    public void flush() {}
  }

  @Test
  void deviceOfOnesOwn_holdsAFilesystem() throws IOException {
    Memory memory = new Memory(ByteBuffer.wrap(Files.readAllBytes(image)));
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(memory);
        Ext4File file = filesystem.file("/disk.raw")) {
      file.write(ByteBuffer.wrap(new byte[] {1}), 0, true);
      ByteBuffer there = ByteBuffer.allocate(1);
      file.read(there, 0);
      assertEquals(1, there.get(0));
    }
  }

  @Test
  void whatIsRefused_saysWhy() throws IOException {
    List<String> said = new ArrayList<>();
    Ext4Options options = Ext4Options.DEFAULT.withWriting(Ext4Options.Writing.OVERWRITE);
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device, options);
        Ext4File file = filesystem.file("/disk.raw")) {
      file.write(ByteBuffer.wrap(new byte[512]), 0, false);
    } catch (Ext4Exception e) {
      said.add(e.kind() + ": " + e.getMessage());
    }
    assertEquals(1, said.size());
    assertTrue(said.getFirst().startsWith("READ_ONLY: "), said::toString);
  }
}
