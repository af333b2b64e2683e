package nbdj.tck.blackbox;

import java.io.IOException;
import java.util.Set;
import nbdj.client.CommandFlag;
import nbdj.client.ExportFlag;
import nbdj.tck.Range;
import nbdj.tck.Rule;
import org.junit.jupiter.api.Test;

/** Requests that must be refused with an error, after which the connection goes on. */
abstract class RefusalsChapter extends Chapter {
  private static final Set<String> INVALID = Set.of("EINVAL");
  private static final Set<String> INVALID_OR_FULL = Set.of("EINVAL", "ENOSPC");

  RefusalsChapter(BlackBox box) {
    super(box);
  }

  @Test
  @Rule("R-1")
  void readOutsideTheExport_isRefused() throws IOException {
    Disk disk = openUnchecked(serve());
    long size = disk.size();
    disk.refused("R-1", "a read behind the end", INVALID, c -> c.read(size, 1));
    disk.refused("R-1", "a read over the end", INVALID, c -> c.read(Math.max(0, size - 1), 2));
    disk.refused("R-1", "a read at 2^63-1", INVALID, c -> c.read(Long.MAX_VALUE, 1));
    disk.refused("R-1", "a read at 2^64-1", INVALID, c -> c.read(-1, 1));
    disk.refused("R-1", "a read at 2^64-1 of 2 bytes", INVALID, c -> c.read(-1, 2));
  }

  @Test
  @Rule("W-1")
  void changeOutsideTheExport_isRefused() throws IOException {
    Disk disk = openUnchecked(serve());
    Range ground = ground(disk);
    long size = disk.size();
    byte[] before = disk.read(ground);
    disk.refused("W-1", "a write behind the end", INVALID_OR_FULL, c -> c.write(new byte[1], size));
    disk.refused(
        "W-1", "a write over the end", INVALID_OR_FULL, c -> c.write(new byte[512], size - 1));
    disk.refused("W-1", "a write at 2^64-1", INVALID_OR_FULL, c -> c.write(new byte[512], -1));
    if (disk.has(ExportFlag.SEND_WRITE_ZEROES)) {
      disk.refused(
          "W-1", "write zeroes over the end", INVALID_OR_FULL, c -> c.writeZeroes(size - 1, 2));
    }
    if (disk.has(ExportFlag.SEND_TRIM)) {
      disk.refused(
          "W-1", "a trim over the end", INVALID_OR_FULL, c -> c.trim(size - 1, 0xffff_ffffL));
    }
    same(before, disk.read(ground), ground.offset(), "W-3", "after changes were refused");
  }

  @Test
  @Rule("E-1")
  void statusOutsideTheExport_isRefused() throws IOException {
    Disk disk = openUnchecked(serve());
    applies(!disk.export().contexts().isEmpty(), "the export does not offer block status");
    long size = disk.size();
    disk.refused("E-1", "block status behind the end", INVALID, c -> c.blockStatus(size, 1));
    disk.refused("E-1", "block status at 2^64-1", INVALID, c -> c.blockStatus(-1, 2));
  }

  @Test
  void statusWithoutContext_isRefused() throws IOException {
    Disk disk = open(serve(), clients().metaContexts().unchecked());
    head(disk);
    disk.refused("block status without a metadata context", INVALID, c -> c.blockStatus(0, 1));
  }

  @Test
  void flagOfAnotherCommand_isRefused() throws IOException {
    Disk disk = openUnchecked(serve());
    head(disk);
    disk.refused("a read with REQ_ONE", INVALID, c -> c.read(0, 1, CommandFlag.REQUEST_ONE));
  }
}
