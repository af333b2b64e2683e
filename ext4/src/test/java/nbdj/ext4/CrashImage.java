package nbdj.ext4;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small filesystem for power cuts, whose free blocks hold poison.
 *
 * @param image compared by its metadata, what is in the log left out
 * @param files what its files hold, by absolute path
 */
record CrashImage(PagedImage image, Map<String, byte[]> files) {

  private static final Pattern FREE = Pattern.compile("^  Free blocks: (.*)$", Pattern.MULTILINE);
  private static final Pattern RANGE = Pattern.compile("(\\d+)(?:-(\\d+))?");

  /**
   * Make one.
   *
   * @param contents of the files, by name; runs of zeroes of a page become holes
   */
  static CrashImage make(Shape shape, Map<String, byte[]> contents) throws IOException {
    Path scratch = Files.createTempDirectory("nbdj-crash");
    Path tree = Files.createDirectory(scratch.resolve("tree"));
    Path file = scratch.resolve("image");
    try {
      for (Map.Entry<String, byte[]> entry : contents.entrySet()) {
        writeSparse(tree.resolve(entry.getKey()), entry.getValue());
      }
      shape.make(file, tree);
      if (shape.quota()) {
        // mke2fs does not count what it copies.
        Tools.run(List.of("e2fsck", "-fy", file.toString()));
      }
      Map<String, byte[]> files = new TreeMap<>();
      contents.forEach((name, content) -> files.put("/" + name, content));
      return new CrashImage(withPoison(file), files);
    } finally {
      for (String name : contents.keySet()) {
        Files.deleteIfExists(tree.resolve(name));
      }
      Files.delete(tree);
      Files.deleteIfExists(file);
      Files.delete(scratch);
    }
  }

  private static void writeSparse(Path path, byte[] content) throws IOException {
    byte[] zeroes = new byte[PagedImage.PAGE];
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(content.length);
      for (int at = 0; at < content.length; at += PagedImage.PAGE) {
        int length = Math.min(PagedImage.PAGE, content.length - at);
        if (!Arrays.equals(content, at, at + length, zeroes, 0, length)) {
          file.seek(at);
          file.write(content, at, length);
        }
      }
    }
  }

  private static PagedImage withPoison(Path file) throws IOException {
    PagedImage image = PagedImage.read(file);
    Volume volume = Volume.open(image, Superblock.read(image));
    int bits = volume.geometry.blockBits;
    // What is told of the last cluster of a range is where it begins.
    int more = (1 << volume.geometry.clusterBits) - 1;
    Matcher groups = FREE.matcher(Tools.must("dumpe2fs", file.toString()));
    while (groups.find()) {
      Matcher ranges = RANGE.matcher(groups.group(1));
      while (ranges.find()) {
        long first = Long.parseLong(ranges.group(1));
        long last = (ranges.group(2) == null ? first : Long.parseLong(ranges.group(2))) + more;
        long from = first << bits;
        byte[] poison = SectorText.poison(from, (int) (((last + 1) << bits) - from));
        image.put(poison, 0, poison.length, from);
      }
    }
    return image.hashedBy(PageHash.ofMetadata(logSectors(volume)));
  }

  /** Return the sectors of the journal but those of its own superblock. */
  private static BitSet logSectors(Volume volume) throws IOException {
    BitSet sectors = new BitSet();
    long number = volume.superblock.journalInode();
    if (number == 0) {
      return sectors;
    }
    BlockMap map = new FileContent(volume, volume.inodes.read(number), new MapBudget(0)).map();
    int perBlock = volume.geometry.blockSize / SectorText.SECTOR;
    long end = volume.inodes.read(number).size >>> volume.geometry.blockBits;
    long block = 0;
    while (block < end) {
      MapLeaf leaf = map.leafAt(block);
      for (int i = 0; i < leaf.count(); i++) {
        long from = Math.max(1, leaf.first(i));
        int start = (int) (leaf.physical(i) + from - leaf.first(i)) * perBlock;
        sectors.set(start, start + (int) (leaf.end(i) - from) * perBlock);
      }
      block = leaf.end;
    }
    return sectors;
  }
}
