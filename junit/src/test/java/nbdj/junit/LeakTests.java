package nbdj.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import nbdj.api.NbdError;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientException;
import nbdj.delay.Delay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What a disk leaves behind: no thread, no file, no descriptor. */
@Timeout(120)
class LeakTests {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private Set<Thread> threads = Set.of();
  private Set<Path> folders = Set.of();
  private List<String> descriptors = List.of();

  @BeforeEach
  void lookBefore() throws IOException {
    // What the JDK and the layers open once and keep is open after this.
    try (NbdDisk disk = NbdDisk.memory("64K").start()) {
      disk.client().write(new byte[512], 0);
      disk.crash();
    }
    endOf(newThreads());
    threads = Thread.getAllStackTraces().keySet();
    folders = folders();
    descriptors = descriptors();
  }

  @AfterEach
  void lookAfter() throws IOException, InterruptedException {
    endOf(newThreads());
    assertEquals(folders, folders());
    assertEquals(descriptors, descriptors());
  }

  private Set<Thread> newThreads() {
    Set<Thread> all = new HashSet<>(Thread.getAllStackTraces().keySet());
    all.removeAll(threads);
    all.removeIf(thread -> !thread.getName().startsWith("nbd"));
    return all;
  }

  private static void endOf(Set<Thread> threads) {
    for (Thread thread : threads) {
      try {
        assertTrue(thread.join(PATIENCE), () -> thread + " lives on");
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted while waiting for " + thread, e);
      }
    }
  }

  private static Set<Path> folders() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return new HashSet<>(
          all.filter(path -> path.getFileName().toString().startsWith("nbdj-disk")).toList());
    }
  }

  /** Get what descriptors are open, as far as the system tells. */
  private static List<String> descriptors() throws IOException {
    List<String> open = new ArrayList<>();
    if (Files.isDirectory(DESCRIPTORS)) {
      try (Stream<Path> all = Files.list(DESCRIPTORS)) {
        for (Path descriptor : all.toList()) {
          try {
            String target = Files.readSymbolicLink(descriptor).toString();
            // The numbers of sockets and pipes are new each time; how many there are is not.
            open.add(target.replaceFirst(":\\[[0-9]+]", "").replaceFirst("/proc/[0-9]+/fd", ""));
          } catch (NoSuchFileException ownDescriptorOfTheListing) {
            open.add("");
          }
        }
      }
    }
    open.sort(null);
    return open;
  }

  @Test
  void startedCrashedAndStopped_leavesNothing() throws IOException {
    for (int i = 0; i < 10; i++) {
      try (NbdDisk disk = NbdDisk.memory("64K").start()) {
        disk.client().write(new byte[512], 0);
        disk.crash(Loss.TORN);
        disk.client().read(0, 512);
        disk.disconnect();
      }
    }
  }

  @Test
  void requestsHeldAndFailing_leavesNothing() throws Exception {
    CompletableFuture<Void> flush;
    try (NbdDisk disk = NbdDisk.memory("64K").start()) {
      disk.fail().reads().with(NbdError.EIO);
      assertThrows(NbdClientException.class, () -> disk.client().read(0, 512));
      Delay held = disk.delay().flushes().untilReleased();
      flush = disk.client().flushAsync();
      assertTrue(held.awaitWaiting(1, PATIENCE));
    }
    assertTrue(flush.isCompletedExceptionally());
  }

  @Test
  void clientsThatStay_leaveNothing() throws IOException {
    List<NbdClient> clients = new ArrayList<>();
    try (NbdDisk disk = NbdDisk.memory("64K").start()) {
      for (int i = 0; i < 5; i++) {
        clients.add(disk.connect());
      }
    }
    for (NbdClient client : clients) {
      assertThrows(NbdClientException.class, () -> client.read(0, 512));
      client.close();
    }
  }

  @Test
  void startThatFails_leavesNothing() {
    for (int i = 0; i < 10; i++) {
      try (NbdDisk disk = NbdDisk.memory("12Q")) {
        assertThrows(IOException.class, disk::start);
      } catch (IOException e) {
        throw new AssertionError("a disk that does not run is closed", e);
      }
    }
  }

  @Test
  void testClasses_leaveNothing() {
    for (Class<?> tests :
        List.of(
            ExtensionCases.OfAClass.class,
            ExtensionCases.OfEachTest.class,
            ExtensionCases.Unfinished.class,
            ExtensionCases.Impossible.class)) {
      EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute();
    }
  }

  @Test
  void descriptors_areSeen() throws IOException {
    assumeTrue(Files.isDirectory(DESCRIPTORS), () -> DESCRIPTORS + " is not there");
    try (NbdDisk disk = NbdDisk.memory("64K").start()) {
      disk.client();
      assertTrue(descriptors().size() > descriptors.size());
      assertEquals(folders.size() + 1, folders().size());
      assertTrue(!newThreads().isEmpty());
    }
  }
}
