package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import nbdj.ext4.journal.JournalSuperblock;
import nbdj.ext4.journal.LogChecksum;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** One fault each in a journal: refused with its reason and nothing written, or the log's end. */
final class JournalFaultTests {

  private static final int BLOCK = 1024;
  private static final int BLOCKS = 12;

  @TempDir static Path scratch;
  private static byte[] sound = {};

  private byte[] image = {};
  private MemoryDevice device = new MemoryDevice(image, false);
  private List<Long> blocks = List.of();

  @BeforeAll
  static void makeImage() throws IOException {
    Tools.require("mke2fs");
    Path tree = Files.createDirectories(scratch.resolve("tree"));
    Files.write(tree.resolve("file"), new byte[BLOCKS * BLOCK]);
    byte[] content = new byte[BLOCKS * BLOCK];
    Arrays.fill(content, (byte) '0');
    Files.write(tree.resolve("file"), content);
    Path made = scratch.resolve("image");
    new Shape("faults", "4M", "-t ext4 -b 1024 -O metadata_csum").make(made, tree);
    sound = Files.readAllBytes(made);
  }

  @BeforeEach
  void copyImage() throws IOException {
    image = sound.clone();
    device = new MemoryDevice(image, false);
    blocks = JournalReplayTests.blocksOf(device);
  }

  private LogMaker log(LogChecksum checksum, int features) throws IOException {
    return new LogMaker(device, checksum, features, 0);
  }

  private Map<Long, byte[]> set(int index, char letter) {
    byte[] content = new byte[BLOCK];
    Arrays.fill(content, (byte) letter);
    return Map.of(blocks.get(index), content);
  }

  private void assertRefused(String words) {
    byte[] before = image.clone();
    Ext4Exception refusal = assertThrows(Ext4Exception.class, () -> Ext4FileSystem.open(device));
    assertTrue(refusal.getMessage().contains(words), refusal.getMessage());
    assertArrayEquals(before, image, "nothing is written");
    assertThrows(
        Ext4Exception.class, () -> Ext4FileSystem.open(new MemoryDevice(image, true)), "in memory");
  }

  /** Check the first letters of the file's blocks after a replay. */
  private void assertReplayed(String letters) throws IOException {
    byte[] content;
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device);
        Ext4File file = filesystem.file("/file")) {
      content = Compare.readAll(file);
    }
    StringBuilder found = new StringBuilder();
    for (int i = 0; i < letters.length(); i++) {
      found.append((char) content[i * BLOCK]);
    }
    assertEquals(letters, found.toString());
  }

  @ParameterizedTest
  @EnumSource(
      value = LogChecksum.class,
      names = {"V2", "V3"})
  void damagedDescriptor_isRefused(LogChecksum checksum) throws IOException {
    LogMaker log = log(checksum, 0);
    log.commit(set(0, 'a'));
    long descriptor = log.position();
    log.commit(set(1, 'b'));
    log.damage(descriptor, 500);
    assertRefused("journal is corrupt: a control block of transaction -2 fails its checksum");
  }

  @Test
  void damagedDescriptor_ofAnEarlierLife_endsTheLog() throws IOException {
    LogMaker log = log(LogChecksum.V3, 0);
    log.commit(set(0, 'a'));
    long descriptor = log.position();
    log.turnBackTime();
    log.commit(set(1, 'b'));
    log.damage(descriptor, 500);
    assertReplayed("a0");
  }

  @ParameterizedTest
  @EnumSource(
      value = LogChecksum.class,
      names = {"V2", "V3"})
  void damagedRevoke_isRefused(LogChecksum checksum) throws IOException {
    LogMaker log = log(checksum, JournalSuperblock.REVOKE);
    log.commit(set(0, 'a'));
    long revoke = log.position();
    log.commit(set(1, 'b'), blocks.get(0));
    log.damage(revoke, 700);
    assertRefused("a control block of transaction -2");
  }

  @ParameterizedTest
  @EnumSource(
      value = LogChecksum.class,
      names = {"V2", "V3"})
  void damagedCopy_isRefused(LogChecksum checksum) throws IOException {
    LogMaker log = log(checksum, 0);
    log.commit(set(0, 'a'));
    long copy = log.position() + 1;
    log.commit(set(1, 'b'));
    log.commit(set(2, 'c'));
    log.damage(copy, 3);
    assertRefused("the copy of block %d in transaction -2".formatted(blocks.get(1)));
  }

  @Test
  void damagedCopy_thatIsRevoked_doesNotMatter() throws IOException {
    LogMaker log = log(LogChecksum.V3, JournalSuperblock.REVOKE);
    long copy = log.position() + 1;
    log.commit(set(0, 'a'));
    log.commit(set(1, 'b'), blocks.get(0));
    log.damage(copy, 3);
    assertReplayed("0b");
  }

  @ParameterizedTest
  @EnumSource(
      value = LogChecksum.class,
      names = {"V1", "V2", "V3"})
  void damagedCommit_ofTheLastTransaction_endsTheLog(LogChecksum checksum) throws IOException {
    LogMaker log = log(checksum, 0);
    log.commit(set(0, 'a'));
    log.begin(set(1, 'b'));
    long commit = log.position();
    log.end();
    log.damage(commit, 0x12);
    assertReplayed("a0");
  }

  @ParameterizedTest
  @EnumSource(
      value = LogChecksum.class,
      names = {"V1", "V2", "V3"})
  void damagedCommit_beforeTheLastTransaction_isRefused(LogChecksum checksum) throws IOException {
    LogMaker log = log(checksum, 0);
    log.begin(set(0, 'a'));
    long commit = log.position();
    log.end();
    log.commit(set(1, 'b'));
    log.damage(commit, 0x12);
    assertRefused("journal is corrupt: transaction -3 fails its checksum");
  }

  @Test
  void damagedCopy_underOneChecksumForAll_endsTheLog() throws IOException {
    LogMaker log = log(LogChecksum.V1, 0);
    log.commit(set(0, 'a'));
    long copy = log.position() + 1;
    log.commit(set(1, 'b'));
    log.damage(copy, 3);
    assertReplayed("a0");
  }

  @Test
  void damagedCommit_thatMayBeLate_endsTheLog() throws IOException {
    LogMaker log = log(LogChecksum.V1, JournalSuperblock.ASYNC_COMMIT);
    log.begin(set(0, 'a'));
    long commit = log.position();
    log.end();
    log.commit(set(1, 'b'));
    log.damage(commit, 0x12);
    assertReplayed("00");
  }

  @Test
  void copyForABlockOutsideTheFilesystem_isRefused() throws IOException {
    LogMaker log = log(LogChecksum.V3, 0);
    log.commit(Map.of(4096L, new byte[BLOCK]));
    assertRefused("transaction -3 changes block 4096, where no metadata can be");
  }

  @Test
  void copyForABlockOfTheJournal_isRefused() throws IOException {
    LogMaker log = log(LogChecksum.V3, 0);
    long own = 0;
    while (!log.journal().holds(own)) {
      own++;
    }
    log.commit(Map.of(own, new byte[BLOCK]));
    assertRefused("changes block %d".formatted(own));
  }

  @ParameterizedTest
  @CsvSource({
    "0x00, 0, its superblock has no magic number",
    "0x04, 7, unknown type 7",
    "0x0C, 4096, its blocks are of 4096 bytes",
    "0x10, 9999, it claims 9999 blocks and has 1024",
    "0x14, 2000, its log begins at block 2000",
    "0x1C, 5000, its first transaction is at block 5000",
    "0x28, 0x40, unknown feature(s) 0x40",
    "0x2C, 1, unknown read-only feature(s) 0x1",
    "0x40, 2, shared by 2 filesystems",
  })
  void superblockThatCannotBe_isRefused(int at, String value, String words) throws IOException {
    LogMaker log = log(LogChecksum.NONE, 0);
    log.commit(set(0, 'a'));
    ByteBuffer superblock = ByteBuffer.allocate(BLOCK);
    log.journal().read(0, superblock);
    superblock.putInt(at, Integer.decode(value)).clear();
    log.journal().write(0, superblock);
    assertRefused(words);
  }

  @Test
  void superblockWithTwoKindsOfChecksum_isRefused() throws IOException {
    log(LogChecksum.V1, JournalSuperblock.CHECKSUM_V3).commit(set(0, 'a'));
    assertRefused("checksums of more than one kind");
  }

  @Test
  void superblockThatFailsItsChecksum_isRefused() throws IOException {
    LogMaker log = log(LogChecksum.V3, 0);
    log.commit(set(0, 'a'));
    log.damageSuperblock(0x1B);
    assertRefused("its superblock fails its checksum");
  }

  @Test
  void fastCommitsThatCount_areRefusedByName() throws IOException {
    LogMaker log = log(LogChecksum.V3, JournalSuperblock.FAST_COMMIT);
    log.commit(set(0, 'a'));
    writeFastCommitHead(log, log.transaction());
    assertRefused("it holds fast commits");
  }

  @Test
  void fastCommitsThatAreSuperseded_doNotMatter() throws IOException {
    LogMaker log = log(LogChecksum.V3, JournalSuperblock.FAST_COMMIT);
    log.commit(set(0, 'a'));
    writeFastCommitHead(log, log.transaction() - 1);
    assertReplayed("a");
  }

  private static void writeFastCommitHead(LogMaker log, int transaction) throws IOException {
    byte[] head = new byte[BLOCK];
    new Patch(head).set16(0, 9).set16(2, 8).set32(8, transaction);
    log.journal().write(log.superblock().end() + 1, ByteBuffer.wrap(head));
  }

  @Test
  void journalStoppedByAnError_makesTheFilesystemReadOnly() throws IOException {
    LogMaker log = log(LogChecksum.V3, 0);
    log.commit(set(0, 'a'));
    byte[] opened = log.superblock().withLog(-3, 1).withError(-5).bytes();
    log.journal().write(0, ByteBuffer.wrap(opened));
    assertReplayed("a");
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      assertEquals(
          "filesystem is marked as having errors: run e2fsck",
          filesystem.readOnlyReason().orElse(""));
    }
  }

  @Test
  void emptyLog_needsNoReplay() throws IOException {
    LogMaker log = log(LogChecksum.V3, 0);
    log.commit(set(0, 'a'));
    log.journal().write(0, ByteBuffer.wrap(log.superblock().withLog(7, 0).bytes()));
    assertReplayed("0");
  }

  @Test
  void externalJournal_isRefusedByName() throws IOException {
    Patch patch = new Patch(image);
    patch.set32(1024 + 0xE0, 0);
    recoverNeeded();
    assertRefused("external journal, which is not supported");
  }

  private void recoverNeeded() throws IOException {
    byte[] raw = Arrays.copyOfRange(image, 1024, 2048);
    new Patch(raw).set32(0x3FC, Checksums.crc32c(Checksums.START, raw, 0, 0x3FC));
    new SuperblockEditor(Superblock.of(raw)).feature(Feature.RECOVER, true).write(device);
    device.takeChanges();
  }

  @Test
  void damagedJournalInode_isReplacedByTheSuperblocksCopy() throws IOException {
    log(LogChecksum.V3, 0).commit(set(0, 'a'));
    damageJournalInode();
    device = new MemoryDevice(image, true);
    assertReplayed("a");
  }

  @Test
  void damagedJournalInode_withoutACopy_isRefused() throws IOException {
    log(LogChecksum.V3, 0).commit(set(0, 'a'));
    damageJournalInode();
    new Patch(image).set8(1024 + 0xFD, 0);
    recoverNeeded();
    assertRefused("inode 8 fails its checksum");
  }

  private void damageJournalInode() throws IOException {
    Superblock superblock = Superblock.read(device);
    Geometry geometry = Geometry.of(superblock, image.length);
    Descriptors descriptors =
        Descriptors.read(
            superblock, geometry, new MetadataReader(device, geometry), new SystemZones());
    image[(int) descriptors.inodeOffset(8) + 0x30] ^= 1;
  }

  @ParameterizedTest
  @EnumSource(LogChecksum.class)
  void randomDamage_endsSoonAndInOrder(LogChecksum checksum) throws IOException {
    LogMaker log = log(checksum, JournalSuperblock.REVOKE);
    for (int i = 0; i < 10; i++) {
      log.commit(set(i, 'a'), blocks.get(11));
    }
    byte[] crashed = image.clone();
    Random random = new Random(checksum.name().hashCode());
    for (int round = 0; round < 300; round++) {
      byte[] damaged = crashed.clone();
      MemoryDevice below = new MemoryDevice(damaged, false);
      JournalFile journal = JournalFile.of(Volume.open(below, Superblock.read(below)));
      for (int i = 0; i < 1 + round % 4; i++) {
        byte[] block = new byte[BLOCK];
        long at = random.nextInt(32);
        journal.read(at, ByteBuffer.wrap(block));
        block[random.nextInt(random.nextBoolean() ? 40 : BLOCK)] = (byte) random.nextInt();
        journal.write(at, ByteBuffer.wrap(block));
      }
      byte[] before = damaged.clone();
      assertTimeoutPreemptively(
          Duration.ofSeconds(10), () -> Hostile.explore(new MemoryDevice(damaged, true)));
      assertArrayEquals(before, damaged, "round " + round);
    }
  }
}
