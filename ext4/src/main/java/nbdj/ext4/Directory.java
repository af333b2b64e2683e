package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * One directory, for as long as a name in it is looked up or its names are listed. For one thread.
 */
final class Directory {

  /** Extents of a directory's map that are kept while it is searched. */
  private static final long MAP_EXTENTS = 4096;

  /** Bytes before the first entry of an inline directory: the parent's inode. */
  private static final int INLINE_PARENT = 4;

  private final Volume volume;
  private final Inode inode;
  private final LookupBudget budget;

  /**
   * Begin with a directory's inode.
   *
   * @param budget is charged for every block that is read
   * @throws Ext4Exception if its size is impossible
   */
  Directory(Volume volume, Inode inode, LookupBudget budget) throws Ext4Exception {
    this.volume = volume;
    this.inode = inode;
    this.budget = budget;
    long most = volume.geometry.blocks << volume.geometry.blockBits;
    if (inode.size > most) {
      throw corrupt(
          "directory inode %d has size %d, more than the filesystem: run e2fsck"
              .formatted(inode.number, inode.size));
    }
  }

  /**
   * Look a name up.
   *
   * @param name the name's bytes, not empty, {@code .} or {@code ..}
   * @return its inode, or 0 if the directory does not have it
   */
  long find(byte[] name) throws IOException {
    boolean folded = inode.has(Inode.FLAG_CASEFOLD) && volume.superblock.has(Feature.CASEFOLD);
    // A folded directory is ordered by the hashes of folded names, which may not be the JDK's.
    if (inode.has(Inode.FLAG_INDEXED) && !inode.has(Inode.FLAG_INLINE_DATA) && !folded) {
      long found = new HashIndex(volume, inode, blocks(), name).find();
      if (found >= 0) {
        return found;
      }
    }
    Search search = new Search(name, folded ? CaseFold.fold(name) : Optional.empty());
    scan(search);
    return search.exact != 0 ? search.exact : search.similar;
  }

  /** Hand every name to a visitor until it has had enough. */
  void list(EntryVisitor visitor) throws IOException {
    scan(entry ->
        entry.dots()
            || visitor.entry(
                new DirectoryEntry(
                    new String(entry.name(), StandardCharsets.UTF_8),
                    entry.inode(),
                    entry.type())));
  }

  /** Return the inode of a name in one stretch of entries, or 0. */
  static long findIn(Volume volume, Inode inode, byte[] bytes, int end, byte[] name)
      throws Ext4Exception {
    EntryScan entries = entries(volume, inode, bytes, 0, end);
    while (entries.advance()) {
      if (entries.named(name)) {
        return entries.inode();
      }
    }
    return 0;
  }

  private static EntryScan entries(Volume volume, Inode inode, byte[] bytes, int start, int end) {
    boolean typed = volume.superblock.has(Feature.FILETYPE);
    return new EntryScan(inode.number, bytes, start, end, volume.geometry.blockSize, typed);
  }

  /** What is asked of each entry: whether to go on. */
  private interface Step {
    boolean entry(EntryScan entry) throws IOException;
  }

  private static final class Search implements Step {
    private final byte[] name;
    private final Optional<String> folded;
    private long exact;
    private long similar;

    private Search(byte[] name, Optional<String> folded) {
      this.name = name;
      this.folded = folded;
    }

    @Override
    public boolean entry(EntryScan entry) {
      if (entry.named(name)) {
        exact = entry.inode();
      } else if (similar == 0 && folded.isPresent() && folded.equals(CaseFold.fold(entry.name()))) {
        similar = entry.inode();
      }
      return exact == 0;
    }
  }

  private DirectoryBlocks blocks() throws Ext4Exception {
    FileContent content = new FileContent(volume, inode, new MapBudget(MAP_EXTENTS));
    return new DirectoryBlocks(volume, inode, content.map(), budget);
  }

  private void scan(Step step) throws IOException {
    if (inode.has(Inode.FLAG_INLINE_DATA)) {
      scanInline(step);
      return;
    }
    DirectoryBlocks blocks = blocks();
    long block = blocks.skipHole(0);
    while (block < blocks.count()) {
      byte[] bytes = blocks.read(block);
      if (bytes.length > 0
          && !step(entries(volume, inode, bytes, 0, entriesEnd(blocks, block, bytes)), step)) {
        return;
      }
      block = blocks.skipHole(block + 1);
    }
  }

  /**
   * Verify a block, leaf or index, and return where its entries end. An index block looks like one
   * empty entry.
   */
  private int entriesEnd(DirectoryBlocks blocks, long block, byte[] bytes) throws Ext4Exception {
    if (inode.has(Inode.FLAG_INDEXED) && block == 0) {
      blocks.verifyIndex(bytes, DirectoryBlocks.ROOT_ENTRIES);
      return bytes.length;
    }
    if (inode.has(Inode.FLAG_INDEXED) && blocks.isIndexNode(bytes)) {
      blocks.verifyIndex(bytes, DirectoryBlocks.NODE_ENTRIES);
      return bytes.length;
    }
    return blocks.verifyLeaf(bytes);
  }

  private void scanInline(Step step) throws IOException {
    InlineData data = InlineData.of(inode, volume.superblock);
    byte[] all = data.content(Inode.MAP_LENGTH + (long) data.valueLength);
    byte[] value = Arrays.copyOfRange(all, Inode.MAP_LENGTH, all.length);
    if (step(entries(volume, inode, all, INLINE_PARENT, Inode.MAP_LENGTH), step)) {
      step(entries(volume, inode, value, 0, value.length), step);
    }
  }

  private static boolean step(EntryScan entries, Step step) throws IOException {
    while (entries.advance()) {
      if (!step.entry(entries)) {
        return false;
      }
    }
    return true;
  }
}
