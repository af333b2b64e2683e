package nbdj.ext4;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import nbdj.ext4.journal.LogChecksum;

/**
 * A small filesystem for power cuts, and the way its log is written if it has one.
 *
 * @param shape has a journal unless it says otherwise
 */
record CrashCase(Shape shape, LogShape log) {

  private static final LogShape NO_LOG = new LogShape(LogChecksum.NONE, false, 0);

  /** The smallest log that takes a change of a {@link Scribe} at once. */
  private static final int SMALL = 64;

  private static final Shape EXT4_1K =
      new Shape("ext4 1k, groups", "8M", "-t ext4 -b 1024 -J size=1 -g 2048 -O ^resize_inode");
  private static final Shape EXT4_4K = new Shape("ext4 4k", "12M", "-t ext4 -b 4096 -J size=4");
  private static final Shape NARROW =
      new Shape(
          "ext4 32 bit", "8M", "-t ext4 -b 1024 -J size=1 -O ^64bit,^metadata_csum,uninit_bg");
  private static final Shape EXT3 = new Shape("ext3 1k", "8M", "-t ext3 -b 1024 -J size=1 -I 128");

  private static final Map<String, CrashImage> MADE = new ConcurrentHashMap<>();

  /** Return filesystems with a journal, with every sort of log among them. */
  static List<CrashCase> journalled() {
    return List.of(
        new CrashCase(EXT4_1K, new LogShape(LogChecksum.V3, true, 0)),
        new CrashCase(EXT4_1K, new LogShape(LogChecksum.V3, false, SMALL)),
        new CrashCase(EXT4_4K, new LogShape(LogChecksum.V3, true, SMALL)),
        new CrashCase(NARROW, new LogShape(LogChecksum.V2, false, SMALL)),
        new CrashCase(EXT4_4K, new LogShape(LogChecksum.V2, true, 0)),
        new CrashCase(EXT4_1K, new LogShape(LogChecksum.V1, true, SMALL)),
        new CrashCase(NARROW, new LogShape(LogChecksum.V1, false, SMALL)),
        new CrashCase(EXT3, new LogShape(LogChecksum.NONE, false, 0)),
        new CrashCase(EXT4_4K, new LogShape(LogChecksum.NONE, true, SMALL)));
  }

  /** Return filesystems without a journal. */
  static List<CrashCase> ordered() {
    return Stream.of(
            new Shape("ext2 1k", "4M", "-t ext2 -b 1024"),
            new Shape("ext4 1k", "4M", "-t ext4 -b 1024 -O ^has_journal"),
            new Shape(
                "ext4 4k", "8M", "-t ext4 -b 4096 -O ^has_journal,^metadata_csum,uninit_bg,^64bit"))
        .map(shape -> new CrashCase(shape, NO_LOG))
        .toList();
  }

  /**
   * Return filesystems for files that are changed through the engine, whose clusters have several
   * blocks, whose owners are counted, or whose inodes hold data.
   */
  static List<CrashCase> special() {
    LogShape v3 = new LogShape(LogChecksum.V3, true, 0);
    return List.of(
        new CrashCase(
            new Shape("bigalloc 1k of 4k", "8M", "-t ext4 -b 1024 -O bigalloc -C 4096 -J size=1"),
            v3),
        new CrashCase(
            new Shape(
                "bigalloc 4k of 16k",
                "16M",
                "-t ext4 -b 4096 -O bigalloc,^has_journal -C 16384 -N 64"),
            NO_LOG),
        new CrashCase(
            new Shape(
                "quota, groups",
                "8M",
                "-t ext4 -b 1024 -J size=1 -g 2048 -O quota,project,^resize_inode"),
            v3),
        new CrashCase(
            new Shape("quota", "4M", "-t ext4 -b 1024 -O quota,^has_journal,^metadata_csum"),
            NO_LOG),
        new CrashCase(
            new Shape("inline_data", "8M", "-t ext4 -b 1024 -J size=1 -O inline_data"), v3),
        new CrashCase(
            new Shape("inline_data", "4M", "-t ext4 -b 1024 -O inline_data,^has_journal"), NO_LOG),
        new CrashCase(
            new Shape(
                "bigalloc, quota, inline_data",
                "16M",
                "-t ext4 -b 4096 -O bigalloc,quota,inline_data -C 16384 -J size=4 -N 64"),
            new LogShape(LogChecksum.V2, true, 0)));
  }

  boolean hasJournal() {
    return shape.options().contains("-J");
  }

  int blockSize() {
    return shape.options().contains("-b 4096") ? 4096 : 1024;
  }

  /** Return the filesystem with the files of a {@link ScribeWorkload} in it. */
  CrashImage image() throws IOException {
    CrashImage plain = MADE.get(shape.options());
    if (plain == null) {
      plain = CrashImage.make(shape, ScribeWorkload.contents(blockSize()));
      MADE.put(shape.options(), plain);
    }
    return withLog(plain);
  }

  /** Return the filesystem with other files in it. */
  CrashImage image(Map<String, byte[]> contents) throws IOException {
    return withLog(CrashImage.make(shape, contents));
  }

  private CrashImage withLog(CrashImage plain) throws IOException {
    PagedImage image = plain.image().copy();
    if (hasJournal()) {
      log.apply(image);
    }
    return new CrashImage(image, plain.files());
  }

  /** Return the filesystem with the files of a {@link FileWorkload} in it. */
  CrashImage imageForFiles() throws IOException {
    return image(FileWorkload.contents(blockSize(), shape.inline()));
  }

  /**
   * Return a workload for that image.
   *
   * @param threads that use the filesystem at one time
   * @param rounds changes by each of them
   * @param closed whether the filesystem is closed at the end
   */
  FileWorkload workload(long seed, int threads, int rounds, boolean closed) {
    return new FileWorkload(seed, threads, rounds, closed, shape.inline());
  }

  /** Return how many times a trace fills the log. */
  double logged(Trace trace) throws IOException {
    PagedImage image = trace.initial().copy();
    JournalFile journal = JournalFile.of(Volume.open(image, Superblock.read(image)));
    long bytes = 0;
    for (Event event : trace.events()) {
      if (event instanceof Event.Change change && journal.holds(change.offset() / blockSize())) {
        bytes += change.bytes().length;
      }
    }
    return (double) bytes / blockSize() / JournalReplay.superblockOf(journal).length();
  }

  @Override
  public String toString() {
    return hasJournal() ? shape.name() + ", " + log : shape.name();
  }
}
