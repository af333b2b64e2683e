package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import nbdj.ext4.MemoryDevice.Call;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How calls on files become calls on the device, and what several users of one file see. */
final class SharingTests {

  private static final int TEETH = 40;
  private static final int WIDTH = 2048;

  @TempDir static Path scratch;
  private static byte[] image = {};
  private static byte[] content = {};

  /** Make an image with a file in one piece and one of pieces and holes. */
  @BeforeAll
  static void makeImage() throws IOException {
    Tools.require("mke2fs", "debugfs");
    Path tree = Files.createDirectories(scratch.resolve("tree"));
    content = new byte[200_000];
    new Random(3).nextBytes(content);
    Files.write(tree.resolve("whole"), content);
    Files.createLink(tree.resolve("other-name"), tree.resolve("whole"));
    try (RandomAccessFile comb = new RandomAccessFile(tree.resolve("comb").toFile(), "rw")) {
      for (int i = 0; i < TEETH; i++) {
        comb.seek(2L * i * WIDTH);
        comb.write(content, 0, WIDTH);
      }
    }
    Path made = scratch.resolve("image");
    new Shape("sharing", "4M", "-t ext4 -b 1024").make(made, tree);
    // The second hole becomes allocated space, which is not to be zeroed either.
    Tools.debugfs(made, List.of("fallocate comb 6 7"));
    image = Files.readAllBytes(made);
  }

  @Test
  void wholeFile_isReadInOneCall() throws IOException {
    MemoryDevice device = new MemoryDevice(image.clone(), true);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/whole")) {
      assertArrayEquals(content, Compare.readAll(file));
      device.takeReads();
      assertArrayEquals(content, Compare.readAll(file));
      assertEquals(
          List.of(content.length),
          device.takeReads().stream().map(call -> (int) call.length()).toList());
    }
  }

  @Test
  void overwrite_isOfExactlyItsBytes() throws IOException {
    MemoryDevice device = new MemoryDevice(image.clone(), false);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/whole")) {
      List<Call> place = new ArrayList<>();
      file.map(777, 3, recorder(place));
      file.write(ByteBuffer.wrap(new byte[3]), 777, false);
      file.write(ByteBuffer.wrap(new byte[3]), 777, true);
      file.zero(777, 3, false, true);
      file.flush();
      long at = place.getFirst().offset();
      List<Call> expected =
          List.of(
              new Call("write", at, 3, false),
              new Call("write", at, 3, true),
              new Call("zero", at, 3, true),
              new Call("flush", 0, 0, false));
      assertEquals(expected, device.takeChanges());
    }
  }

  @Test
  void durableWriteOfSeveralRuns_endsInOneFlush() throws IOException {
    MemoryDevice device = new MemoryDevice(image.clone(), false);
    Ext4Options options = Ext4Options.DEFAULT.withWriting(Ext4Options.Writing.OVERWRITE);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device, options);
        Ext4File file = filesystem.file("/comb")) {
      file.zero(0, file.size(), true, true);
      List<Call> changes = device.takeChanges();
      assertTrue(changes.size() > 2);
      assertEquals("flush", changes.getLast().name());
      assertTrue(changes.stream().noneMatch(Call::fua));
      assertEquals(1, changes.stream().filter(call -> call.name().equals("flush")).count());
    }
  }

  @Test
  void everyOpen_seesEveryWrite() throws IOException {
    MemoryDevice device = new MemoryDevice(image.clone(), false);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File other = filesystem.file("/other-name")) {
      Ext4File one = filesystem.file("/whole");
      assertEquals(one.inode(), other.inode());
      one.write(ByteBuffer.wrap(new byte[] {42}), 9, false);
      assertArrayEquals(new byte[] {42}, Compare.read(other, 9, 1));
      one.close();
      one.close();
      assertArrayEquals(new byte[] {42}, Compare.read(other, 9, 1));
      assertThrows(IllegalStateException.class, () -> one.read(ByteBuffer.allocate(1), 0));
    }
  }

  @Test
  void deviceFailure_isPassedOn() throws IOException {
    for (int patience = 0; patience < 30; patience++) {
      MemoryDevice device = new MemoryDevice(image.clone(), false);
      device.failAfter(patience);
      IOException failure = assertThrows(IOException.class, () -> useAll(device));
      assertEquals("device failed, as it was told to", failure.getMessage());
    }
  }

  private static void useAll(BlockDevice device) throws IOException {
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/comb")) {
      Compare.readAll(file);
      file.zero(0, file.size(), true, false);
    }
  }

  @Test
  void manyThreads_readAndWriteTheirOwnParts() throws Exception {
    Path shared = Files.write(scratch.resolve("shared"), image);
    try (FileBlockDevice device = FileBlockDevice.open(shared, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        ExecutorService pool = Executors.newFixedThreadPool(8)) {
      List<Future<?>> users = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int part = i;
        users.add(pool.submit(() -> use(filesystem, part)));
      }
      for (Future<?> user : users) {
        user.get();
      }
    }
  }

  private static Void use(Ext4FileSystem filesystem, int part) throws IOException {
    Random random = new Random(part);
    int length = content.length / 8;
    byte[] model = Arrays.copyOfRange(content, part * length, (part + 1) * length);
    for (int i = 0; i < 200; i++) {
      try (Ext4File file = filesystem.file(i % 2 == 0 ? "/whole" : "/other-name")) {
        byte[] bytes = new byte[1 + random.nextInt(500)];
        random.nextBytes(bytes);
        int at = random.nextInt(length - bytes.length);
        file.write(ByteBuffer.wrap(bytes), (long) part * length + at, false);
        System.arraycopy(bytes, 0, model, at, bytes.length);
        assertArrayEquals(model, Compare.read(file, (long) part * length, length));
      }
    }
    return null;
  }

  private static RunVisitor recorder(List<Call> place) {
    return new RunVisitor() {
      @Override
      public void device(long deviceOffset, long length) {
        place.add(new Call("map", deviceOffset, length, false));
      }

      @Override
      public void zeroes(long length, boolean hole) {
        throw new AssertionError("a hole");
      }

      @Override
      public void bytes(ByteBuffer bytes) {
        throw new AssertionError("inline data");
      }
    };
  }
}
