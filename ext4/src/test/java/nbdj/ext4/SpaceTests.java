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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes with allocating space and giving it up: durability, failures, times, discards. */
@Timeout(60)
final class SpaceTests {

  private static final String JOURNAL = "-t ext4 -b 1024 -J size=1";
  private static final String NO_JOURNAL = "-t ext4 -b 1024 -O ^has_journal";
  private static final int SIZE = 1 << 20;

  @TempDir Path scratch;

  /** A device over a recorded one that notes what is discarded. */
  private static final class Discarding implements BlockDevice {
    private final BlockDevice below;
    final List<Long> discarded = new ArrayList<>();

    Discarding(BlockDevice below) {
      this.below = below;
    }

    @Override
    public long size() {
      return below.size();
    }

    @Override
    public boolean readOnly() {
      return false;
    }

    @Override
    public void read(ByteBuffer dst, long offset) throws IOException {
      below.read(dst, offset);
    }

    @Override
    public void write(ByteBuffer src, long offset, boolean fua) throws IOException {
      below.write(src, offset, fua);
    }

    @Override
    public void zero(long offset, long length, boolean fua) throws IOException {
      below.zero(offset, length, fua);
    }

    @Override
    public void discard(long offset, long length) throws IOException {
      for (long at = offset; at < offset + length; at += 1024) {
        discarded.add(at);
      }
      throw new IOException("a device may fail to take advice");
    }

    @Override
    public void flush() throws IOException {
      below.flush();
    }
  }

  private static PagedImage image(String options, byte[] content) throws IOException {
    Tools.require("mke2fs", "dumpe2fs");
    Shape shape = new Shape(options, "8M", options);
    return CrashImage.make(shape, Map.of("file", content, "other", content)).image();
  }

  private static ByteBuffer filled(int value, int length) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }

  private void assertClean(PagedImage image) throws IOException {
    Path file = scratch.resolve("judged");
    Files.write(file, image.bytes());
    Tools.assertClean(file);
  }

  /** Return what is on a device after a power cut now that takes all that was not flushed. */
  private static PagedImage cut(RecordingDevice device) {
    PagedImage[] last = new PagedImage[1];
    int end = device.trace().events().size();
    CrashStates.of(
        device.trace(),
        new CrashStates.Effort(0, 0),
        SectorText.SECTOR,
        0,
        state -> {
          if (state.time() == end && last[0] == null) {
            last[0] = state.image();
          }
        });
    return last[0];
  }

  @ParameterizedTest
  @ValueSource(strings = {JOURNAL, NO_JOURNAL, "-t ext2 -b 1024"})
  void durableOverwrite_ofWhatIsNotLedToDurably_survives(String options) throws IOException {
    RecordingDevice device = new RecordingDevice(image(options, new byte[SIZE]));
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      file.write(filled(1, 5000), 100_000, false);
      file.write(filled(2, 3000), 101_000, true);
      PagedImage left = cut(device);
      Ext4Options force = Ext4Options.DEFAULT.withForce(true);
      try (Ext4FileSystem again = Ext4FileSystem.open(left, force);
          Ext4File survivor = again.file("/file")) {
        assertArrayEquals(filled(2, 3000).array(), Compare.read(survivor, 101_000, 3000));
        assertArrayEquals(filled(1, 1000).array(), Compare.read(survivor, 100_000, 1000));
      }
    }
    assertClean(device.content());
  }

  @Test
  void overwrite_changesNoMetadataBeforeTheTimesAtClose() throws IOException {
    byte[] content = new byte[SIZE];
    Arrays.fill(content, (byte) 1);
    RecordingDevice device = new RecordingDevice(image(JOURNAL, content));
    byte[] other = inode(device, "/other");
    long before = System.currentTimeMillis();
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      int time = device.mark();
      file.write(filled(2, 5000), 777, false);
      file.write(filled(2, 10), 99_777, true);
      file.zero(200_000, 100, false, false);
      file.flush();
      List<Event> events = device.trace().events();
      assertEquals(
          4,
          events.subList(time, events.size()).stream()
              .filter(e -> !(e instanceof Event.Mark))
              .count());
    }
    assertArrayEquals(other, inode(device, "/other"));
    long after = System.currentTimeMillis();
    byte[] stamped = inode(device, "/file");
    long changed = milliseconds(stamped, 0x10, 0x88);
    assertEquals(changed, milliseconds(stamped, 0x0C, 0x84));
    assertTrue(before <= changed && changed <= after, before + " " + changed + " " + after);
    assertClean(device.content());
  }

  /** Return a time in an inode, as milliseconds since 1970. */
  private static long milliseconds(byte[] inode, int at, int extra) {
    return LittleEndian.u32(inode, at) * 1000 + (LittleEndian.u32(inode, extra) >>> 2) / 1_000_000;
  }

  private static byte[] inode(RecordingDevice device, String path) throws IOException {
    return PathResolver.resolve(Volume.open(device, Superblock.read(device)), path).raw;
  }

  @ParameterizedTest
  @ValueSource(strings = {JOURNAL, NO_JOURNAL})
  void failedCommit_endsWritingOfAnyKindAndNoReading(String options) throws IOException {
    byte[] content = new byte[SIZE];
    Arrays.fill(content, 0, SIZE / 2, (byte) 1);
    GatedDevice device = new GatedDevice(new RecordingDevice(image(options, content)));
    try (Ext4File file = open(device).file("/file")) {
      file.write(filled(3, 2000), SIZE / 2, false);
      file.flush();
      file.write(filled(4, 2000), SIZE / 2 + 100_000, false);
      device.failing(call -> true);
      assertThrows(IOException.class, file::flush);
      device.failing(call -> false);
      Ext4Exception fill =
          assertThrows(Ext4Exception.class, () -> file.write(filled(5, 10), SIZE - 10, false));
      assertEquals(Ext4Exception.Kind.READ_ONLY, fill.kind());
      Ext4Exception overwrite =
          assertThrows(Ext4Exception.class, () -> file.write(filled(5, 10), 0, false));
      assertEquals(Ext4Exception.Kind.READ_ONLY, overwrite.kind());
      assertThrows(Ext4Exception.class, () -> file.trim(0, 4096));
      assertThrows(Ext4Exception.class, file::flush);
      assertArrayEquals(filled(1, 10).array(), Compare.read(file, 0, 10));
      assertArrayEquals(filled(4, 2000).array(), Compare.read(file, SIZE / 2 + 100_000, 2000));
    }
  }

  /** Open a filesystem that cannot be closed any more. */
  @SuppressWarnings("MustBeClosed")
  private static Ext4FileSystem open(BlockDevice device) throws IOException {
    return Ext4FileSystem.open(device);
  }

  @ParameterizedTest
  @ValueSource(strings = {JOURNAL, NO_JOURNAL})
  void failedWriteOfData_changesNothingAndTakesNoSpace(String options) throws IOException {
    RecordingDevice recorded = new RecordingDevice(image(options, new byte[SIZE]));
    GatedDevice device = new GatedDevice(recorded);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      device.failing(call -> call == 0);
      assertThrows(IOException.class, () -> file.write(filled(3, 200_000), 5000, false));
      assertArrayEquals(new byte[200_000], Compare.read(file, 5000, 200_000));
      file.write(filled(3, 200_000), 5000, false);
      assertArrayEquals(filled(3, 200_000).array(), Compare.read(file, 5000, 200_000));
    }
    assertClean(recorded.content());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void trimmedSpace_isDiscardedOnceThatIsDurableIfAsked(boolean asked) throws IOException {
    byte[] content = new byte[SIZE];
    Arrays.fill(content, (byte) 1);
    RecordingDevice recorded = new RecordingDevice(image(JOURNAL, content));
    Discarding device = new Discarding(recorded);
    List<Long> places = new ArrayList<>();
    try (Ext4FileSystem filesystem =
            Ext4FileSystem.open(device, Ext4Options.DEFAULT.withDiscard(asked));
        Ext4File file = filesystem.file("/file")) {
      file.map(4096, 10_240, new Places(places));
      file.trim(4096 - 1000, 10_240 + 2000);
      assertEquals(List.of(), device.discarded);
      file.flush();
      assertEquals(asked ? places : List.of(), device.discarded.stream().sorted().toList());
    }
    assertClean(recorded.content());
  }

  private record Places(List<Long> places) implements RunVisitor {
    @Override
    public void device(long deviceOffset, long length) {
      for (long at = deviceOffset; at < deviceOffset + length; at += 1024) {
        places.add(at);
      }
    }

    @Override
    public void zeroes(long length, boolean hole) {
      throw new AssertionError("no data");
    }

    @Override
    public void bytes(ByteBuffer content) {
      throw new AssertionError("inline data");
    }
  }

  @Test
  void groupWithADamagedBitmap_isLeftAlone() throws IOException {
    PagedImage image = image("-t ext4 -b 1024 -g 1024 -O ^has_journal", new byte[5 << 20]);
    Volume volume = Volume.open(image, Superblock.read(image));
    DescriptorFormat format = new DescriptorFormat(volume.superblock, volume.geometry);
    // The group of the files' inodes is where space is looked for first.
    byte[] descriptors = volume.reader.block(format.block(0), "descriptors");
    long bitmap = format.blockBitmap(descriptors, format.offset(0));
    byte[] damaged = volume.reader.block(bitmap, "bitmap");
    damaged[100] ^= 1;
    image.write(ByteBuffer.wrap(damaged), bitmap << 10, false);
    RecordingDevice device = new RecordingDevice(image);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      assertThrows(
          Ext4Exception.class,
          () -> {
            for (int at = 0; at < 5 << 20; at += 50_000) {
              file.write(filled(1, 50_000), at, false);
            }
            throw new AssertionError("all of the file had room");
          });
      List<Long> places = new ArrayList<>();
      file.map(0, 3 << 20, new Places(places));
      assertTrue(places.stream().allMatch(at -> at >= 1025 << 10), "the group has been used");
    }
    byte[] after = new byte[1024];
    device.read(ByteBuffer.wrap(after), bitmap << 10);
    assertArrayEquals(damaged, after);
  }

  @Test
  void ownerThatIsNotCounted_canOverwriteAndNothingElse() throws IOException {
    Path image = quotaImage();
    Tools.debugfs(image, List.of("set_inode_field file uid 1000"));
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      Ext4Exception refusal =
          assertThrows(Ext4Exception.class, () -> file.write(filled(1, 10), 500_000, false));
      assertTrue(
          refusal.getMessage().contains("user quota does not count user 1000"),
          refusal.getMessage());
      assertThrows(Ext4Exception.class, () -> file.trim(0, 100_000));
      file.write(filled(1, 10), 0, true);
    }
    assertEquals(1, Tools.run(List.of("e2fsck", "-fy", image.toString())).exit());
    try (FileBlockDevice device = FileBlockDevice.open(image, false);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      file.write(filled(1, 10), 500_000, false);
      file.trim(0, 100_000);
    }
    Tools.assertClean(image);
  }

  private Path quotaImage() throws IOException {
    Path tree = Files.createDirectory(scratch.resolve("tree"));
    byte[] content = new byte[SIZE];
    Arrays.fill(content, 0, SIZE / 4, (byte) 7);
    Path file = tree.resolve("file");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(SIZE);
      sparse.write(content, 0, SIZE / 4);
    }
    Path image = scratch.resolve("quota.img");
    new Shape("quota", "8M", "-t ext4 -b 1024 -O quota,project -I 256").make(image, tree);
    assertEquals(1, Tools.run(List.of("e2fsck", "-fy", image.toString())).exit());
    return image;
  }

  @Test
  void damagedQuotaFile_refusesChangesOfSpace() throws IOException {
    Path image = quotaImage();
    byte[] bytes = Files.readAllBytes(image);
    PagedImage paged = PagedImage.of(bytes);
    Volume volume = Volume.open(paged, Superblock.read(paged));
    Inode inode = volume.inodes.read(volume.superblock.userQuotaInode());
    MapLeaf leaf = new FileContent(volume, inode, new MapBudget(0)).map().leafAt(1);
    // The root of the tree leads past the end of the file.
    byte[] root = new byte[1024];
    Arrays.fill(root, (byte) 0x7F);
    paged.write(ByteBuffer.wrap(root), (leaf.physical(0) + 1 - leaf.first(0)) << 10, false);
    RecordingDevice device = new RecordingDevice(paged);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      Ext4Exception refusal =
          assertThrows(Ext4Exception.class, () -> file.write(filled(1, 10), 500_000, false));
      assertTrue(refusal.getMessage().contains("leads past its own end"), refusal.getMessage());
      assertArrayEquals(new byte[10], Compare.read(file, 500_000, 10));
    }
  }

  @Test
  void fileThatIsClosedAndOpenedAgain_isAsItWasLeft() throws IOException {
    RecordingDevice device = new RecordingDevice(image(JOURNAL, new byte[SIZE]));
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      for (int i = 1; i < 20; i++) {
        try (Ext4File file = filesystem.file("/file")) {
          file.write(filled(i, 3000), i * 40_000L, false);
          assertArrayEquals(
              filled(i - 1, 3000).array(),
              i == 1 ? new byte[3000] : Compare.read(file, (i - 1) * 40_000L, 3000));
        }
      }
    }
    assertClean(device.content());
  }
}
