package nbdj.junit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.NbdError;
import nbdj.client.NbdClient;
import nbdj.client.NbdServerException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Test classes as authors write them, which the tests of the extension run. */
final class ExtensionCases {
  private ExtensionCases() {}

  /** A disk for the class, and a nested class that has it too. */
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class OfAClass {
    static final List<URI> uris = Collections.synchronizedList(new ArrayList<>());

    @RegisterExtension static final NbdDisk disk = NbdDisk.memory("64K");

    @BeforeEach
    void asNew() throws IOException {
      uris.add(disk.uri());
      assertArrayEquals(new byte[512], disk.bytes(0, 512));
      assertEquals(0, disk.log().operations().size());
      disk.client().read(0, 512);
    }

    @Test
    @Order(1)
    void leavesEverythingBehind() throws IOException {
      disk.client().write(new byte[] {1}, 0);
      disk.client().flush();
      disk.fail().requests().with(NbdError.EIO);
      disk.delay().opens().by(Duration.ofDays(1));
    }

    @Test
    @Order(2)
    void findsNothingOfIt() throws IOException {
      disk.client().write(new byte[] {1}, 0);
    }

    @Nested
    class Inside {
      @Test
      void hasTheSameDisk() throws IOException {
        assertEquals(1, disk.log().count(Operation.READ));
        disk.client().write(new byte[] {1}, 0);
      }
    }
  }

  /** A disk for each test. */
  static class OfEachTest {
    static final List<URI> uris = Collections.synchronizedList(new ArrayList<>());

    @RegisterExtension final NbdDisk disk = NbdDisk.memory("64K");

    @RepeatedTest(3)
    void hasItsOwn() throws IOException {
      uris.add(disk.uri());
      assertEquals(0, disk.client().read(0, 1)[0]);
      disk.client().write(new byte[] {1}, 0);
    }

    @Nested
    class Inside {
      @Test
      void hasItsOwnToo() throws IOException {
        uris.add(disk.uri());
        assertEquals(0, disk.client().read(0, 1)[0]);
      }
    }
  }

  /** One instance for all tests, so that its field is as good as a static one. */
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OfOneInstance {
    final List<URI> uris = new ArrayList<>();

    @RegisterExtension final NbdDisk disk = NbdDisk.memory("64K");

    @RepeatedTest(2)
    void hasItAsNew() throws IOException {
      assertEquals(0, disk.client().read(0, 1)[0]);
      disk.client().write(new byte[] {1}, 0);
      uris.add(disk.uri());
      assertEquals(Set.of(disk.uri()), Set.copyOf(uris));
    }
  }

  /** Contents and a client that last. */
  @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
  static class Kept {
    @RegisterExtension static final NbdDisk disk = NbdDisk.memory("64K").keepContents();

    @SuppressWarnings("NullAway.Init")
    static NbdClient client;

    @BeforeAll
    static void fill() throws IOException {
      client = disk.connect();
      client.write(new byte[] {7}, 0);
    }

    @Test
    @Order(1)
    void writesMore() throws IOException {
      assertEquals(7, client.read(0, 1)[0]);
      client.write(new byte[] {8}, 1);
      disk.fail().reads().with(NbdError.EIO);
    }

    @Test
    @Order(2)
    void findsItWithoutTheFault() throws IOException {
      assertEquals(0, disk.log().operations().size());
      assertArrayEquals(new byte[] {7, 8}, client.read(0, 2));
      assertEquals(2, disk.unflushed());
      client.close();
    }
  }

  /** Parameters of every kind. */
  static class Parameters {
    @RegisterExtension static final NbdDisk disk = NbdDisk.memory("64K");

    Parameters(URI uri) {
      assertEquals(disk.uri(), uri);
    }

    @BeforeEach
    void write(NbdClient client) throws IOException {
      client.write(new byte[] {1}, 0);
    }

    @Test
    void areTheDisksOwn(NbdDisk itself, URI uri, NbdClient client) throws IOException {
      assertSame(disk, itself);
      assertEquals(disk.uri(), uri);
      assertSame(disk.client(), client);
      assertEquals(1, client.read(0, 1)[0]);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void comeAfterThoseOfOthers(int value, NbdClient client) throws IOException {
      assertEquals(1, client.read(0, 1)[0]);
      assertTrue(value > 0);
    }
  }

  /** Tests that fail, each in a way of its own. */
  static class Failing {
    static boolean failAfter;

    @RegisterExtension static final NbdDisk disk = NbdDisk.memory("64K").seed(4711);

    @AfterEach
    void after() {
      if (failAfter) {
        Assertions.fail("after the test");
      }
    }

    @Test
    void fails() throws IOException {
      disk.fail().writes().with(NbdError.ENOSPC);
      try {
        disk.client().write(new byte[512], 4096);
      } catch (NbdServerException e) {
        Assertions.fail(e);
      }
    }

    @Test
    void isAborted() throws IOException {
      disk.client().read(0, 512);
      assumeTrue(false);
    }

    @Test
    void passes() throws IOException {
      disk.client().trim(0, 512);
    }
  }

  /** Rules that do nothing. */
  static class Unfinished {
    @RegisterExtension final NbdDisk disk = NbdDisk.memory("64K");

    @Test
    void fault() {
      disk.fail().writes().after(3);
    }

    @Test
    void delay() {
      disk.delay().reads();
    }

    @Test
    void faultOfATestThatFails() {
      disk.fail().writes();
      Assertions.fail("for its own reason");
    }
  }

  /** A disk that cannot start. */
  static class Impossible {
    @RegisterExtension static final NbdDisk disk = NbdDisk.memory("12Q");

    @Test
    void neverRuns() {
      Assertions.fail("it ran");
    }
  }

  /** Tests at the same time that share a disk. */
  static class SharedInParallel {
    static final AtomicInteger inside = new AtomicInteger();

    @RegisterExtension static final NbdDisk disk = NbdDisk.memory("64K");

    @RepeatedTest(8)
    void isAlone() throws IOException {
      assertEquals(1, inside.incrementAndGet());
      assertEquals(0, disk.client().read(0, 1)[0]);
      disk.client().write(new byte[] {1}, 0);
      assertEquals(1, inside.getAndDecrement());
    }

    @Nested
    class Inside {
      @RepeatedTest(8)
      void isAlone() throws IOException {
        SharedInParallel.this.isAlone();
      }
    }
  }

  /** Tests at the same time, each with a disk. */
  static class OwnInParallel {
    static final CyclicBarrier meeting = new CyclicBarrier(2);

    @RegisterExtension final NbdDisk disk = NbdDisk.memory("64K");

    @Test
    void one() throws Exception {
      meet();
    }

    @Test
    void other() throws Exception {
      meet();
    }

    private void meet()
        throws IOException, InterruptedException, BrokenBarrierException, TimeoutException {
      disk.fail().writes().times(1).with(NbdError.EIO);
      meeting.await(20, TimeUnit.SECONDS);
      Assertions.assertThrows(
          NbdServerException.class, () -> disk.client().write(new byte[] {1}, 0));
      meeting.await(20, TimeUnit.SECONDS);
      assertEquals(1, disk.log().failures(Operation.WRITE));
    }
  }
}
