package nbdj.runtime.chain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.Next;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How many calls a layer gets at once: rules T-1 and T-3 to T-5. */
class ThreadModelTests {
  private final Journal journal = new Journal();

  /** Lets each call in the plugin pass once; opened by the test. */
  private final CountDownLatch gate = new CountDownLatch(1);

  private volatile CountDownLatch inside = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  private final JournalPlugin plugin =
      new JournalPlugin(journal) {
        @Override
        PluginHandle handle() {
          return new MemoryHandle(journal, 4096) {
            @Override
            public void pread(ByteBuffer buffer, long offset) throws IOException {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              inside.countDown();
              Workers.await(gate);
              running.decrementAndGet();
              super.pread(buffer, offset);
            }
          };
        }
      };
  private Chain chain = Chains.builder(plugin).build();

  @AfterEach
  void stop() {
    chain.stop();
  }

  @ParameterizedTest
  @EnumSource(names = {"SERIALIZE_ALL_REQUESTS", "SERIALIZE_REQUESTS", "PARALLEL"})
  void requestsOfOneHandle_overlapOnlyInParallel(ThreadModel model) throws Exception {
    plugin.model = model;
    chain = Chains.serving(plugin);
    Next export = chain.connect(false).open("x");
    boolean parallel = model == ThreadModel.PARALLEL;
    assertEquals(parallel ? 2 : 1, overlap(parallel, export, export));
  }

  @ParameterizedTest
  @EnumSource(names = {"SERIALIZE_ALL_REQUESTS", "SERIALIZE_REQUESTS", "PARALLEL"})
  void requestsOfTwoHandles_overlapUnlessAllAreSerialized(ThreadModel model) throws Exception {
    plugin.model = model;
    chain = Chains.serving(plugin);
    boolean overlap = model != ThreadModel.SERIALIZE_ALL_REQUESTS;
    Next one = chain.connect(false).open("x");
    Next two = chain.connect(false).open("x");
    assertEquals(overlap ? 2 : 1, overlap(overlap, one, two));
  }

  @Test
  void requestsOfASharedHandle_areSerializedOverConnections() throws Exception {
    plugin.model = ThreadModel.SERIALIZE_REQUESTS;
    LendingFilter lender = new LendingFilter(new Journal());
    lender.careless = true;
    chain = Chains.serving(plugin, lender);
    Next one = chain.connect(false).open("x");
    Next two = chain.connect(false).open("x");
    assertEquals(1, overlap(false, one, two), "T-4 holds where the handle is");
  }

  @Test
  void filter_mayTightenTheModelForItselfAlone() throws Exception {
    plugin.model = ThreadModel.PARALLEL;
    chain = Chains.serving(plugin, modelFilter(ThreadModel.SERIALIZE_ALL_REQUESTS));
    assertEquals(ThreadModel.SERIALIZE_ALL_REQUESTS, chain.threadModel());
    Next one = chain.connect(false).open("x");
    Next two = chain.connect(false).open("x");
    assertEquals(1, overlap(false, one, two));
  }

  @Test
  void filter_thatWouldRelaxTheModel_doesNot() throws Exception {
    plugin.model = ThreadModel.SERIALIZE_REQUESTS;
    chain = Chains.serving(plugin, modelFilter(ThreadModel.PARALLEL));
    assertEquals(ThreadModel.SERIALIZE_REQUESTS, chain.threadModel());
  }

  @Test
  void filter_isToldTheModelBelow_andEveryLayerTheFinalOne() throws Exception {
    List<String> told = new ArrayList<>();
    JournalPlugin inner =
        new JournalPlugin(journal) {
          @Override
          public void getReady(ThreadModel model) {
            told.add("plugin " + model);
          }
        };
    JournalFilter outer =
        new JournalFilter(journal, "outer") {
          @Override
          public ThreadModel threadModel(ThreadModel next) {
            told.add("outer over " + next);
            return ThreadModel.SERIALIZE_ALL_REQUESTS;
          }

          @Override
          public void getReady(ThreadModel model) {
            told.add("outer " + model);
          }
        };
    chain = Chains.serving(inner, outer, modelFilter(ThreadModel.SERIALIZE_REQUESTS));
    assertEquals(
        List.of(
            "outer over SERIALIZE_REQUESTS",
            "plugin SERIALIZE_ALL_REQUESTS",
            "outer SERIALIZE_ALL_REQUESTS"),
        told);
  }

  @Test
  void open_ofASerializedLayer_waitsForARunningRequest() throws Exception {
    plugin.model = ThreadModel.SERIALIZE_ALL_REQUESTS;
    chain = Chains.serving(plugin);
    Next export = chain.connect(false).open("x");
    Client other = chain.connect(false);
    Thread opener =
        new Thread(() -> {
          try {
            other.open("x");
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    try (Workers workers = new Workers()) {
      workers.run(() -> export.pread(ByteBuffer.allocateDirect(1), 0));
      Workers.await(inside);
      opener.start();
      Workers.awaitParked(opener);
      assertEquals(1, journal.count("plugin open"));
      gate.countDown();
      workers.join();
    }
    opener.join(Workers.SECONDS * 1000);
    assertEquals(2, journal.count("plugin open"));
  }

  @Test
  void questionOfASharedHandle_askedByManyThreads_isAskedOnce() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    JournalPlugin counting =
        new JournalPlugin(journal) {
          @Override
          PluginHandle handle() {
            return new MemoryHandle(journal, 4096) {
              @Override
              public long size() {
                asked.incrementAndGet();
                inside.countDown();
                Workers.await(gate);
                return 4096;
              }
            };
          }
        };
    chain = Chains.serving(counting);
    Next export = chain.connect(false).open("x");
    try (Workers workers = new Workers()) {
      for (int i = 0; i < 8; i++) {
        workers.run(export::size);
      }
      Workers.await(inside);
      gate.countDown();
      workers.join();
    }
    assertEquals(1, asked.get());
  }

  @Test
  void callback_butForDataOperations_runsUnderTheLayersClassLoader() throws Exception {
    ClassLoader outside = new ClassLoader(getClass().getClassLoader()) {};
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(outside);
    try {
      JournalPlugin looking =
          new JournalPlugin(journal) {
            @Override
            public void load() {
              assertSame(getClass().getClassLoader(), thread.getContextClassLoader());
            }

            @Override
            PluginHandle handle() {
              assertSame(getClass().getClassLoader(), thread.getContextClassLoader());
              return super.handle();
            }
          };
      chain = Chains.serving(looking, new JournalFilter(journal, "a"));
      chain.connect(false).open("x");
      assertSame(outside, thread.getContextClassLoader());
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Run a read in each of two handles, and count how many were in the plugin at once. */
  private int overlap(boolean expected, Next one, Next two) throws Exception {
    for (Next export : List.of(one, two)) {
      export.size();
    }
    inside = new CountDownLatch(expected ? 2 : 1);
    Thread second =
        new Thread(() -> {
          try {
            two.pread(ByteBuffer.allocateDirect(1), 0);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    try (Workers workers = new Workers()) {
      workers.run(() -> one.pread(ByteBuffer.allocateDirect(1), 0));
      if (!expected) {
        Workers.await(inside);
      }
      second.start();
      if (expected) {
        Workers.await(inside);
      } else {
        Workers.awaitParked(second);
        assertTrue(second.isAlive());
      }
      gate.countDown();
      workers.join();
    }
    second.join(Workers.SECONDS * 1000);
    assertFalse(second.isAlive());
    return most.get();
  }

  private JournalFilter modelFilter(ThreadModel model) {
    return new JournalFilter(journal, "model") {
      @Override
      public ThreadModel threadModel(ThreadModel next) {
        return model;
      }
    };
  }
}
