package nbdj.partition;

import static nbdj.partition.Tables.entry;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import nbdj.client.NbdClient;
import nbdj.client.NbdRefusedException;
import nbdj.runtime.server.NbdServer;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter over disks with tables of all kinds, right and wrong. */
class PartitionTableTests {
  private static final int SECTORS = 2048;

  private final ReferenceDevice disk = new ReferenceDevice(SECTORS * 512);

  private NbdServer serve(int number, String sectorSize) throws IOException {
    return NbdServer.builder()
        .filter(new PartitionFilter())
        .plugin(new ReferencePlugin(disk))
        .config("partition", Integer.toString(number))
        .config("partition-sectorsize", sectorSize)
        .privateSocket()
        .start();
  }

  /** Assert where a partition is, by what its first bytes and its size are. */
  private void assertPartition(int number, int sectorSize, long first, long length)
      throws IOException {
    byte[] mark = {1, 2, 3, (byte) number};
    disk.write(ByteBuffer.wrap(mark), first * sectorSize);
    try (NbdServer server = serve(number, Integer.toString(sectorSize));
        NbdClient client = NbdClient.connect(server.uri())) {
      assertEquals(length * sectorSize, client.size());
      assertArrayEquals(mark, client.read(0, 4));
    }
  }

  private void assertRefused(int number, String reason) throws IOException {
    try (NbdServer server = serve(number, "512")) {
      NbdRefusedException refusal =
          assertThrows(NbdRefusedException.class, () -> NbdClient.connect(server.uri()));
      assertEquals(reason, refusal.serverText());
    }
  }

  @Test
  void primaryPartitions_open_areWhereTheTableSays() throws IOException {
    Tables.bootRecord(
        disk, 0, entry(0x83, 1, 9), entry(0x0b, 10, 90), entry(0, 0, 0), entry(0x07, 100, 1948));
    assertPartition(1, 512, 1, 9);
    assertPartition(2, 512, 10, 90);
    assertPartition(4, 512, 100, 1948);
    assertRefused(3, "partition=3: not in the MBR partition table, which has 1, 2, 4");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x05, 0x0f, 0x85})
  void logicalPartitions_open_areCountedFromFive(int extended) throws IOException {
    Tables.bootRecord(disk, 0, entry(0x83, 1, 9), entry(extended, 100, 1000));
    Tables.bootRecord(disk, 100, entry(0x83, 2, 50), entry(extended, 200, 300));
    Tables.bootRecord(disk, 300, entry(0x83, 3, 60), entry(extended, 500, 300));
    Tables.bootRecord(disk, 600, entry(0x83, 4, 70));
    assertPartition(5, 512, 102, 50);
    assertPartition(6, 512, 303, 60);
    assertPartition(7, 512, 604, 70);
    assertRefused(2, "partition=2: not in the MBR partition table, which has 1, 5, 6, 7");
  }

  @Test
  void chainOfLogicalPartitionsThatComesBack_open_isRefused() throws IOException {
    Tables.bootRecord(disk, 0, entry(0x05, 100, 1000));
    Tables.bootRecord(disk, 100, entry(0x83, 2, 50), entry(0x05, 200, 300));
    Tables.bootRecord(disk, 300, entry(0x83, 3, 60), entry(0x05, 0, 300));
    assertRefused(5, "the chain of logical partitions comes back to sector 100 or never ends");
  }

  @Test
  void chainWithADamagedLink_open_isRefused() throws IOException {
    Tables.bootRecord(disk, 0, entry(0x05, 100, 1000));
    Tables.bootRecord(disk, 100, entry(0x83, 2, 50), entry(0x05, 200, 300));
    assertRefused(
        5, "the table of a logical partition at sector 300 is damaged: it does not end with 55 aa");
  }

  @Test
  void chainThatLeavesTheDisk_open_isRefused() throws IOException {
    Tables.bootRecord(disk, 0, entry(0x05, 4_000_000_000L, 1000));
    assertRefused(
        5,
        "the table of a logical partition at sector 4000000000 lies outside the disk of 1048576"
            + " bytes");
  }

  @Test
  void partitionThatLeavesTheDisk_open_isRefused() throws IOException {
    Tables.bootRecord(disk, 0, entry(0x83, 1000, 0xffff_ffffL));
    assertRefused(
        1,
        "partition 1, of 4294967295 sectors from sector 1000 on, lies outside the disk of 2048"
            + " sectors");
  }

  @Test
  void noTable_open_isRefused() throws IOException {
    assertRefused(1, "the disk has no partition table: its first sector does not end with 55 aa");
  }

  @Test
  void emptyTable_open_isRefused() throws IOException {
    Tables.bootRecord(disk, 0);
    assertRefused(1, "partition=1: not in the MBR partition table, which has no partition");
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void guidTable_open_isWhereTheTableSays(int sectorSize) throws IOException {
    Tables.guid(disk, sectorSize, new long[] {34, 99}, new long[] {}, new long[] {100, 120});
    assertPartition(1, sectorSize, 34, 66);
    assertPartition(3, sectorSize, 100, 21);
  }

  /** Bytes in the header, its checksum, and an entry. */
  @ParameterizedTest
  @ValueSource(ints = {512, 512 + 16, 512 + 40, 512 + 91, 1024 + 40, 1024 + 127 * 128})
  void firstGuidTableDamaged_open_takesTheSecond(int at) throws IOException {
    Tables.guid(disk, 512, new long[] {34, 99});
    Tables.damage(disk, at);
    assertPartition(1, 512, 34, 66);
  }

  @ParameterizedTest
  @CsvSource({
    "0, it does not begin with 'EFI PART'",
    "40, its checksum is wrong",
    "12, it says that it has 28 bytes",
    "1024, the checksum of its entries is wrong",
  })
  void bothGuidTablesDamaged_open_isRefusedWithTheFirstReason(int at, String how)
      throws IOException {
    Tables.guid(disk, 512, new long[] {34, 99});
    boolean entries = at >= 512;
    Tables.damage(disk, entries ? at : 512 + at);
    Tables.damage(disk, entries ? (SECTORS - 33) * 512L : (SECTORS - 1) * 512L + at);
    assertRefused(1, "the GPT header at sector 1 is damaged: " + how);
  }

  @Test
  void guidPartitionThatEndsBeforeItBegins_open_isRefused() throws IOException {
    Tables.guid(disk, 512, new long[] {99, 34});
    try (NbdServer server = serve(1, "512")) {
      assertThrows(NbdRefusedException.class, () -> NbdClient.connect(server.uri()));
    }
  }
}
