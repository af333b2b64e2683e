package nbdj.runtime.server;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import nbdj.api.Flags;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;
import nbdj.api.ThreadModel;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers whose faults are real ones, on the threads that serve: never the end of more than due. */
@Timeout(60)
class MisbehavingLayersTests {
  /** Something that a layer does wrong in a read. */
  enum Fault {
    STACK_OVERFLOW {
      @Override
      void happen() {
        deeper(0);
      }

      @SuppressWarnings("InfiniteRecursion")
      private long deeper(long depth) {
        return 1 + deeper(depth + 1);
      }
    },
    OUT_OF_MEMORY {
      @Override
      void happen() {
        long[][] all = new long[1 << 20][];
        for (int i = 0; i < all.length; i++) {
          all[i] = new long[Integer.MAX_VALUE - 8];
        }
      }
    },
    LINKAGE {
      @Override
      void happen() {
        throw new NoClassDefFoundError("vendor/Missing");
      }
    },
    BROKEN_CLASS {
      @Override
      void happen() {
        Broken.touch();
      }
    },
    ASSERTION {
      @Override
      void happen() {
        throw new AssertionError("cannot be");
      }
    };

    abstract void happen();
  }

  /** A class that cannot be initialised. */
  private static final class Broken {
    private static final int VALUE = Integer.parseInt("no number");

    static void touch() {
      assertEquals(0, VALUE);
    }
  }

  private static RamPlugin faulty(ThreadModel model, Fault fault) {
    return new RamPlugin(1 << 20) {
      @Override
      public ThreadModel threadModel() {
        return model;
      }

      @Override
      public PluginHandle open(OpenRequest request) throws IOException {
        super.open(request);
        return new Handle() {
          @Override
          public void read(long offset, long count, ReadSink sink) throws IOException {
            if (offset == 4096) {
              fault.happen();
            }
            super.read(offset, count, sink);
          }
        };
      }
    };
  }

  @ParameterizedTest
  @EnumSource
  void realFault_inOneRequest_failsThatRequestAlone(Fault fault) throws Exception {
    for (ThreadModel model : ThreadModel.values()) {
      RamPlugin plugin = faulty(model, fault);
      try (NbdServer server = NbdServer.builder().plugin("bad", plugin).privateSocket().start();
          RawClient client = new RawClient(server.address()).goStructured("")) {
        for (int i = 0; i < 3; i++) {
          for (int count : new int[] {512, 1 << 17}) {
            client.request(READ, 0, 1, 4096, count);
            Chunk failed = client.chunks().getLast();
            assertEquals(5, failed.error());
            client.request(READ, 0, 2, 0, count);
            assemble(client.chunks(), 0, count);
          }
        }
      }
      assertEquals(1, plugin.closes.get());
    }
  }

  @Test
  void callThatNeverReturns_delaysNeitherOthersNorTheStop() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    RamPlugin plugin =
        new RamPlugin(1 << 20) {
          @Override
          public PluginHandle open(OpenRequest request) throws IOException {
            super.open(request);
            return new Handle() {
              @Override
              public void pwrite(ByteBuffer buffer, long offset, Flags flags) throws IOException {
                begun.countDown();
                while (never.getCount() > 0) {
                  try {
                    never.await();
                  } catch (InterruptedException ignored) {
                    // A layer that cannot be stopped.
                  }
                }
              }
            };
          }
        };
    NbdServer server =
        NbdServer.builder()
            .plugin("endless", plugin)
            .privateSocket()
            .stopTimeout(Duration.ofMillis(300))
            .start();
    try (RawClient stuck = new RawClient(server.address()).goStructured("");
        RawClient other = new RawClient(server.address()).goStructured("")) {
      stuck.write(0, 1, 0, new byte[10]);
      begun.await();
      for (RawClient client : new RawClient[] {stuck, other}) {
        client.request(READ, 0, 2, 0, 4096);
        assemble(client.chunks(), 0, 4096);
      }
      long before = System.nanoTime();
      server.stop();
      assertTrue(System.nanoTime() - before < Duration.ofSeconds(20).toNanos());
    } finally {
      never.countDown();
      server.stop();
    }
  }

  @Test
  void sizeThatCannotBe_refusesTheExportAlone() throws Exception {
    RamPlugin plugin =
        new RamPlugin(1 << 20) {
          @Override
          public PluginHandle open(OpenRequest request) throws IOException {
            super.open(request);
            return new Handle() {
              @Override
              public long size() throws IOException {
                return request.exportName().equals("lie") ? -1 : super.size();
              }
            };
          }
        };
    try (NbdServer server = NbdServer.builder().plugin("liar", plugin).privateSocket().start();
        RawClient client = new RawClient(server.address()).greet()) {
      client.option(GO, infoPayload("lie"));
      assertTrue(client.replies().getLast().type() < 0);
      client.go("truth");
      client.request(READ, 0, 1, 0, 10);
      assertEquals(SIMPLE, client.receive(26).getInt());
    }
    assertEquals(2, plugin.closes.get());
  }
}
