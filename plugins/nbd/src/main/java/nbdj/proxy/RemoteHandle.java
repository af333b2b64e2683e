package nbdj.proxy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import nbdj.api.BlockSize;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.PluginHandle;
import nbdj.api.Support;
import nbdj.client.BlockSizes;
import nbdj.client.CommandFlag;
import nbdj.client.ExportFlag;
import nbdj.client.Extent;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientException;
import nbdj.client.NbdExport;

/** The disk of the other server, over one connection. */
final class RemoteHandle implements PluginHandle {
  private static final String ALLOCATION = "base:allocation";

  /** The longest range that is zeroed in one request whatever the server knows, in bytes. */
  private static final long LONGEST = 0xffff_0000L;

  /** The longest range that is handed to the client at once, in bytes. */
  private static final long PART = 1L << 38;

  private final NbdClient client;
  private final NbdExport export;

  /** The connection is others' too. */
  private final boolean shared;

  RemoteHandle(NbdClient client, boolean shared) {
    this.client = client;
    this.export = client.export();
    this.shared = shared;
  }

  @Override
  public void close() {
    if (!shared) {
      client.close();
    }
  }

  @Override
  public long size() {
    return export.size();
  }

  @Override
  public Optional<String> description() {
    return export.description();
  }

  @Override
  public BlockSize blockSize() {
    BlockSizes sizes = export.blockSizes();
    if (!sizes.advertised()) {
      return BlockSize.UNKNOWN;
    }
    try {
      return new BlockSize(
          sizes.minimum(),
          Math.max(512, sizes.preferred()),
          sizes.maximum() - sizes.maximum() % sizes.minimum());
    } catch (IllegalArgumentException e) {
      // It says what the specification does not allow, or not of a disk: it said nothing.
      return BlockSize.UNKNOWN;
    }
  }

  @Override
  public boolean canWrite() {
    return !export.isReadOnly();
  }

  @Override
  public boolean canFlush() {
    return export.has(ExportFlag.SEND_FLUSH);
  }

  @Override
  public boolean canTrim() {
    return export.has(ExportFlag.SEND_TRIM);
  }

  @Override
  public boolean canZero() {
    return export.has(ExportFlag.SEND_WRITE_ZEROES);
  }

  @Override
  public boolean canFastZero() {
    return export.has(ExportFlag.SEND_FAST_ZERO);
  }

  @Override
  public boolean canExtents() {
    return export.contexts().contains(ALLOCATION);
  }

  @Override
  public Support canFua() {
    if (export.has(ExportFlag.SEND_FUA)) {
      return Support.NATIVE;
    }
    return canFlush() ? Support.EMULATE : Support.NONE;
  }

  /** One connection is one disk for all who share it. */
  @Override
  public boolean canMultiConn() {
    return shared || export.canMultiConn();
  }

  @Override
  public Support canCache() {
    return export.has(ExportFlag.SEND_CACHE) ? Support.NATIVE : Support.NONE;
  }

  @Override
  public boolean isRotational() {
    return export.has(ExportFlag.ROTATIONAL);
  }

  /** Those that the server has offered, less its own, which {@link #extents} is made of. */
  @Override
  public List<String> metaContexts() {
    return export.contexts().stream().filter(RemoteHandle::isPassedOn).toList();
  }

  /** Tell whether a name is one of those that a server passes on, whoever made it up. */
  private static boolean isPassedOn(String name) {
    return name.matches("(?s)[^:]+:.+") && !name.startsWith("base:");
  }

  @Override
  public void pread(ByteBuffer buffer, long offset) throws IOException {
    try {
      client.read(buffer, offset);
    } catch (NbdClientException e) {
      throw Failures.of(e);
    }
  }

  @Override
  public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
    try {
      client.write(buffer, offset, fua(flags));
    } catch (NbdClientException e) {
      throw Failures.of(e);
    }
  }

  private static CommandFlag[] fua(Flags flags) {
    return flags.has(Flag.FUA) ? new CommandFlag[] {CommandFlag.FUA} : new CommandFlag[0];
  }

  @Override
  public void flush() throws IOException {
    try {
      client.flush();
    } catch (NbdClientException e) {
      throw Failures.of(e);
    }
  }

  /** A request about a range without data. */
  private interface RangeRequest {
    void send(long offset, long count) throws NbdClientException;
  }

  /** Do a request of any length; the client sends all pieces of a part before it waits for one. */
  private static void inParts(long offset, long count, RangeRequest request) throws IOException {
    try {
      for (long done = 0; done < count; ) {
        long part = Math.min(count - done, PART);
        request.send(offset + done, part);
        done += part;
      }
    } catch (NbdClientException e) {
      throw Failures.of(e);
    }
  }

  @Override
  public void trim(long offset, long count, Flags flags) throws IOException {
    CommandFlag[] all = fua(flags);
    inParts(offset, count, (at, part) -> client.trim(at, part, all));
  }

  @Override
  public void zero(long offset, long count, Flags flags) throws IOException {
    long first = 0;
    if (flags.has(Flag.FAST_ZERO)) {
      // Only the first piece can be refused: once it is done there is no way back.
      first = Math.min(count, LONGEST);
      inParts(offset, first, (at, part) -> client.writeZeroes(at, part, zeroing(flags)));
    }
    CommandFlag[] rest = zeroing(flags.without(Flag.FAST_ZERO));
    inParts(offset + first, count - first, (at, part) -> client.writeZeroes(at, part, rest));
  }

  private static CommandFlag[] zeroing(Flags flags) {
    List<CommandFlag> all = new ArrayList<>(List.of(fua(flags)));
    if (!flags.has(Flag.MAY_TRIM)) {
      all.add(CommandFlag.NO_HOLE);
    }
    if (flags.has(Flag.FAST_ZERO)) {
      all.add(CommandFlag.FAST_ZERO);
    }
    return all.toArray(CommandFlag[]::new);
  }

  @Override
  public void extents(long offset, long count, Flags flags, ExtentSink sink) throws IOException {
    for (Extent extent : status(ALLOCATION, offset, count, flags)) {
      sink.add(extent.offset(), lengthOf(extent), type(extent));
    }
  }

  private List<Extent> status(String context, long offset, long count, Flags flags)
      throws IOException {
    CommandFlag[] one =
        flags.has(Flag.REQ_ONE) ? new CommandFlag[] {CommandFlag.REQUEST_ONE} : new CommandFlag[0];
    try {
      return client.blockStatus(offset, count, one).getOrDefault(context, List.of());
    } catch (NbdClientException e) {
      throw Failures.of(e);
    }
  }

  /** Get how much of an extent lies in the export: the last of an answer may go on past it. */
  private long lengthOf(Extent extent) {
    return Math.min(extent.length(), export.size() - extent.offset());
  }

  @Override
  public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    for (Extent extent : status(context, offset, count, flags)) {
      sink.add(extent.offset(), lengthOf(extent), extent.flags());
    }
  }

  private static ExtentType type(Extent extent) {
    if (extent.isHole()) {
      return extent.isZero() ? ExtentType.HOLE_ZERO : ExtentType.HOLE;
    }
    return extent.isZero() ? ExtentType.ZERO : ExtentType.DATA;
  }

  @Override
  public void cache(long offset, long count) throws IOException {
    inParts(offset, count, client::cache);
  }
}
