package nbdj.runtime.chain;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.api.WriteSource;

/**
 * One handle of one layer, as the layer above sees it: checks each request, answers what the layer
 * has answered before, and emulates what it leaves to the server.
 *
 * <p>Safe for use by many threads. A request that is plain allocates nothing here.
 */
final class LayerContext implements SourceTaker {
  private static final Flags FUA = Flags.of(Flag.FUA);
  private static final Flags ZERO_FLAGS = Flags.of(Flag.FUA, Flag.MAY_TRIM, Flag.FAST_ZERO);
  private static final Flags REQ_ONE = Flags.of(Flag.REQ_ONE);

  private final Layer layer;
  private final OpenRequest request;
  private final GuardedCalls calls;
  private final Answers answers;
  private final Lifespan life;
  private final Zeroing zeroing;
  private final Scratch scratch = new Scratch();

  LayerContext(Layer layer, OpenRequest request, LayerCalls layerCalls) {
    this.layer = layer;
    this.request = request;
    this.calls = new GuardedCalls(layer, layerCalls);
    this.answers = new Answers(layer, calls, request.readOnly());
    this.life = new Lifespan(layer, calls);
    this.zeroing = new Zeroing(calls, answers, layer.settings().zeroes());
  }

  Layer layer() {
    return layer;
  }

  Lifespan life() {
    return life;
  }

  @Override
  public String exportName() {
    return request.exportName();
  }

  @Override
  public boolean readOnly() {
    return request.readOnly();
  }

  @Override
  public boolean shared() {
    return request.shared();
  }

  @Override
  public void prepare() throws IOException {
    if (life.keeper() == null) {
      throw new IllegalStateException("the server prepares this handle (rule O-1)");
    }
    if (life.state() == State.CLOSED) {
      throw new NbdException(NbdError.ESHUTDOWN, "the handle is closed");
    }
    life.prepare();
  }

  @Override
  public void close() throws IOException {
    FilterLayer keeper = life.keeper();
    if (keeper == null) {
      throw new IllegalStateException(
          "the handle belongs to its connection, which closes it (rule O-1)");
    }
    keeper.forget(this);
    Failures failures = new Failures();
    life.end(failures);
    failures.throwFirst();
  }

  @Override
  public long size() throws IOException {
    life.requirePrepared();
    return answers.size();
  }

  @Override
  public Optional<String> description() throws IOException {
    life.requirePrepared();
    return answers.description();
  }

  @Override
  public BlockSize blockSize() throws IOException {
    life.requirePrepared();
    return answers.blockSize();
  }

  @Override
  public boolean canWrite() throws IOException {
    life.requirePrepared();
    return answers.canWrite();
  }

  @Override
  public boolean canFlush() throws IOException {
    life.requirePrepared();
    return answers.canFlush();
  }

  @Override
  public boolean canTrim() throws IOException {
    life.requirePrepared();
    return answers.canTrim();
  }

  @Override
  public Support canZero() throws IOException {
    life.requirePrepared();
    return answers.canZero();
  }

  @Override
  public boolean canFastZero() throws IOException {
    life.requirePrepared();
    return answers.canFastZero();
  }

  @Override
  public boolean canExtents() throws IOException {
    life.requirePrepared();
    return answers.canExtents();
  }

  @Override
  public Support canFua() throws IOException {
    life.requirePrepared();
    return answers.canFua();
  }

  @Override
  public boolean canMultiConn() throws IOException {
    life.requirePrepared();
    return answers.canMultiConn();
  }

  @Override
  public Support canCache() throws IOException {
    life.requirePrepared();
    return answers.canCache();
  }

  @Override
  public boolean isRotational() throws IOException {
    life.requirePrepared();
    return answers.isRotational();
  }

  @Override
  public List<String> metaContexts() throws IOException {
    life.requirePrepared();
    return answers.metaContexts();
  }

  @Override
  public void read(long offset, long count, ReadSink sink) throws IOException {
    checkRange("read", offset, count);
    CountedSink counted =
        sink instanceof CountedSink known
            ? known
            : new ForeignSink(sink, count, layer.callerFaults(), layer.faults());
    calls.read(offset, count, counted);
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    checkRange("pread", offset, buffer.remaining());
    if (buffer.isReadOnly()) {
      throw new IllegalArgumentException("the buffer of a pread is read-only");
    }
    int end = buffer.limit();
    if (buffer.isDirect()) {
      calls.pread(buffer.order() == ByteOrder.BIG_ENDIAN ? buffer : buffer.slice(), offset);
      buffer.limit(end).position(end);
      return;
    }
    ByteBuffer direct = scratch.take(buffer.remaining());
    for (long at = offset; buffer.hasRemaining(); ) {
      direct.clear().limit(Math.min(direct.capacity(), buffer.remaining()));
      at += direct.limit();
      calls.pread(direct, at - direct.limit());
      buffer.put(direct.flip());
    }
    scratch.give(direct);
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    checkRange("pwrite", offset, buffer.remaining());
    requireWritable();
    Support fua = checkFlags("pwrite", flags, FUA);
    int end = buffer.limit();
    boolean plain = buffer.isReadOnly() && buffer.order() == ByteOrder.BIG_ENDIAN;
    // Read-only is said once, by the outermost layer; what the layer does to the limit is undone.
    calls.pwrite(plain ? buffer : buffer.asReadOnlyBuffer(), offset, layerFlags(flags, fua));
    buffer.limit(end).position(end);
    finishFua(fua);
  }

  @Override
  public boolean takesSource() {
    return calls.takesSource();
  }

  @Override
  public void write(long offset, long count, WriteSource source, Flags flags) throws IOException {
    checkRange("write", offset, count);
    requireWritable();
    Support fua = checkFlags("write", flags, FUA);
    CountedSource counted =
        source instanceof CountedSource known
            ? known
            : new ForeignSource(source, count, layer.callerFaults(), layer.faults());
    calls.write(offset, count, counted, layerFlags(flags, fua));
    finishFua(fua);
  }

  @Override
  public void flush() throws IOException {
    life.requirePrepared();
    if (!answers.canFlush()) {
      throw notOffered("flush");
    }
    calls.flush();
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    checkRange("trim", offset, count);
    requireWritable();
    if (!answers.canTrim()) {
      throw notOffered("trim");
    }
    Support fua = checkFlags("trim", flags, FUA);
    calls.trim(offset, count, layerFlags(flags, fua));
    finishFua(fua);
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    checkRange("zero", offset, count);
    requireWritable();
    if (!answers.canZero().available()) {
      throw notOffered("zero");
    }
    Support fua = checkFlags("zero", flags, ZERO_FLAGS);
    if (flags.has(Flag.FAST_ZERO) && !answers.canFastZero()) {
      throw notOffered("FAST_ZERO");
    }
    zeroing.zero(offset, count, flags, fua);
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    checkRange("extents", offset, count);
    checkFlags("extents", flags, REQ_ONE);
    if (!answers.canExtents()) {
      sink.add(offset, count, ExtentType.DATA);
      return;
    }
    ExtentChecker checker = checker(offset, count, flags, ExtentMap.ofTypes(sink));
    checker.ask((from, missing) -> calls.extents(from, missing, flags, checker));
  }

  @Override
  public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    checkRange("metaExtents", offset, count);
    checkFlags("metaExtents", flags, REQ_ONE);
    if (!answers.metaContexts().contains(context)) {
      throw notOffered("the metadata context " + context);
    }
    ExtentChecker checker = checker(offset, count, flags, ExtentMap.ofContext(sink));
    checker.ask((from, missing) -> calls.metaExtents(context, from, missing, flags, checker));
  }

  private ExtentChecker checker(long offset, long count, Flags flags, ExtentMap map)
      throws IOException {
    return new ExtentChecker(
        map,
        offset,
        count,
        answers.size(),
        flags.has(Flag.REQ_ONE),
        layer.callerFaults(),
        layer.faults());
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    checkRange("cache", offset, count);
    switch (answers.canCache()) {
      case NONE -> throw notOffered("cache");
      case NATIVE -> calls.cache(offset, count);
      case EMULATE -> {
        ByteBuffer discarded = scratch.take(count);
        for (long done = 0; done < count; ) {
          discarded.clear().limit((int) Math.min(discarded.capacity(), count - done));
          int piece = discarded.limit();
          calls.pread(discarded, offset + done);
          done += piece;
        }
        scratch.give(discarded);
      }
    }
  }

  private void checkRange(String call, long offset, long count) throws IOException {
    life.requirePrepared();
    long size = answers.size();
    if (offset < 0 || count <= 0 || offset > size - count) {
      throw layer
          .callerFaults()
          .violation(
              NbdError.EINVAL,
              "F-1",
              "%s of %d bytes at %d is outside the %d bytes of %s"
                  .formatted(call, count, offset, size, layer.name()));
    }
  }

  private void requireWritable() throws IOException {
    if (!answers.canWrite()) {
      throw new NbdException(NbdError.EPERM, "the export is read-only");
    }
  }

  /** Check flags, and tell how FUA is to be done: NONE if it was not given. */
  private Support checkFlags(String call, Flags flags, Flags allowed) throws IOException {
    if (flags == Flags.NONE) {
      return Support.NONE;
    }
    if (!flags.onlyOf(allowed)) {
      throw layer
          .callerFaults()
          .violation(NbdError.EINVAL, "F-1", "%s does not take %s".formatted(call, flags));
    }
    if (!flags.has(Flag.FUA)) {
      return Support.NONE;
    }
    Support fua = answers.canFua();
    if (!fua.available()) {
      throw notOffered("FUA");
    }
    return fua;
  }

  private static Flags layerFlags(Flags flags, Support fua) {
    return fua == Support.EMULATE ? flags.without(Flag.FUA) : flags;
  }

  private void finishFua(Support fua) throws IOException {
    if (fua == Support.EMULATE) {
      calls.flush();
    }
  }

  private NbdException notOffered(String what) {
    return layer
        .callerFaults()
        .violation(NbdError.EINVAL, "F-1", "%s is not offered by %s".formatted(what, layer.name()));
  }
}
