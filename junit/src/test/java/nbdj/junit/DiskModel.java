package nbdj.junit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/** A disk with a volatile write cache, as simple as can be. */
final class DiskModel {
  private static final int SECTOR = 512;

  private final byte[] durable;
  private final List<Unflushed> cache = new ArrayList<>();

  /** A change that was not flushed. */
  private static final class Unflushed {
    private final int offset;

    /** What it makes of its range. */
    private final byte[] bytes;

    /** Which of them no later change with FUA has overwritten. */
    private final boolean[] alive;

    /** Whether reads see it. */
    private final boolean seen;

    Unflushed(int offset, byte[] bytes, boolean seen) {
      this.offset = offset;
      this.bytes = bytes;
      this.seen = seen;
      alive = new boolean[bytes.length];
      Arrays.fill(alive, true);
    }

    void make(byte[] disk, IntPredicate where) {
      for (int i = 0; i < bytes.length; i++) {
        if (alive[i] && where.test(offset + i)) {
          disk[offset + i] = bytes[i];
        }
      }
    }

    boolean touches(int sector) {
      return offset < (sector + 1) * SECTOR && offset + bytes.length > sector * SECTOR;
    }
  }

  DiskModel(int size) {
    durable = new byte[size];
  }

  void change(int offset, byte[] bytes, boolean fua, boolean seen) {
    if (!fua) {
      cache.add(new Unflushed(offset, bytes, seen));
      return;
    }
    System.arraycopy(bytes, 0, durable, offset, bytes.length);
    for (Unflushed change : cache) {
      for (int i = 0; i < change.bytes.length; i++) {
        int at = change.offset + i;
        change.alive[i] &= at < offset || at >= offset + bytes.length;
      }
    }
    cache.removeIf(change -> {
      for (boolean alive : change.alive) {
        if (alive) {
          return false;
        }
      }
      return true;
    });
  }

  void flush() {
    cache.forEach(change -> change.make(durable, at -> true));
    cache.clear();
  }

  int unflushed() {
    return cache.size();
  }

  byte[] durable() {
    return durable;
  }

  byte[] current() {
    byte[] current = durable.clone();
    cache.stream()
        .filter(change -> change.seen)
        .forEach(change -> change.make(current, at -> true));
    return current;
  }

  /** Tell whether a crash that kept a number of changes may leave this. */
  boolean mayLeave(byte[] left, int kept) {
    for (int chosen = 0; chosen < 1 << cache.size(); chosen++) {
      if (Integer.bitCount(chosen) == kept && Arrays.equals(left, with(chosen, at -> true))) {
        return true;
      }
    }
    return false;
  }

  /** Tell whether a crash that tore changes may leave this. */
  boolean mayLeaveInSectors(byte[] left) {
    for (int sector = 0; sector < left.length / SECTOR; sector++) {
      if (!mayLeaveSector(left, sector)) {
        return false;
      }
    }
    return true;
  }

  private boolean mayLeaveSector(byte[] left, int sector) {
    int from = sector * SECTOR;
    int touching = 0;
    for (int i = 0; i < cache.size(); i++) {
      touching |= cache.get(i).touches(sector) ? 1 << i : 0;
    }
    for (int chosen = touching; ; chosen = (chosen - 1) & touching) {
      byte[] disk = with(chosen, at -> at / SECTOR == sector);
      if (Arrays.equals(left, from, from + SECTOR, disk, from, from + SECTOR)) {
        return true;
      }
      if (chosen == 0) {
        return false;
      }
    }
  }

  /** Get the disk with some of the unflushed changes made, in some places. */
  private byte[] with(int chosen, IntPredicate where) {
    byte[] disk = durable.clone();
    for (int i = 0; i < cache.size(); i++) {
      if ((chosen & 1 << i) != 0) {
        cache.get(i).make(disk, where);
      }
    }
    return disk;
  }
}
