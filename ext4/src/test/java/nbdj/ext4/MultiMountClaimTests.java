package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Who may write a filesystem with multi-mount protection, with time that passes when told. */
final class MultiMountClaimTests {

  @TempDir static Path scratch;
  private static byte[] sound = {};

  private byte[] image = {};
  private MemoryDevice device = new MemoryDevice(image, false);
  private final CompletableFuture<String> lost = new CompletableFuture<>();

  /** What somebody else does in each wait of the claimant. */
  private final List<Runnable> meanwhile = new ArrayList<>();

  private final List<Duration> waits = new ArrayList<>();

  /** How many times the keeper of a claim may wake. */
  private final Semaphore wakes = new Semaphore(0);

  /** How many times the keeper of a claim has gone to sleep. */
  private final Semaphore sleeps = new Semaphore(0);

  @BeforeAll
  static void makeImage() throws IOException {
    Tools.require("mke2fs", "e2fsck", "debugfs");
    Path made = scratch.resolve("image");
    Path tree = Files.createDirectories(scratch.resolve("tree"));
    Files.writeString(tree.resolve("file"), "hello");
    new Shape("mmp", "4M", "-t ext4 -b 1024 -O mmp,metadata_csum").make(made, tree);
    sound = Files.readAllBytes(made);
  }

  @BeforeEach
  void copyImage() {
    image = sound.clone();
    device = new MemoryDevice(image, false);
  }

  private boolean await(CountDownLatch stop, Duration time) throws InterruptedException {
    if (!Thread.currentThread().getName().equals("ext4-multi-mount")) {
      waits.add(time);
      if (!meanwhile.isEmpty()) {
        meanwhile.removeFirst().run();
      }
      return false;
    }
    sleeps.release();
    while (!wakes.tryAcquire(10, TimeUnit.MILLISECONDS)) {
      if (stop.getCount() == 0) {
        return true;
      }
    }
    return false;
  }

  private MultiMountClaim claim() throws IOException {
    Volume volume = Volume.open(device, Superblock.read(device));
    return MultiMountClaim.take(volume, this::await, lost::complete);
  }

  /** Write the block as another user of the filesystem does. */
  private void write(int sequence) {
    try {
      MemoryDevice other = new MemoryDevice(image, false);
      Volume volume = Volume.open(other, Superblock.read(other));
      MultiMountBlock.read(volume).write(sequence, 1, "elsewhere", Duration.ofSeconds(7));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private int sequence() throws IOException {
    MemoryDevice other = new MemoryDevice(image, true);
    return MultiMountBlock.read(Volume.open(other, Superblock.read(other))).sequence();
  }

  private String dump() throws IOException {
    Path copy = Files.write(scratch.resolve("copy"), image);
    return Tools.must("debugfs", "-R", "dump_mmp", copy.toString());
  }

  private void assertRefused(String words) {
    Ext4Exception refusal = assertThrows(Ext4Exception.class, this::claim);
    assertEquals(Ext4Exception.Kind.READ_ONLY, refusal.kind());
    assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
  }

  @Test
  void cleanFilesystem_isClaimedAfterOneWait() throws IOException {
    try (MultiMountClaim claim = claim()) {
      assertEquals(List.of(Duration.ofSeconds(11)), waits);
      assertTrue(dump().contains("nbdj"), dump());
      assertNotEquals(MultiMountBlock.CLEAN, sequence());
      assertTrue(claim != null);
    }
    assertEquals(MultiMountBlock.CLEAN, sequence());
    Path copy = Files.write(scratch.resolve("copy"), image);
    Tools.assertClean(copy);
  }

  @Test
  void filesystemInUse_isRefusedByName() {
    write(100);
    meanwhile.add(() -> write(101));
    assertRefused("is in use by elsewhere (nbdj)");
    assertEquals(List.of(Duration.ofSeconds(15)), waits, "twice the other's interval and one");
  }

  @Test
  void filesystemLeftInUse_isClaimedAfterTwoWaits() throws IOException {
    write(100);
    claim().close();
    assertEquals(2, waits.size());
    assertEquals(MultiMountBlock.CLEAN, sequence());
  }

  @Test
  void filesystemBeingChecked_isRefusedAtOnce() {
    write(MultiMountBlock.CHECKING);
    assertRefused("is being checked by elsewhere");
    assertEquals(List.of(), waits);
  }

  @Test
  void filesystemClaimedAtTheSameTime_isLeftToTheOther() throws IOException {
    meanwhile.add(() -> write(5));
    assertRefused("was claimed at the same time by elsewhere");
    assertEquals(5, sequence());
  }

  @Test
  void damagedBlock_isRefused() throws IOException {
    MemoryDevice reading = new MemoryDevice(image, true);
    long block = Superblock.read(reading).multiMountBlock();
    image[(int) block * 1024 + 9] ^= 1;
    Ext4Exception refusal = assertThrows(Ext4Exception.class, this::claim);
    assertEquals("multi-mount protection block is damaged: run e2fsck", refusal.getMessage());
  }

  @Test
  void claim_announcesItselfAgainAndAgain() throws Exception {
    try (MultiMountClaim claim = claim()) {
      assertTrue(claim != null);
      int first = sequence();
      for (int i = 1; i <= 3; i++) {
        sleeps.acquire();
        wakes.release();
        sleeps.acquire();
        assertEquals(first + i, sequence());
        sleeps.release();
      }
    }
  }

  @Test
  void claimThatAnotherTakes_isLostAndNotGivenBack() throws Exception {
    try (MultiMountClaim claim = claim()) {
      assertTrue(claim != null);
      sleeps.acquire();
      write(77);
      wakes.release();
      assertEquals(
          "filesystem has multi-mount protection and is now in use by elsewhere (nbdj)",
          lost.get(10, TimeUnit.SECONDS));
    }
    assertEquals(77, sequence());
  }

  @Test
  void claimOnAFailingDevice_isLost() throws Exception {
    try (MultiMountClaim claim = claim()) {
      assertTrue(claim != null);
      sleeps.acquire();
      device.failAfter(0);
      wakes.release();
      assertTrue(lost.get(10, TimeUnit.SECONDS).contains("device failed"));
    }
  }

  private Ext4FileSystem open(Ext4Options options) throws IOException {
    return Ext4FileSystem.open(device, options, this::await);
  }

  @Test
  void filesystemThatIsWritten_isClaimedWhileItIsOpen() throws IOException {
    try (Ext4FileSystem filesystem = open(Ext4Options.DEFAULT);
        Ext4File file = filesystem.file("/file")) {
      assertEquals(Optional.empty(), filesystem.readOnlyReason());
      assertTrue(dump().contains("nbdj"), dump());
      file.write(ByteBuffer.wrap(new byte[] {'H'}), 0, true);
    }
    assertEquals(MultiMountBlock.CLEAN, sequence());
    Tools.assertClean(Files.write(scratch.resolve("copy"), image));
  }

  @Test
  void filesystemThatIsOnlyRead_isNotClaimed() throws IOException {
    open(Ext4Options.DEFAULT.withWriting(Ext4Options.Writing.NONE)).close();
    device = new MemoryDevice(image, true);
    open(Ext4Options.DEFAULT).close();
    assertEquals(List.of(), waits);
    assertArrayEquals(sound, image);
  }

  @Test
  void filesystemInUse_isOpenedForReading() throws IOException {
    write(100);
    byte[] before = image.clone();
    meanwhile.add(() -> write(101));
    try (Ext4FileSystem filesystem = open(Ext4Options.DEFAULT);
        Ext4File file = filesystem.file("/file")) {
      assertEquals(
          Optional.of("filesystem has multi-mount protection and is in use by elsewhere (nbdj)"),
          filesystem.readOnlyReason());
      assertFalse(file.writable());
      assertArrayEquals("hello".getBytes(StandardCharsets.UTF_8), Compare.readAll(file));
    }
    assertEquals(101, sequence());
    write(100);
    assertArrayEquals(before, image, "nothing but the block of multi-mount protection");
  }

  @Test
  void filesystemWhoseClaimIsLost_isNotWrittenAnyMore() throws Exception {
    try (Ext4FileSystem filesystem = open(Ext4Options.DEFAULT);
        Ext4File file = filesystem.file("/file")) {
      sleeps.acquire();
      write(77);
      wakes.release();
      while (filesystem.writable()) {
        Thread.onSpinWait();
      }
      String reason = filesystem.readOnlyReason().orElseThrow();
      assertTrue(reason.endsWith("is now in use by elsewhere (nbdj)"), reason);
      byte[] before = image.clone();
      Ext4Exception refusal =
          assertThrows(
              Ext4Exception.class, () -> file.write(ByteBuffer.wrap(new byte[1]), 0, false));
      assertEquals(Ext4Exception.Kind.READ_ONLY, refusal.kind());
      assertEquals('h', Compare.readAll(file)[0]);
      assertArrayEquals(before, image);
    }
    assertEquals(77, sequence());
  }

  @Test
  void fencedDevice_letsNothingThroughOnceTheGateIsClosed() throws IOException {
    WriteGate gate = new WriteGate();
    FencedDevice fenced = new FencedDevice(device, gate);
    fenced.write(ByteBuffer.wrap(new byte[] {1}), 0, false);
    fenced.flush();
    gate.close("it is lost");
    gate.close("for another reason");
    byte[] before = image.clone();
    for (Executable use :
        List.<Executable>of(
            () -> fenced.write(ByteBuffer.wrap(new byte[] {2}), 0, false),
            () -> fenced.zero(0, 1, false),
            () -> fenced.discard(0, 1),
            fenced::flush)) {
      assertEquals("it is lost", assertThrows(Ext4Exception.class, use).getMessage());
    }
    assertArrayEquals(before, image);
    fenced.read(ByteBuffer.allocate(1), 0);
  }
}
