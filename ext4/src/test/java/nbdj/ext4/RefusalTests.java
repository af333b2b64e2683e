package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import nbdj.ext4.Ext4Exception.Kind;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be done is refused with its reason, and leaves the image as it was. */
final class RefusalTests {

  private static final Ext4Options OVERWRITE =
      Ext4Options.DEFAULT.withWriting(Ext4Options.Writing.OVERWRITE);

  @TempDir static Path scratch;
  private static Path tree = Path.of("");

  @BeforeAll
  static void makeTree() throws IOException {
    Tools.require("mke2fs", "debugfs");
    tree = Files.createDirectories(scratch.resolve("tree"));
    Files.createDirectories(tree.resolve("folder"));
    Files.writeString(tree.resolve("file"), "data!".repeat(1000));
    Files.write(tree.resolve("folder/small"), new byte[] {1, 2, 3});
    Files.createSymbolicLink(tree.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("nothing"));
  }

  private static byte[] image(String options, String... commands) throws IOException {
    Path image = Files.createTempFile(scratch, "image", ".img");
    try {
      new Shape(options, "4M", options).make(image, tree);
      if (commands.length > 0) {
        Tools.debugfs(image, List.of(commands));
      }
      return Files.readAllBytes(image);
    } finally {
      Files.delete(image);
    }
  }

  private static void assertRefused(Kind kind, String words, Executable action) {
    Ext4Exception refusal = assertThrows(Ext4Exception.class, action);
    assertEquals(kind, refusal.kind(), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
  }

  private static ByteBuffer bytes(int count) {
    return ByteBuffer.wrap("x".repeat(count).getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void changeOfSpace_whereOnlyOverwritingIsAllowed_isRefusedAsAWhole() throws IOException {
    byte[] image =
        image("-t ext4 -b 1024", "fallocate file 10 20", "set_inode_field file size 30720");
    MemoryDevice device = new MemoryDevice(image.clone(), false);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device, OVERWRITE);
        Ext4File file = filesystem.file("/file")) {
      assertTrue(file.writable());
      // Data to 5000, a hole to 10240, unwritten to 21504, a hole to the end.
      assertRefused(Kind.READ_ONLY, "overwriting only", () -> file.write(bytes(2000), 4000, true));
      assertRefused(Kind.READ_ONLY, "overwriting only", () -> file.write(bytes(1), 11_000, false));
      assertRefused(Kind.READ_ONLY, "overwriting only", () -> file.zero(6000, 100, false, false));
      assertRefused(Kind.NOT_SUPPORTED, "not fast", () -> file.zeroFast(6000, 100, false, false));
      assertRefused(Kind.NOT_SUPPORTED, "not fast", () -> file.zeroFast(0, 100, true, false));
      file.zero(10_240, 100, false, true);
      file.zero(6000, 20_000, true, true);
      file.zeroFast(6000, 20_000, true, true);
      file.trim(0, 30_720);
      assertEquals(List.of(), device.takeChanges());
      assertArrayEquals(image, device.bytes());
    }
  }

  @Test
  void rangeNotInsideTheFile_isRefused() throws IOException {
    MemoryDevice device = new MemoryDevice(image("-t ext4 -b 1024"), false);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      String words = "not inside the file";
      assertRefused(Kind.INVALID, words, () -> file.write(bytes(2), 4_999, false));
      assertRefused(Kind.INVALID, words, () -> file.read(bytes(2), -1));
      assertRefused(Kind.INVALID, words, () -> file.zero(1, Long.MAX_VALUE, true, false));
      assertRefused(Kind.INVALID, words, () -> file.trim(5_000, 1));
      file.trim(5_000, 0);
      assertEquals(List.of(), device.takeChanges());
    }
  }

  @Test
  void inlineFile_whereOnlyOverwritingIsAllowed_isReadAndNotWritten() throws IOException {
    byte[] image = image("-t ext4 -b 1024 -O inline_data");
    MemoryDevice device = new MemoryDevice(image.clone(), false);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device, OVERWRITE);
        Ext4File file = filesystem.file("/folder/small")) {
      assertArrayEquals(new byte[] {1, 2, 3}, Compare.readAll(file));
      assertRefused(Kind.READ_ONLY, "overwriting only", () -> file.write(bytes(1), 0, false));
      assertRefused(Kind.READ_ONLY, "overwriting only", () -> file.zero(0, 3, true, false));
      assertEquals(List.of(), device.takeChanges());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x10, immutable",
    "0x80020, append",
    "0x180000, verity",
    "0x84000, journal",
  })
  void flaggedFile_isReadOnly(String flags, String words) throws IOException {
    // The map is in extents, so that flag must stay.
    long mask = Long.decode(flags) | 0x80000;
    byte[] image = image("-t ext4 -b 1024", "set_inode_field file flags 0x%x".formatted(mask));
    MemoryDevice device = new MemoryDevice(image.clone(), false);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      assertFalse(file.writable());
      assertTrue(file.readOnlyReason().orElse("").contains(words));
      assertEquals(5000, Compare.readAll(file).length);
      assertRefused(Kind.READ_ONLY, words, () -> file.write(bytes(1), 0, false));
      assertRefused(Kind.READ_ONLY, words, () -> file.zero(0, 1, true, false));
      assertRefused(Kind.READ_ONLY, words, () -> file.trim(0, 1));
      assertEquals(List.of(), device.takeChanges());
    }
  }

  @ParameterizedTest
  @CsvSource({"0x80800, encrypted", "0x280000, ea_inode", "0x80004, compressed"})
  void unreadableFile_isRefused(String flags, String words) throws IOException {
    byte[] image =
        image(
            "-t ext4 -b 1024",
            "set_inode_field file flags " + flags,
            "set_inode_field folder flags " + flags);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(new MemoryDevice(image, false))) {
      assertRefused(Kind.NOT_SUPPORTED, words, () -> filesystem.file("/file").close());
      assertRefused(Kind.NOT_SUPPORTED, words, () -> filesystem.file("/folder/small").close());
      assertRefused(Kind.NOT_SUPPORTED, words, () -> filesystem.list("/folder", entry -> true));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ro_compat, 0x1000, marked read-only",
    "ro_compat, 0x4000, shares blocks",
    "ro_compat, 0x80, snapshots",
    "ro_compat, 0x800, replicas",
    "ro_compat, 0x40000000, unknown read-only-compatible feature(s) 0x40000000",
    "compat, 0x100, snapshots",
    "state, 0, not cleanly unmounted",
    "state, 3, errors",
    "state, 0x21, journal recovery",
  })
  void readOnlyFilesystem_saysWhy(String field, String value, String words) throws IOException {
    byte[] image = image("-t ext4 -b 1024 -O ^has_journal,^metadata_csum");
    Patch patch = new Patch(image);
    int bits = Integer.decode(value);
    switch (field) {
      case "ro_compat" -> patch.set32(1024 + 0x64, patch.get32(1024 + 0x64) | bits);
      case "compat" -> patch.set32(1024 + 0x5C, patch.get32(1024 + 0x5C) | bits);
      default -> patch.set16(1024 + 0x3A, bits);
    }
    MemoryDevice device = new MemoryDevice(image, false);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      assertFalse(filesystem.writable());
      assertTrue(
          filesystem.readOnlyReason().orElse("").contains(words),
          filesystem.readOnlyReason().orElse(""));
      assertEquals(filesystem.readOnlyReason(), file.readOnlyReason());
      assertRefused(Kind.READ_ONLY, words, () -> file.write(bytes(1), 0, false));
      assertEquals(5000, Compare.readAll(file).length);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, true", "3, true", "2, true", "0x21, false", "0x23, false"})
  void doubtfulFilesystem_isWrittenByForceUnlessTheKernelMustRepairIt(String state, boolean written)
      throws IOException {
    byte[] image = image("-t ext4 -b 1024 -O ^has_journal,^metadata_csum");
    new Patch(image).set16(1024 + 0x3A, Integer.decode(state));
    MemoryDevice device = new MemoryDevice(image, false);
    Ext4Options force = Ext4Options.DEFAULT.withForce(true);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device, force);
        Ext4File file = filesystem.file("/file")) {
      assertEquals(written, file.writable());
      if (written) {
        file.write(bytes(1), 0, false);
      }
    }
    assertEquals(Integer.decode(state), LittleEndian.u16(image, 1024 + 0x3A));
  }

  @Test
  void markedReadOnly_isNotWrittenByForce() throws IOException {
    byte[] image = image("-t ext4 -b 1024 -O ^metadata_csum");
    Patch patch = new Patch(image);
    patch.set32(1024 + 0x64, patch.get32(1024 + 0x64) | 0x1000);
    Ext4Options force = Ext4Options.DEFAULT.withForce(true);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(new MemoryDevice(image, false), force)) {
      assertTrue(filesystem.readOnlyReason().orElse("").contains("marked read-only"));
    }
  }

  @Test
  void openedForReadingOnly_isNeverWritten() throws IOException {
    byte[] image = image("-t ext4 -b 1024");
    MemoryDevice device = new MemoryDevice(image, false);
    Ext4Options reading = Ext4Options.DEFAULT.withWriting(Ext4Options.Writing.NONE).withForce(true);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device, reading);
        Ext4File file = filesystem.file("/file")) {
      assertRefused(Kind.READ_ONLY, "for reading only", () -> file.write(bytes(1), 0, true));
      assertEquals(5000, Compare.readAll(file).length);
    }
    assertEquals(List.of(), device.takeChanges());
  }

  @ParameterizedTest
  @CsvSource({
    "0x1, NOT_SUPPORTED, compression",
    "0x8, NOT_SUPPORTED, journal device",
    "0x1000, NOT_SUPPORTED, dirdata",
    "0x80000000, NOT_SUPPORTED, unknown incompatible feature(s) 0x80000000",
  })
  void incompatibleFilesystem_isNotOpened(String bits, Kind kind, String words) throws IOException {
    byte[] image = image("-t ext4 -b 1024 -O ^metadata_csum");
    Patch patch = new Patch(image);
    patch.set32(1024 + 0x60, patch.get32(1024 + 0x60) | Long.decode(bits).intValue());
    MemoryDevice device = new MemoryDevice(image, false);
    assertRefused(kind, words, () -> Ext4FileSystem.open(device).close());
    assertEquals(List.of(), device.takeChanges());
  }

  @Test
  void readOnlyDevice_isNeverWritten() throws IOException {
    byte[] image = image("-t ext4 -b 1024");
    MemoryDevice device = new MemoryDevice(image, true);
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      assertEquals("the device is read-only", filesystem.readOnlyReason().orElse(""));
      assertRefused(Kind.READ_ONLY, "device is read-only", () -> file.write(bytes(1), 0, true));
      file.flush();
      assertEquals(List.of(), device.takeChanges());
    }
  }

  @Test
  void badPath_saysWhatIsWrong() throws IOException {
    try (Ext4FileSystem filesystem =
        Ext4FileSystem.open(new MemoryDevice(image("-t ext4 -b 1024"), true))) {
      assertRefused(
          Kind.NOT_FOUND, "there is no nothing", () -> filesystem.file("/nothing").close());
      assertRefused(
          Kind.NOT_FOUND, "there is no nothing", () -> filesystem.file("/dangling").close());
      assertRefused(
          Kind.NOT_FOUND, "does not exist", () -> filesystem.file("/" + "n".repeat(256)).close());
      assertRefused(
          Kind.NOT_A_DIRECTORY, "not a directory", () -> filesystem.file("/file/").close());
      assertRefused(
          Kind.NOT_A_DIRECTORY, "not a directory", () -> filesystem.file("/file/x").close());
      assertRefused(Kind.NOT_A_FILE, "regular file", () -> filesystem.file("/folder").close());
      assertRefused(Kind.NOT_A_FILE, "regular file", () -> filesystem.file("/").close());
      assertRefused(Kind.LOOP, "symbolic links", () -> filesystem.file("/loop").close());
      assertRefused(Kind.INVALID, "not absolute", () -> filesystem.file("file").close());
      assertRefused(Kind.INVALID, "not absolute", () -> filesystem.file("").close());
      assertRefused(Kind.INVALID, "NUL", () -> filesystem.file("/file\0").close());
      assertRefused(Kind.INVALID, "UTF-8", () -> filesystem.file("/file\ud800").close());
      assertRefused(
          Kind.INVALID, "longer than", () -> filesystem.file("/" + "a/".repeat(3000)).close());
      assertRefused(
          Kind.NOT_A_DIRECTORY, "directory", () -> filesystem.list("/file", entry -> true));
      filesystem.file("//folder/.././/file").close();
      filesystem.file("/../../file").close();
    }
  }

  @Test
  void casefoldedDirectory_findsOtherSpellings() throws IOException {
    Path top = scratch.resolve("folded");
    Path folded = Files.createDirectories(top.resolve("dir"));
    Files.write(folded.resolve("Stra\u00dfe"), new byte[] {1});
    Files.write(folded.resolve("\u00c9t\u00e9"), new byte[] {2});
    Files.write(folded.resolve("both"), new byte[] {3});
    Files.write(folded.resolve("BOTH"), new byte[] {4});
    Path image = scratch.resolve("folded.img");
    new Shape("casefold", "4M", "-t ext4 -b 1024 -O casefold").make(image, top);
    Tools.debugfs(image, List.of("set_inode_field dir flags 0x40080000"));
    try (FileBlockDevice device = FileBlockDevice.open(image, true);
        Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      assertContent(1, filesystem, "/dir/STRASSE");
      assertContent(1, filesystem, "/dir/Stra\u00dfe");
      assertContent(2, filesystem, "/dir/e\u0301T\u00c9");
      assertContent(3, filesystem, "/dir/both");
      assertContent(4, filesystem, "/dir/BOTH");
      assertRefused(Kind.NOT_FOUND, "", () -> filesystem.file("/DIR/both").close());
    }
  }

  private static void assertContent(int expected, Ext4FileSystem filesystem, String path)
      throws IOException {
    try (Ext4File file = filesystem.file(path)) {
      assertArrayEquals(new byte[] {(byte) expected}, Compare.readAll(file), path);
    }
  }

  @Test
  void pathThatReadsDirectoriesForEver_isRefused() throws IOException {
    Path wide = Files.createDirectories(scratch.resolve("wide"));
    Files.createDirectories(wide.resolve("a"));
    Path image = scratch.resolve("wide.img");
    new Shape("wide", "4M", "-t ext2 -b 1024").make(image, wide);
    // The root's map is made to go over one block again and again, the largest directory that fits.
    Patch patch = new Patch(Files.readAllBytes(image));
    Surgeon surgeon = new Surgeon(patch.bytes());
    int map = surgeon.inodeAt(InodeTable.ROOT) + Inode.MAP;
    int pointers = (int) surgeon.place("/lost+found", 0);
    int root = patch.get32(map);
    int empty = (int) surgeon.place("/a", 0);
    patch.set32(map, empty).set32(map + 48L, pointers).set32(map - Inode.MAP + 4L, 268 * 1024);
    for (int i = 0; i < 256; i++) {
      patch.set32(pointers * 1024L + 4L * i, i == 255 ? root : empty);
    }
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(new MemoryDevice(patch.bytes(), true))) {
      filesystem.list("/a", entry -> true);
      assertRefused(
          Kind.CORRUPT, "more blocks", () -> filesystem.file("/a/..".repeat(500)).close());
    }
  }

  @Test
  void list_givesTypes() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Ext4FileSystem filesystem =
        Ext4FileSystem.open(new MemoryDevice(image("-t ext4 -b 1024"), true))) {
      filesystem.list("/", entry -> names.add(entry.name() + " " + entry.type()));
    }
    assertEquals(
        Set.of(
            "dangling SYMLINK",
            "file FILE",
            "folder DIRECTORY",
            "loop SYMLINK",
            "lost+found DIRECTORY"),
        names);
  }
}
