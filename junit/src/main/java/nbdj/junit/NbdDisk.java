package nbdj.junit;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import nbdj.api.Filter;
import nbdj.api.Plugin;
import nbdj.client.NbdClient;
import nbdj.client.NbdClientException;
import nbdj.delay.DelayRule;
import nbdj.delay.Delays;
import nbdj.error.ErrorRule;
import nbdj.error.Errors;
import nbdj.memory.MemoryPlugin;
import org.jspecify.annotations.Nullable;

/**
 * A disk that fails on command, served over NBD from inside a test.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final NbdDisk disk = NbdDisk.memory("64M");
 *
 * @Test
 * void diskIsFull_store_saysSo() throws Exception {
 *   disk.fail().writes().after(3).with(NbdError.ENOSPC);
 *   assertThrows(StoreFullException.class, () -> fill(new Store(disk.uri())));
 * }
 * }</pre>
 *
 * <p>In a static field it runs while the tests of the class do, nested classes included, and one
 * test at a time has it. In an instance field each test has a disk of its own, so tests may run in
 * parallel. Each test begins with a fresh content, no faults, no clients and an empty log, unless
 * {@link #keepContents} is set. When a test fails the log is printed, with the seed that repeats
 * it. Methods of the test may have parameters of type {@link NbdDisk}, {@link URI} and {@link
 * NbdClient}.
 *
 * <p>Outside of JUnit {@link #start} and {@link #close} do what it does.
 *
 * <p>The layers, outermost first: the log, delays, errors, the filters of {@link #filter}, the
 * write cache that a crash loses, the plugin. Methods that return the disk say what it is, before
 * it starts; all others are for any thread while it runs.
 *
 * @since 0.1
 */
public final class NbdDisk extends DiskExtension implements AutoCloseable {
  /** The system property with the seed of all disks. */
  private static final String SEED = "nbdj.junit.seed";

  private final DiskSettings settings;
  private final OperationLog log = new OperationLog();
  private final OwnClient client = new OwnClient();

  private long seed = defaultSeed();

  /** Made of the seed, so at the first start. */
  private volatile @Nullable Faults faults;

  /** How many crashes there were in the test. */
  private final AtomicLong crashes = new AtomicLong();

  /** Held while the disk starts, stops and crashes. */
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private @Nullable Running running;

  private NbdDisk(DiskSettings settings) {
    this.settings = settings;
  }

  private static long defaultSeed() {
    String given = System.getProperty(SEED);
    if (given == null) {
      return ThreadLocalRandom.current().nextLong();
    }
    try {
      return Long.parseLong(given);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "-D%s=%s: not a whole number (take the one that was printed)".formatted(SEED, given), e);
    }
  }

  /**
   * Make a disk in memory, which begins as zeroes.
   *
   * @param size its size, as {@code 64M}
   */
  public static NbdDisk memory(String size) {
    return plugin(MemoryPlugin::new).config("size", size);
  }

  /**
   * Make a disk of a plugin.
   *
   * @param plugin makes a plugin for each fresh content; it lasts over crashes
   */
  public static NbdDisk plugin(Supplier<? extends Plugin> plugin) {
    return new NbdDisk(new DiskSettings(plugin));
  }

  /**
   * Add a filter inside those added before.
   *
   * @param filter makes a filter for each start, after a crash too: what it held in memory is lost
   */
  public NbdDisk filter(Supplier<? extends Filter> filter) {
    changeable().filters.add(filter);
    return this;
  }

  /** Give a parameter to the outermost filter that declares it, or to the plugin. */
  public NbdDisk config(String key, String value) {
    changeable().parameters.put(key, value);
    return this;
  }

  /** Set the export that the disk's URI, client and bytes are of; the default one if not called. */
  public NbdDisk export(String name) {
    changeable().exportName = name;
    return this;
  }

  /** Let clients write nothing. */
  public NbdDisk readOnly() {
    changeable().readOnly = true;
    return this;
  }

  /**
   * Let contents, connections and unflushed writes last from one test of the class to the next. The
   * log and the faults do not.
   */
  public NbdDisk keepContents() {
    changeable().keepContents = true;
    return this;
  }

  /** Inject faults below the filters of {@link #filter}: into what they see, not the client. */
  public NbdDisk faultsBelowFilters() {
    changeable().faultsBelowFilters = true;
    return this;
  }

  /**
   * Hold back no writes: a crash then loses none, and they need no memory until they are flushed.
   */
  public NbdDisk writeThrough() {
    changeable().writeThrough = true;
    return this;
  }

  /**
   * Set the seed of what is left to chance: rates and crashes. If never called it is that of the
   * system property {@code nbdj.junit.seed}, and else random.
   */
  public NbdDisk seed(long value) {
    changeable();
    seed = value;
    return this;
  }

  private DiskSettings changeable() {
    if (faults != null) {
      throw new IllegalStateException("the disk has started: say what it is where it is made");
    }
    return settings;
  }

  /**
   * Start, for tests without the extension.
   *
   * @return this
   * @throws nbdj.api.ConfigException if a parameter is wrong
   * @throws IllegalStateException if it runs
   */
  public NbdDisk start() throws IOException {
    begin();
    return this;
  }

  /** Stop. The second call does nothing. */
  @Override
  public void close() throws IOException {
    end();
  }

  /** Get the URI of the export; the same from the start to the stop, over crashes too. */
  public URI uri() {
    return server().uri();
  }

  /** Get the URI of another export. */
  public URI uri(String export) {
    return server().uri(export);
  }

  /** Get the size of the export below all filters, in bytes. */
  public long size() throws IOException {
    return medium().next().size();
  }

  /**
   * Get the disk's own client, connected unless it is already. It is disconnected when the test
   * ends; after a crash this gets another.
   */
  public NbdClient client() throws NbdClientException {
    return client.get(uri());
  }

  /** Connect a client, which the caller closes. */
  public NbdClient connect() throws NbdClientException {
    return NbdClient.connect(uri());
  }

  /** Begin to say which requests fail; they do from {@link ErrorRule#with} on. */
  public ErrorRule fail() {
    return faults().errors().fail();
  }

  /** Begin to say which requests are delayed; they are from {@link DelayRule#by} on. */
  public DelayRule delay() {
    return faults().delays().delay();
  }

  /** Let nothing fail and nothing wait any more. */
  public void clearFaults() {
    faults().clear();
  }

  /** Cut off all clients, as a broken network would. They may connect again at once. */
  public void disconnect() {
    server().disconnect();
    log.note("all clients were cut off");
  }

  /** Crash as {@link #crash(Loss)} does, and lose all that was not flushed. */
  public Crash crash() throws IOException {
    return crash(Loss.ALL);
  }

  /** Crash as {@link #crash(Loss, long)} does, with the disk's seed and the number of the crash. */
  public Crash crash(Loss loss) throws IOException {
    return crash(loss, seed + crashes.getAndIncrement());
  }

  /**
   * Cut the power and switch it on again. Clients are cut off without another word; writes, zeroes
   * and trims that were neither flushed nor done with FUA are lost, or some of them. When this
   * returns the disk serves again, at the same URI, with new filters over what was left.
   *
   * @param loss what is lost
   * @param seed what chooses the survivors
   * @return what was lost
   * @throws IOException if the filters cannot start over what was left, or the plugin failed
   */
  public Crash crash(Loss loss, long seed) throws IOException {
    lock.lock();
    try {
      Crash crash = running().crash(loss, seed);
      client.close();
      return crash;
    } finally {
      lock.unlock();
    }
  }

  /** Get how many writes, zeroes and trims a crash would take back. */
  public int unflushed() throws IOException {
    return medium().unflushed();
  }

  /**
   * Read what is on the disk, unflushed writes included. It lies below all filters: faults do not
   * touch it and the log does not show it, and where a filter moves addresses it has the disk's.
   */
  public byte[] bytes(long offset, int count) throws IOException {
    return medium().bytes(offset, count);
  }

  /** Read, as {@link #bytes} does, what a crash would leave if it lost all. */
  public byte[] durableBytes(long offset, int count) throws IOException {
    return medium().durable(offset, count);
  }

  /** Write to the disk below all filters, so that a crash leaves it. */
  public void put(long offset, byte... bytes) throws IOException {
    medium().put(bytes, offset);
  }

  /** Get what clients have asked for in this test. */
  public OperationLog log() {
    return log;
  }

  /** Get the seed of what is left to chance. */
  public long seed() {
    return seed;
  }

  private Running running() {
    Running current = running;
    if (current == null) {
      throw new IllegalStateException(
          "the disk does not run (register it with @RegisterExtension, or call start())");
    }
    return current;
  }

  private DiskServer server() {
    lock.lock();
    try {
      return running().server();
    } finally {
      lock.unlock();
    }
  }

  private Medium medium() throws IOException {
    return server().medium(settings.exportName);
  }

  private Faults faults() {
    Faults current = faults;
    if (current == null) {
      lock.lock();
      try {
        current = faults;
        if (current == null) {
          current = new Faults(new Errors(seed), new Delays());
          faults = current;
        }
      } finally {
        lock.unlock();
      }
    }
    return current;
  }

  @Override
  void begin() throws IOException {
    lock.lock();
    try {
      if (running != null) {
        throw new IllegalStateException("the disk runs already");
      }
      running = new Running(settings, faults(), log);
      log.clear();
      log.forgetClients();
    } finally {
      lock.unlock();
    }
  }

  @Override
  void beginTest() throws IOException {
    faults().clear();
    if (settings.keepContents) {
      log.clear();
      return;
    }
    lock.lock();
    try {
      running().renew();
      log.clear();
      log.forgetClients();
    } finally {
      lock.unlock();
    }
  }

  @Override
  void checkTest() {
    faults().checkFinished();
  }

  @Override
  void endTest() {
    faults().clear();
    crashes.set(0);
    client.close();
  }

  @Override
  void end() throws IOException {
    lock.lock();
    try {
      Running last = running;
      running = null;
      if (last != null) {
        last.stop();
      }
    } finally {
      lock.unlock();
      // Only now, so that no request is let go and answered before its client is cut off.
      client.close();
      faults().clear();
    }
  }

  @Override
  String story() {
    return "this on the disk, by seed %d (repeat it with -D%s=%d):%n%s"
        .formatted(seed, SEED, seed, log);
  }

  @Override
  URI uriForTest() {
    return uri();
  }

  @Override
  NbdClient clientForTest() throws NbdClientException {
    return client();
  }
}
