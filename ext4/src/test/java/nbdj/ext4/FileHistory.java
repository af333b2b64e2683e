package nbdj.ext4;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a file held at the beginning, and every change of it since: what it may hold after a power
 * cut.
 *
 * <p>A byte must be what the last durable change of it left, or what a later one did. Safe for use
 * by several threads.
 */
final class FileHistory {

  /** A change of some bytes. */
  private static final class Version {
    /** Time before the first of it could reach the device. */
    final int started;

    final int ended;
    final int offset;
    final byte[] bytes;

    /** Time from which on it must survive. */
    int durable;

    Version(int started, int ended, int durable, long offset, byte[] bytes) {
      this.started = started;
      this.ended = ended;
      this.durable = durable;
      this.offset = (int) offset;
      this.bytes = bytes.clone();
    }

    boolean hasAt(int at, byte value) {
      return at >= offset && at < offset + bytes.length && bytes[at - offset] == value;
    }

    void applyTo(byte[] content) {
      System.arraycopy(bytes, 0, content, offset, bytes.length);
    }
  }

  /** What must be there at a time. */
  private static final class Certain {
    final int time;
    final byte[] content;

    /** The oldest version that each byte may have; -1 for the initial content. */
    final int[] oldest;

    Certain(int time, byte[] content) {
      this.time = time;
      this.content = content;
      this.oldest = new int[content.length];
      Arrays.fill(oldest, -1);
    }
  }

  private final byte[] initial;
  private final List<Version> versions = new ArrayList<>();
  private Certain last;

  FileHistory(byte[] initial) {
    this.initial = initial.clone();
    this.last = new Certain(-1, this.initial);
  }

  /** Note a completed change that no flush has followed. */
  synchronized void changed(int started, int ended, long offset, byte[] bytes) {
    versions.add(new Version(started, ended, Integer.MAX_VALUE, offset, bytes));
  }

  /** Note a completed change that was durable when it ended. */
  synchronized void changedDurably(int started, int ended, long offset, byte[] bytes) {
    versions.add(new Version(started, ended, ended, offset, bytes));
  }

  /** Note a flush: what had ended when it began is durable when it has ended. */
  synchronized void flushed(int started, int ended) {
    for (Version version : versions) {
      if (version.ended < started) {
        version.durable = Math.min(version.durable, ended);
      }
    }
  }

  /**
   * Judge what a power cut left.
   *
   * @param time of the cut
   * @return what is wrong, if anything is
   */
  Optional<String> judge(byte[] actual, int time) {
    if (actual.length != initial.length) {
      return Optional.of("has %d bytes, not %d".formatted(actual.length, initial.length));
    }
    Certain certain = certain(time);
    int at = Arrays.mismatch(actual, certain.content);
    while (at >= 0) {
      if (!possible(actual[at], at, certain, time)) {
        return Optional.of(describe(actual, certain, at));
      }
      int next =
          Arrays.mismatch(actual, at + 1, actual.length, certain.content, at + 1, actual.length);
      at = next < 0 ? -1 : at + 1 + next;
    }
    return Optional.empty();
  }

  private boolean possible(byte value, int at, Certain certain, int time) {
    for (int i = certain.oldest[at] + 1; i < versions.size(); i++) {
      if (versions.get(i).started < time && versions.get(i).hasAt(at, value)) {
        return true;
      }
    }
    return false;
  }

  private synchronized Certain certain(int time) {
    if (last.time == time) {
      return last;
    }
    Certain certain = new Certain(time, initial.clone());
    for (int i = 0; i < versions.size(); i++) {
      Version version = versions.get(i);
      if (version.durable < time) {
        version.applyTo(certain.content);
        Arrays.fill(certain.oldest, version.offset, version.offset + version.bytes.length, i);
      }
    }
    last = certain;
    return certain;
  }

  private static String describe(byte[] actual, Certain certain, int at) {
    int sector = at / 512 * 512;
    int end = Math.min(actual.length, sector + 512);
    return "byte %d is 0x%02x, must be 0x%02x or newer; its sector holds %s, should hold %s"
        .formatted(
            at,
            actual[at],
            certain.content[at],
            SectorText.of(actual, sector, end),
            SectorText.of(certain.content, sector, end));
  }
}
