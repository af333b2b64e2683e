package nbdj.runtime.chain;

import static nbdj.runtime.chain.Calls.error;
import static nbdj.runtime.chain.Calls.failure;
import static nbdj.runtime.chain.Calls.message;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.Context;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads and writes through layers: rules and W-12. */
class ReadWriteTests {
  private static final int SIZE = 1 << 20;

  private final Journal journal = new Journal();
  private final byte[] content = new byte[SIZE];

  ReadWriteTests() {
    new Random(1).nextBytes(content);
  }

  /** A read of a plugin, in one way or another. */
  private interface Answer {
    void read(long offset, long count, ReadSink sink) throws IOException;
  }

  private PluginHandle answering(Answer answer) {
    return new MemoryHandle(journal, SIZE) {
      @Override
      public void read(long offset, long count, ReadSink sink) throws IOException {
        answer.read(offset, count, sink);
      }
    };
  }

  private Next open(PluginHandle handle, JournalFilter... filters) throws IOException {
    JournalPlugin plugin =
        new JournalPlugin(journal) {
          @Override
          PluginHandle handle() {
            return handle;
          }
        };
    return Chains.serving(plugin, filters).connect(false).open("x");
  }

  private PluginHandle memory() {
    MemoryHandle handle =
        new MemoryHandle(journal, SIZE) {
          @Override
          public void pread(ByteBuffer buffer, long offset) throws IOException {
            assertTrue(buffer.isDirect(), "a plugin is given direct buffers");
            assertEquals(ByteOrder.BIG_ENDIAN, buffer.order());
            super.pread(buffer, offset);
          }
        };
    System.arraycopy(content, 0, handle.content, 0, SIZE);
    return handle;
  }

  @ParameterizedTest
  @CsvSource({"false,0", "false,1", "true,0", "true,1", "true,3", "false,3"})
  void pread_intoAnyBuffer_fillsItFromPositionToLimit(boolean direct, int filters)
      throws IOException {
    JournalFilter[] chain = new JournalFilter[filters];
    Arrays.setAll(chain, i -> new JournalFilter(journal, "f" + i));
    Next export = open(memory(), chain);
    int count = 700_000;
    ByteBuffer buffer =
        direct ? ByteBuffer.allocateDirect(count + 20) : ByteBuffer.allocate(count + 20);
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      buffer.clear().position(10).limit(10 + count).order(order);
      export.pread(buffer, 77);
      assertEquals(10 + count, buffer.position());
      assertEquals(10 + count, buffer.limit());
      assertEquals(order, buffer.order());
      byte[] got = new byte[count];
      buffer.get(10, got);
      assertArrayEquals(Arrays.copyOfRange(content, 77, 77 + count), got);
      assertEquals(0, buffer.get(9));
    }
  }

  @Test
  void pread_intoAReadOnlyBuffer_isRefused() throws IOException {
    Next export = open(memory());
    assertThrows(
        IllegalArgumentException.class,
        () -> export.pread(ByteBuffer.allocate(1).asReadOnlyBuffer(), 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"buffer", "bytes", "release", "file", "mixed"})
  void pread_ofALayerThatAnswersInAnyWay_getsTheBytes(String way, @TempDir Path folder)
      throws IOException {
    Path file = Files.write(folder.resolve("content"), content);
    AtomicInteger released = new AtomicInteger();
    ByteBuffer memory = ByteBuffer.wrap(content).asReadOnlyBuffer();
    try (FileChannel channel = FileChannel.open(file)) {
      Answer answer =
          (offset, count, sink) -> {
            int at = (int) offset;
            int size = (int) count;
            switch (way) {
              case "buffer" -> sink.buffer(size).put(content, at, size);
              case "bytes" -> sink.bytes(memory.slice(at, size));
              case "release" -> sink.bytes(memory.slice(at, size), released::incrementAndGet);
              case "file" -> sink.file(channel, offset, count);
              default -> {
                sink.buffer(1).put(content[at]);
                sink.bytes(memory.slice(at + 1, 2));
                sink.file(channel, at + 3, size - 3);
              }
            }
          };
      // The filter on top asks by read, whatever it is asked by itself.
      Next export = open(answering(answer), new JournalFilter(journal, "a"));
      ByteBuffer buffer = ByteBuffer.allocate(1000);
      export.pread(buffer, 5);
      assertArrayEquals(Arrays.copyOfRange(content, 5, 1005), buffer.array());
      assertEquals(way.equals("release") ? 1 : 0, released.get());
    }
  }

  @Test
  void zeroes_inAnAnswer_clearTheBuffer() throws IOException {
    Next export =
        open(
            answering((offset, count, sink) -> sink.zeroes(count)),
            new JournalFilter(journal, "a"));
    ByteBuffer buffer = ByteBuffer.allocateDirect(100);
    while (buffer.hasRemaining()) {
      buffer.put((byte) 1);
    }
    export.pread(buffer.clear(), 0);
    assertEquals(ByteBuffer.allocate(100), buffer.flip());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 99, 101, 1000, Long.MAX_VALUE, -1})
  void read_answeredShortOrLong_failsByRule(long answered) throws IOException {
    PluginHandle handle = answering((offset, count, sink) -> sink.zeroes(answered));
    Next export = open(handle, new JournalFilter(journal, "a"));
    assertTrue(message(() -> export.pread(ByteBuffer.allocate(100), 0)).contains("(rule R-2)"));
    assertEquals(NbdError.EIO, error(() -> export.read(0, 100, new ForeignPieces())));
  }

  @Test
  void read_thatAddsUpOnlyByOverflow_fails() throws IOException {
    PluginHandle handle =
        answering((offset, count, sink) -> {
          sink.zeroes(Long.MAX_VALUE);
          sink.zeroes(Long.MAX_VALUE);
          sink.zeroes(count + 2);
        });
    assertEquals(NbdError.EIO, error(() -> open(handle).read(0, 100, new ForeignPieces())));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 50, 99})
  void pread_thatLeavesItsBufferShort_failsByRule(int filled) throws IOException {
    Next export =
        open(
            new MemoryHandle(journal, SIZE) {
              @Override
              public void pread(ByteBuffer buffer, long offset) {
                buffer.put(new byte[filled]);
                // Does not help: what counts is the limit it was given.
                buffer.limit(filled);
              }
            },
            new JournalFilter(journal, "a"));
    assertTrue(message(() -> export.pread(ByteBuffer.allocate(100), 0)).contains("(rule R-2)"));
    assertTrue(
        message(() -> export.read(0, 100, new BufferSink(ByteBuffer.allocateDirect(100))))
            .contains("(rule R-2)"));
  }

  @Test
  void sinkOfAFilter_thatThrows_isTheFiltersFault() throws IOException {
    JournalFilter filter =
        new JournalFilter(journal, "a") {
          @Override
          public FilterHandle open(Context context, OpenRequest request) throws IOException {
            openNext(context, request);
            return new PassThrough() {
              @Override
              public void read(Next next, long offset, long count, ReadSink sink)
                  throws IOException {
                next.read(
                    offset,
                    count,
                    new ForeignPieces() {
                      @Override
                      public ByteBuffer buffer(int count) {
                        throw new IllegalStateException("no buffer");
                      }
                    });
              }
            };
          }
        };
    Next export = open(memory(), filter);
    assertEquals(
        "the sink of a read threw java.lang.IllegalStateException: no buffer",
        failure(() -> export.pread(ByteBuffer.allocate(1), 0)).getMessage());
  }

  @Test
  void pwrite_buffer_isReadOnlyToTheLayerAndConsumedForTheCaller() throws IOException {
    boolean[] seen = new boolean[1];
    Next export =
        open(
            new MemoryHandle(journal, SIZE) {
              @Override
              public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
                seen[0] = buffer.isReadOnly() && buffer.order() == ByteOrder.BIG_ENDIAN;
                super.pwrite(buffer.duplicate(), offset, flags);
                buffer.limit(buffer.capacity());
              }
            },
            new JournalFilter(journal, "a"));
    for (ByteBuffer buffer :
        new ByteBuffer[] {
          ByteBuffer.allocate(64),
          ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN),
          ByteBuffer.allocate(64).asReadOnlyBuffer()
        }) {
      buffer.position(8).limit(40);
      export.pwrite(buffer, 0, Flags.NONE);
      assertTrue(seen[0]);
      assertEquals(40, buffer.position());
      assertEquals(40, buffer.limit());
    }
  }

  /** A sink such as a filter has: not one of the server's. */
  private static class ForeignPieces implements ReadSink {
    @Override
    public ByteBuffer buffer(int count) {
      return ByteBuffer.allocateDirect(count);
    }

    @Override
    public void bytes(ByteBuffer bytes) {
      // Takes anything.
    }

    @Override
    public void bytes(ByteBuffer bytes, Runnable release) {
      release.run();
    }

    @Override
    public void file(FileChannel channel, long position, long count) {
      // Takes anything.
    }

    @Override
    public void zeroes(long count) {
      // Takes anything.
    }
  }
}
