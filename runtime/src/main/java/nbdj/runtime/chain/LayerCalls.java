package nbdj.runtime.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.Support;

/**
 * The callbacks of one handle of a plugin or filter, called as they are: no check, no lock, no
 * containment.
 */
interface LayerCalls {
  /** Get the handles of the layer below that end with this one, in the order they were opened. */
  List<LayerContext> below();

  /** Say that preparing begins: handles opened below from here on are prepared at once. */
  void beginPrepare();

  /** Say that the handle has been finalized: no handle is opened below any more. */
  void endPrepared();

  void prepare() throws IOException;

  void finalizeHandle() throws IOException;

  void close() throws IOException;

  long size() throws IOException;

  Optional<String> description() throws IOException;

  BlockSize blockSize() throws IOException;

  boolean canWrite() throws IOException;

  boolean canFlush() throws IOException;

  boolean canTrim() throws IOException;

  Support canZero() throws IOException;

  boolean canFastZero() throws IOException;

  boolean canExtents() throws IOException;

  Support canFua() throws IOException;

  boolean canMultiConn() throws IOException;

  Support canCache() throws IOException;

  boolean isRotational() throws IOException;

  List<String> metaContexts() throws IOException;

  /** Read; whether the answer has the right length is for the caller to check. */
  void read(long offset, long count, CountedSink sink) throws IOException;

  /** Fill a direct, big-endian buffer wholly or throw. */
  void pread(ByteBuffer buffer, long offset) throws IOException;

  void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException;

  /** Tell whether {@link #write} takes the source without having it all received first. */
  boolean takesSource();

  /** Write; whether all of the source was taken is for the caller to check. */
  void write(long offset, long count, CountedSource source, Flags flags) throws IOException;

  void flush() throws IOException;

  void trim(long offset, long count, Flags flags) throws IOException;

  void zero(long offset, long count, Flags flags) throws IOException;

  void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException;

  void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException;

  void cache(long offset, long count) throws IOException;
}
