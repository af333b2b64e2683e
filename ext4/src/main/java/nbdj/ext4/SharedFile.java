package nbdj.ext4;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One regular file, however many times it is open.
 *
 * <p>Safe for use by several threads. Nothing is kept of its data, so that every user sees every
 * completed write. Who reads or overwrites has the stripes of the range shared, so that its blocks
 * stay the file's own; who changes where the file lies has them exclusively.
 */
final class SharedFile {

  /** Most bytes that are zeroed in place rather than by changing metadata. */
  private static final long IN_PLACE = 1 << 16;

  private final Space space;
  private final Inode inode;
  private final FileInode live;
  private final FileContent content;
  private final WriteGate gate;

  /** Why this file must not be written, whatever holds for the filesystem. */
  private final Optional<String> ownReason;

  private final Stripes stripes;
  private final AtomicReference<Optional<FileWriter>> writer =
      new AtomicReference<>(Optional.empty());

  /** How many opens have not been closed; guarded by the filesystem's lock. */
  int users;

  /** Whether data has been written. */
  private volatile boolean changed;

  /** Whether another object stands for the file by now. */
  private volatile boolean dead;

  SharedFile(Space space, Inode inode, WriteGate gate, MapBudget budget) throws Ext4Exception {
    this.space = space;
    this.inode = inode;
    this.live = new FileInode(space.volume, inode);
    this.content = new FileContent(space.volume, inode, live, budget);
    this.gate = gate;
    this.ownReason = FeaturePolicy.readOnlyReason(inode);
    Geometry geometry = space.volume.geometry;
    this.stripes = new Stripes(geometry.blockBits + geometry.clusterBits);
  }

  long number() {
    return inode.number;
  }

  long size() {
    return content.size();
  }

  /** Tell whether data has been written. */
  boolean isChanged() {
    return changed;
  }

  Optional<String> readOnlyReason() {
    return gate.reason().or(() -> ownReason);
  }

  /** Return why this file must not be written, whatever holds for the filesystem. */
  Optional<String> obstacle() {
    return ownReason;
  }

  void map(long offset, long length, RunVisitor visitor) throws IOException {
    checkRange(offset, length);
    if (length == 0) {
      return;
    }
    stripes.lockShared(offset, length);
    try {
      checkAlive();
      content.walk(offset, length, visitor);
    } finally {
      stripes.unlockShared(offset, length);
    }
  }

  /**
   * Show where a range lies, as {@link #map} does, to a visitor that goes on looking there.
   *
   * @return ends that
   */
  Runnable lend(long offset, long length, RunVisitor visitor) throws IOException {
    if (!space.isChangeable()) {
      map(offset, length, visitor);
      return () -> {};
    }
    Runnable end = space.allocator.loans.begin();
    boolean lent = false;
    try {
      map(offset, length, visitor);
      lent = true;
      return end;
    } finally {
      if (!lent) {
        end.run();
      }
    }
  }

  void read(ByteBuffer dst, long offset) throws IOException {
    map(offset, dst.remaining(), new ContentReader(space.volume.device, dst));
  }

  void write(ByteBuffer src, long offset, boolean fua) throws IOException {
    int length = src.remaining();
    if (!begin(offset, length)) {
      return;
    }
    Outcome outcome = overwrite(src, offset, fua);
    if (outcome == Outcome.UNDONE) {
      int start = src.position();
      new Retry(space)
          .run(() -> {
            src.position(start);
            exclusively(offset, length, () -> fill(src, offset));
          });
    }
    finish(fua && outcome != Outcome.DURABLE);
  }

  /** What has become of an attempt to change a range without changing metadata. */
  private enum Outcome {
    UNDONE,
    DONE,
    DURABLE
  }

  private Outcome overwrite(ByteBuffer src, long offset, boolean fua) throws IOException {
    int length = src.remaining();
    stripes.lockShared(offset, length);
    try {
      checkAlive();
      RunCheck check = new RunCheck();
      content.walk(offset, length, check);
      if (!check.isAllData()) {
        return Outcome.UNDONE;
      }
      // One run can be made durable by itself, unless what leads to it is not.
      boolean durable = fua && check.runs() == 1 && isSettled();
      if (check.runs() == 1) {
        ContentWriter.write(space.volume.device, src, check.place(), durable);
      } else {
        content.walk(offset, length, new ContentWriter(space.volume.device, src, false));
      }
      return durable ? Outcome.DURABLE : Outcome.DONE;
    } finally {
      stripes.unlockShared(offset, length);
    }
  }

  private boolean isSettled() {
    Optional<FileWriter> made = writer.get();
    return made.isEmpty() || made.get().blocks.isSettled();
  }

  private void fill(ByteBuffer src, long offset) throws IOException {
    if (content.isInline()) {
      inline().write(src, offset);
    } else {
      writer().filler.write(src, offset);
    }
  }

  /**
   * Make a range read as zeroes.
   *
   * @param fast whether to refuse if data would have to be written for it
   */
  void zero(long offset, long length, boolean mayHole, boolean fast, boolean fua)
      throws IOException {
    if (!begin(offset, length)) {
      return;
    }
    if (fast) {
      checkFast(offset, length, mayHole);
    }
    Outcome outcome = zeroInPlace(offset, length, mayHole, fast, fua);
    if (outcome == Outcome.UNDONE) {
      inParts(offset, length, (from, end) -> zero(from, end, mayHole, fast));
    }
    finish(fua && outcome != Outcome.DURABLE);
  }

  private Outcome zeroInPlace(long offset, long length, boolean mayHole, boolean fast, boolean fua)
      throws IOException {
    stripes.lockShared(offset, length);
    try {
      checkAlive();
      RunCheck check = new RunCheck();
      content.walk(offset, length, check);
      boolean overwrite = !space.isChangeable() || (!mayHole && !fast && length <= IN_PLACE);
      boolean possible =
          check.isNoData()
              ? mayHole || !check.hasHoles()
              : overwrite && !check.hasInline() && (mayHole || !check.hasHoles());
      if (!possible) {
        return Outcome.UNDONE;
      }
      boolean durable = fua && check.runs() <= 1 && isSettled();
      content.walk(offset, length, new ContentZeroer(space.volume.device, durable));
      return durable ? Outcome.DURABLE : Outcome.DONE;
    } finally {
      stripes.unlockShared(offset, length);
    }
  }

  private void zero(long from, long end, boolean mayHole, boolean fast) throws IOException {
    if (content.isInline()) {
      inline().zero(from, end - from);
    } else if (mayHole) {
      writer().puncher.punch(from, end, true, fast ? 0 : IN_PLACE);
    } else {
      writer().filler.zero(from, end, fast ? 0 : IN_PLACE);
    }
  }

  /** Refuse what cannot be zeroed without writing data; a few bytes at either end do not count. */
  private void checkFast(long offset, long length, boolean mayHole) throws IOException {
    RunCheck check = new RunCheck();
    map(offset, length, check);
    boolean metadataAlone =
        content.isInline()
            || (check.isNoData() && (mayHole || !check.hasHoles()))
            || (space.isChangeable() && (mayHole || inode.has(Inode.FLAG_EXTENTS)));
    if (!metadataAlone) {
      throw Ext4Exception.notSupported("data would have to be written, which is not fast");
    }
  }

  void trim(long offset, long length, boolean fua) throws IOException {
    if (!begin(offset, length) || content.isInline() || !space.isChangeable()) {
      return;
    }
    RunCheck check = new RunCheck();
    map(offset, length, check);
    if (!check.isNothing()) {
      inParts(offset, length, (from, end) -> writer().puncher.punch(from, end, false, 0));
    }
    finish(fua);
  }

  void flush() throws IOException {
    space.store.flush();
  }

  private interface Part {
    void run(long from, long end) throws IOException;
  }

  /** Do something to a range in parts, for others to get a turn. */
  private void inParts(long offset, long length, Part part) throws IOException {
    long end = offset + length;
    long from = offset;
    while (from < end) {
      long start = from;
      long stop = Math.min(end, (start / stripes.span() + 1) * stripes.span());
      new Retry(space).run(() -> exclusively(start, stop - start, () -> part.run(start, stop)));
      from = stop;
    }
  }

  private void exclusively(long offset, long length, Retry.Attempt attempt) throws IOException {
    stripes.lockExclusive(offset, length);
    try {
      checkAlive();
      space.checkChangeable();
      attempt.run();
    } finally {
      stripes.unlockExclusive(offset, length);
    }
  }

  /** Check that a range may be changed, and tell whether there is anything to change. */
  private boolean begin(long offset, long length) throws IOException {
    checkRange(offset, length);
    gate.check();
    if (ownReason.isPresent()) {
      throw new Ext4Exception(Ext4Exception.Kind.READ_ONLY, ownReason.get());
    }
    space.store.checkUsable();
    return length > 0;
  }

  /** Note that a range has been changed, and make that durable if it must be. */
  private void finish(boolean durable) throws IOException {
    if (!changed) {
      changed = true;
    }
    space.allocator.trim();
    if (durable) {
      space.store.flush();
    }
  }

  private FileWriter writer() throws IOException {
    Optional<FileWriter> made = writer.get();
    if (made.isPresent()) {
      return made.get();
    }
    FileWriter fresh = new FileWriter(space, inode, live, content);
    if (writer.compareAndSet(made, Optional.of(fresh))) {
      return fresh;
    }
    fresh.close();
    return writer.get().orElseThrow();
  }

  private InlineFile inline() throws IOException {
    return new InlineFile(
        space.store, live, content, InlineData.of(inode, space.volume.superblock));
  }

  /**
   * Wait until nothing is being done, and give up the file if that is still wanted.
   *
   * @param unused tells whether it is, and that nobody gets this object any more if so
   */
  boolean release(java.util.function.BooleanSupplier unused) {
    long all = stripes.span();
    stripes.lockExclusive(0, all);
    try {
      if (dead || !unused.getAsBoolean()) {
        return false;
      }
      dead = true;
    } finally {
      stripes.unlockExclusive(0, all);
    }
    content.release();
    writer.get().ifPresent(FileWriter::close);
    return true;
  }

  private void checkAlive() {
    if (dead) {
      throw new IllegalStateException("file is closed");
    }
  }

  private void checkRange(long offset, long length) throws Ext4Exception {
    if (offset < 0 || length < 0 || offset > size() - length) {
      throw new Ext4Exception(
          Ext4Exception.Kind.INVALID,
          "range of %d bytes at byte %d is not inside the file of %d"
              .formatted(length, offset, size()));
    }
  }
}
