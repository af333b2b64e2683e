package nbdj.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.StringJoiner;
import nbdj.api.BlockSize;
import nbdj.api.Context;
import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.ReadSink;
import nbdj.api.Support;
import nbdj.log.TransactionLog.Command;
import org.jspecify.annotations.Nullable;

/** One connection, each request of which is written down before and after it is done. */
final class LogHandle extends PassThrough {
  private final Journal journal;
  private final @Nullable TransactionLog transactions;
  private final OpenRequest request;

  LogHandle(Journal journal, @Nullable TransactionLog transactions, OpenRequest request) {
    this.journal = journal;
    this.transactions = transactions;
    this.request = request;
  }

  @Override
  public void prepare(Context context) throws IOException {
    Next next = context.next();
    if (next == null) {
      throw new IllegalStateException("the connection lost the layer below before prepare");
    }
    BlockSize sizes = next.blockSize();
    journal.print(
        "Connect",
        Fields.NONE
            .and("export", request.exportName())
            .and("tls", request.tls())
            .andHex("size", next.size())
            .andHex("minsize", sizes.minimum())
            .andHex("prefsize", sizes.preferred())
            .andHex("maxsize", sizes.maximum())
            .and("write", next.canWrite())
            .and("flush", next.canFlush())
            .and("rotational", next.isRotational())
            .and("trim", next.canTrim())
            .and("zero", number(next.canZero()))
            .and("fua", number(next.canFua()))
            .and("extents", next.canExtents())
            .and("cache", number(next.canCache()))
            .and("fast_zero", next.canFastZero()));
  }

  /** Get the number that nbdkit's log has for how something is supported. */
  private static long number(Support support) {
    return switch (support) {
      case NONE -> 0;
      case EMULATE -> 1;
      case NATIVE -> 2;
    };
  }

  @Override
  public void finalize(Context context) {
    journal.print("Disconnect", Fields.of("transactions", journal.calls()));
  }

  private static Fields range(long offset, long count) {
    return Fields.NONE.andHex("offset", offset).andHex("count", count);
  }

  /** Do a request and write it down. */
  private void around(
      String action,
      Fields fields,
      Command command,
      int flags,
      long offset,
      long count,
      Journal.Body body)
      throws IOException {
    Journal.Call call = journal.enter(action, fields);
    if (transactions == null) {
      call.around(body);
    } else {
      call.around(() -> transactions.around(command, flags, offset, count, body));
    }
  }

  private static int bit(Flags flags, Flag flag, int bit) {
    return flags.has(flag) ? bit : 0;
  }

  @Override
  public void read(Next next, long offset, long count, ReadSink sink) throws IOException {
    around(
        "Read",
        range(offset, count),
        Command.READ,
        0,
        offset,
        count,
        () -> next.read(offset, count, sink));
  }

  @Override
  public void pwrite(Next next, ByteBuffer buffer, long offset, Flags flags) throws IOException {
    Journal.Call call =
        journal.enter("Write", range(offset, buffer.remaining()).and("fua", flags.has(Flag.FUA)));
    if (transactions == null) {
      call.around(() -> next.pwrite(buffer, offset, flags));
    } else {
      call.around(() ->
          transactions.aroundWrite(
              bit(flags, Flag.FUA, TransactionLog.FUA),
              offset,
              buffer,
              () -> next.pwrite(buffer, offset, flags)));
    }
  }

  @Override
  public void flush(Next next) throws IOException {
    around("Flush", Fields.NONE, Command.FLUSH, 0, 0, 0, next::flush);
  }

  @Override
  public void trim(Next next, long offset, long count, Flags flags) throws IOException {
    around(
        "Trim",
        range(offset, count).and("fua", flags.has(Flag.FUA)),
        Command.TRIM,
        bit(flags, Flag.FUA, TransactionLog.FUA),
        offset,
        count,
        () -> next.trim(offset, count, flags));
  }

  @Override
  public void zero(Next next, long offset, long count, Flags flags) throws IOException {
    int bits =
        bit(flags, Flag.FUA, TransactionLog.FUA)
            | bit(flags, Flag.FAST_ZERO, TransactionLog.FAST_ZERO)
            | (flags.has(Flag.MAY_TRIM) ? 0 : TransactionLog.NO_HOLE);
    around(
        "Zero",
        range(offset, count)
            .and("trim", flags.has(Flag.MAY_TRIM))
            .and("fua", flags.has(Flag.FUA))
            .and("fast", flags.has(Flag.FAST_ZERO)),
        Command.WRITE_ZEROES,
        bits,
        offset,
        count,
        () -> next.zero(offset, count, flags));
  }

  @Override
  public void extents(Next next, long offset, long count, Flags flags, ExtentSink sink)
      throws IOException {
    boolean one = flags.has(Flag.REQ_ONE);
    Journal.Call call = journal.enter("Extents", range(offset, count).and("req_one", one));
    StringJoiner seen = new StringJoiner(" ", "(", ")");
    Journal.Body body =
        () ->
            next.extents(
                offset,
                count,
                flags,
                (at, length, type) -> {
                  seen.add("0x%x 0x%x %s".formatted(at, length, name(type)));
                  sink.add(at, length, type);
                });
    answered(call, flags, offset, count, body, seen);
  }

  /** Do a request for block status and write down what was seen. */
  private void answered(
      Journal.Call call, Flags flags, long offset, long count, Journal.Body body, StringJoiner seen)
      throws IOException {
    call.around(() -> {
      if (transactions == null) {
        body.run();
      } else {
        int bits = bit(flags, Flag.REQ_ONE, TransactionLog.REQ_ONE);
        transactions.around(Command.BLOCK_STATUS, bits, offset, count, body);
      }
      return Fields.ofQuoted("extents", seen.toString());
    });
  }

  /** Get what nbdkit's log calls a type of extents, quoted. */
  private static String name(ExtentType type) {
    return switch (type) {
      case DATA -> "\"\"";
      case ZERO -> "zero";
      case HOLE -> "hole";
      case HOLE_ZERO -> "\"hole,zero\"";
    };
  }

  @Override
  public void metaExtents(
      Next next, String context, long offset, long count, Flags flags, MetaSink sink)
      throws IOException {
    Journal.Call call =
        journal.enter(
            "MetaExtents",
            range(offset, count).and("context", context).and("req_one", flags.has(Flag.REQ_ONE)));
    StringJoiner seen = new StringJoiner(" ", "(", ")");
    Journal.Body body =
        () ->
            next.metaExtents(
                context,
                offset,
                count,
                flags,
                (at, length, status) -> {
                  seen.add("0x%x 0x%x 0x%x".formatted(at, length, status));
                  sink.add(at, length, status);
                });
    answered(call, flags, offset, count, body, seen);
  }

  @Override
  public void cache(Next next, long offset, long count) throws IOException {
    around(
        "Cache",
        range(offset, count),
        Command.CACHE,
        0,
        offset,
        count,
        () -> next.cache(offset, count));
  }
}
