package nbdj.runtime.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import nbdj.api.Export;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.api.ThreadModel;
import nbdj.runtime.chain.Client;
import nbdj.runtime.testing.MemoryExport;
import nbdj.runtime.transport.Link;
import nbdj.runtime.transport.Links;
import org.junit.jupiter.api.AfterAll;

/**
 * Options and requests that a fuzzer proposes, led by the branches that it reaches: whatever a
 * client sends, it is answered with whole replies or dropped by an IOException, and what was opened
 * for it is released once. Without a fuzzer, the inputs that are kept are run.
 */
class ProtocolFuzzTests {
  /** No power of two, and less than the longest request. */
  private static final List<MetaContext> CONTEXTS =
      List.of(MetaContext.ALLOCATION, new MetaContext(2, "x-mine:state"));

  private static final long SIZE = (1 << 20) + 100;

  private static final Watch WATCH = new Watch();
  private static final Executor NOBODY =
      task -> {
        throw new AssertionError("one thread is enough");
      };
  private static final Services SERVICES =
      new Services(
          NOBODY,
          new Buffers(64L << 20, 64L << 20),
          WATCH,
          new ClientLimits(1, 32, Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO),
          Optional.empty(),
          Dialect.FULL,
          new Meter(true));

  @AfterAll
  static void end() {
    WATCH.close();
  }

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  @FuzzTest(maxDuration = "30s")
  void options(byte[] input) throws Exception {
    sent.reset();
    Link link = link(input, 0);
    CountingClient client = new CountingClient();
    Loan in = SERVICES.buffers().lend(16 << 10);
    Loan out = SERVICES.buffers().lend(16 << 10);
    Output output =
        new Output(link, new Transfers(WATCH, Duration.ZERO, () -> {}), new Meter(false));
    Outbox outbox = new Outbox(output, out);
    try {
      new Handshake("fuzz", new Input(link, in), outbox, client, SERVICES).negotiate();
    } catch (IOException dropped) {
      // The client is to blame.
    } finally {
      client.close();
      in.close();
      out.close();
    }
    assertEquals(client.opened, client.released);
    checkOptionReplies(ByteBuffer.wrap(sent.toByteArray()));
  }

  private static void checkOptionReplies(ByteBuffer replies) {
    assertEquals(Wire.GREETING, replies.getLong());
    assertEquals(Wire.OPTION_MAGIC, replies.getLong());
    replies.getShort();
    while (replies.remaining() >= 20) {
      if (replies.getLong(replies.position()) != Wire.OPTION_REPLY_MAGIC) {
        // The reply to EXPORT_NAME, which is the last.
        assertEquals(SIZE, replies.getLong());
        assertTrue(replies.remaining() == 2 || replies.remaining() == 126);
        return;
      }
      replies.position(replies.position() + 16);
      int length = replies.getInt();
      assertTrue(length >= 0 && length <= replies.remaining(), "a reply is cut");
      replies.position(replies.position() + length);
    }
    assertTrue(replies.remaining() == 0 || replies.remaining() == 10, "a reply is cut");
  }

  private static MemoryExport exportWithState() {
    return new MemoryExport("", SIZE) {
      @Override
      public void metaExtents(String context, long offset, long count, Flags flags, MetaSink sink)
          throws IOException {
        sink.add(offset, count, 5);
      }
    };
  }

  @FuzzTest(maxDuration = "30s")
  void requests(byte[] input) throws Exception {
    if (input.length == 0) {
      return;
    }
    sent.reset();
    Headers headers =
        switch (input[0] & 3) {
          case 0 -> Headers.SIMPLE;
          case 1 -> Headers.STRUCTURED;
          default -> Headers.EXTENDED;
        };
    Link link = link(input, 1);
    MemoryExport export = exportWithState();
    List<MetaContext> contexts = headers.chunks() ? CONTEXTS : List.of();
    Terms terms = new Terms(Served.of("", export), headers, contexts, (input[0] & 4) != 0);
    Loan in = SERVICES.buffers().lend(128 << 10);
    Output output =
        new Output(link, new Transfers(WATCH, Duration.ZERO, () -> {}), new Meter(false));
    Workers workers = new Workers("fuzz", output, terms, SERVICES.buffers(), SERVICES.meter());
    Worker worker = workers.take();
    Intake intake =
        new Intake(
            "fuzz",
            new Input(link, in),
            terms,
            SERVICES.buffers(),
            new ServiceTime(),
            new Silence(Duration.ZERO, new Crew(() -> {}), () -> {}),
            new Transfers(WATCH, Duration.ZERO, () -> {}));
    try {
      while (intake.next(worker)) {
        worker.perform();
        worker.reply();
      }
      worker.outbox.flush();
    } catch (IOException dropped) {
      // The client is to blame.
    } finally {
      worker.release();
      workers.giveBack(worker);
      workers.close();
      in.close();
    }
    if (headers == Headers.EXTENDED) {
      checkExtendedReplies(ByteBuffer.wrap(sent.toByteArray()));
    }
  }

  /** Only extended replies can be told apart without knowing the requests. */
  private static void checkExtendedReplies(ByteBuffer replies) {
    while (replies.hasRemaining()) {
      assertTrue(replies.remaining() >= Wire.EXTENDED_CHUNK_HEADER, "a header is cut");
      assertEquals(Wire.EXTENDED_REPLY_MAGIC, replies.getInt());
      replies.position(replies.position() + 20);
      long length = replies.getLong();
      assertTrue(length >= 0 && length <= replies.remaining(), "a chunk is cut");
      replies.position(replies.position() + (int) length);
    }
  }

  private Link link(byte[] input, int from) {
    ByteArrayInputStream bytes = new ByteArrayInputStream(input, from, input.length - from);
    return Links.of(Channels.newChannel(bytes), Channels.newChannel(sent));
  }

  /** One export, with the empty name. */
  private static final class CountingClient implements Client {
    private final MemoryExport export = new MemoryExport("", SIZE);
    private int opened;
    private int released;

    @Override
    public ThreadModel threadModel() {
      return ThreadModel.PARALLEL;
    }

    @Override
    public void secure(Optional<String> name) {
      throw new AssertionError("TLS is not offered");
    }

    @Override
    public List<Export> listExports() {
      return List.of(new Export("", "the only one"));
    }

    @Override
    public Optional<String> defaultExport() {
      return Optional.of("");
    }

    @Override
    public Next open(String exportName) throws IOException {
      if (!exportName.isEmpty()) {
        throw new NbdException(NbdError.EINVAL, "there is no export '" + exportName + "'");
      }
      opened++;
      return export;
    }

    @Override
    public void release(Next next) {
      released++;
    }

    @Override
    public void close() {
      while (released < opened) {
        released++;
      }
      assertEquals(opened, released, "released more often than opened");
    }
  }
}
