package nbdj.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import nbdj.api.ReadSink;
import org.junit.jupiter.api.Test;

/** Pages that an answer was lent hold what it was lent until it is sent. */
final class LendingTests {
  private static final int PAGE = Disk.PAGE;

  /** An answer that has been given and not sent. */
  private static final class Unsent implements ReadSink {
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private final List<Runnable> releases = new ArrayList<>();

    @Override
    public ByteBuffer buffer(int count) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(count);
      pieces.add(buffer.duplicate());
      return buffer;
    }

    @Override
    public void bytes(ByteBuffer bytes) {
      pieces.add(bytes.duplicate());
    }

    @Override
    public void bytes(ByteBuffer bytes, Runnable release) {
      bytes(bytes);
      releases.add(release);
    }

    @Override
    public void file(FileChannel channel, long position, long count) {
      throw new AssertionError("memory has no file");
    }

    @Override
    public void zeroes(long count) {
      pieces.add(ByteBuffer.allocate((int) count));
    }

    byte[] content() {
      ByteBuffer all = ByteBuffer.allocate(pieces.stream().mapToInt(ByteBuffer::remaining).sum());
      pieces.forEach(piece -> all.put(piece.duplicate()));
      return all.array();
    }

    int pieces() {
      return (int) pieces.stream().filter(ByteBuffer::hasRemaining).count();
    }

    void sent() {
      releases.forEach(Runnable::run);
      pieces.clear();
    }
  }

  private static byte[] filled(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static void write(SparseStore store, long offset, int count, int value)
      throws IOException {
    store.write(ByteBuffer.wrap(filled(count, value)), offset);
  }

  private static SparseStore store() {
    return new SparseStore(1L << 40, () -> AvailableMemory.UNKNOWN);
  }

  @Test
  void largeRead_isOnePieceOfMemory() throws IOException {
    try (SparseStore store = store()) {
      write(store, 0, 32 * PAGE, 7);
      Unsent answer = new Unsent();
      store.read(100, 30L * PAGE, answer);
      assertArrayEquals(filled(30 * PAGE, 7), answer.content());
      // The first page of the disk comes after the nodes of the tree, in whichever slab.
      assertEquals(1, answer.pieces());
      answer.sent();
    }
  }

  @Test
  void trimmedPages_areNotUsedAgainBeforeTheAnswerIsSent() throws IOException {
    try (SparseStore store = store()) {
      write(store, 0, 4 * PAGE, 1);
      Unsent answer = new Unsent();
      store.read(0, 4L * PAGE, answer);
      store.zero(0, 4L * PAGE, true);
      write(store, 100L * PAGE, 8 * PAGE, 2);
      assertArrayEquals(filled(4 * PAGE, 1), answer.content());
      answer.sent();
    }
  }

  @Test
  void trimmedPages_areUsedAgainOnceTheAnswerIsSent() throws IOException {
    try (SparseStore store = store()) {
      int pages = 2 * Slab.PAGES;
      for (int round = 0; round < 20; round++) {
        write(store, 0, pages * PAGE, round);
        Unsent answer = new Unsent();
        store.read(0, (long) pages * PAGE, answer);
        store.zero(0, (long) pages * PAGE, true);
        answer.sent();
      }
      assertTrue(store.allocated() <= 7L * Slab.PAGES * PAGE, () -> "has " + store.allocated());
    }
  }

  @Test
  void answerThatIsNeverSent_costsItsOwnPagesOnly() throws IOException {
    try (SparseStore store = store()) {
      write(store, 0, 4 * PAGE, 1);
      Unsent stalled = new Unsent();
      store.read(0, 4L * PAGE, stalled);
      store.zero(0, 4L * PAGE, true);
      for (int round = 0; round < 100; round++) {
        write(store, 4L * PAGE, Slab.PAGES * PAGE, round);
        Unsent other = new Unsent();
        store.read(4L * PAGE, (long) Slab.PAGES * PAGE, other);
        assertArrayEquals(filled(Slab.PAGES * PAGE, round), other.content());
        other.sent();
        store.zero(4L * PAGE, (long) Slab.PAGES * PAGE, true);
      }
      assertArrayEquals(filled(4 * PAGE, 1), stalled.content());
      assertTrue(store.allocated() <= 3L * Slab.PAGES * PAGE, () -> "has " + store.allocated());
      stalled.sent();
      assertEquals((long) Slab.PAGES * PAGE, store.allocated(), "one slab is kept");
    }
  }

  /** A page only ever holds its own number or zeroes, so another number is a page used again. */
  @Test
  void lendingDuringTrims_neverShowsAnotherPage() throws Exception {
    int pages = 16;
    AtomicBoolean stop = new AtomicBoolean();
    try (SparseStore store = store()) {
      List<Callable<Integer>> tasks = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Random random = new Random(i);
        tasks.add(() -> {
          for (int round = 0; round < 5000; round++) {
            int number = random.nextInt(pages);
            if (random.nextBoolean()) {
              write(store, (long) number * PAGE, PAGE, number + 1);
            } else {
              store.zero((long) number * PAGE, PAGE, true);
            }
          }
          stop.set(true);
          return 0;
        });
      }
      for (int i = 0; i < 3; i++) {
        tasks.add(() -> {
          int seen = 0;
          while (!stop.get()) {
            Unsent answer = new Unsent();
            store.read(0, (long) pages * PAGE, answer);
            byte[] content = answer.content();
            answer.sent();
            for (int at = 0; at < content.length; at += 512) {
              int number = content[at];
              assertTrue(number == 0 || number == at / PAGE + 1, at + " holds " + number);
              seen += number == 0 ? 0 : 1;
            }
          }
          return seen;
        });
      }
      int seen = 0;
      try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
        for (Future<Integer> task : threads.invokeAll(tasks)) {
          seen += task.get();
        }
      }
      assertTrue(seen > 0);
      store.zero(0, 1L << 40, true);
      assertEquals((long) Slab.PAGES * PAGE, store.allocated(), "one slab is kept");
    }
  }
}
