package nbdj.file;

import org.jspecify.annotations.Nullable;

/** Does nothing, where nothing is known of the system. */
enum PortableFileControl implements FileControl {
  /** The only one. */
  INSTANCE;

  @Override
  public long nextData(long offset) {
    return UNSUPPORTED;
  }

  @Override
  public long nextHole(long offset) {
    return UNSUPPORTED;
  }

  @Override
  public @Nullable Space nextAllocated(long begin, long end) {
    return null;
  }

  @Override
  public boolean punch(long offset, long count) {
    return false;
  }

  @Override
  public boolean zeroRange(long offset, long count) {
    return false;
  }

  @Override
  public boolean allocate(long offset, long count) {
    return false;
  }

  @Override
  public boolean zeroSectors(long offset, long count) {
    return false;
  }

  @Override
  public boolean discardSectors(long offset, long count) {
    return false;
  }

  @Override
  public boolean prefetch(long offset, long count) {
    return false;
  }

  @Override
  public boolean evict(long offset, long count) {
    return false;
  }

  @Override
  public boolean startWriteback(long offset, long count) {
    return false;
  }

  @Override
  public boolean finishWriteback(long offset, long count) {
    return false;
  }

  @Override
  public void close() {}
}
