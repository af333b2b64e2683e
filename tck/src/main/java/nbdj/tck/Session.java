package nbdj.tck;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One run of one contract class: what is set for it, and what its tests have found so far.
 *
 * <p>Thread-safe: JUnit may run tests at once.
 */
final class Session implements AutoCloseable {
  /** Makes the device that all tests of a contract begin with. */
  @FunctionalInterface
  interface DeviceMaker {
    ReferenceDevice make() throws IOException;
  }

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(Session.class);

  private final String contract;
  private final Settings settings;

  /** The threads of the tests, each used again by later ones: a thread takes long to start. */
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("contract").factory());

  // All that follows is guarded by this.
  private final SortedSet<String> ran = new TreeSet<>(Rules.ORDER);
  private final SortedSet<String> broken = new TreeSet<>(Rules.ORDER);
  private final SortedMap<String, SortedSet<String>> skipped = new TreeMap<>(Rules.ORDER);
  private final SortedMap<String, SortedSet<String>> warnings = new TreeMap<>(Rules.ORDER);
  private final SortedMap<String, SortedSet<String>> answers = new TreeMap<>();
  private final SortedSet<String> notes = new TreeSet<>();
  private @Nullable ReferenceDevice device;
  private boolean stuck;

  Session(Class<?> contract, Settings settings) {
    this.contract = contract.getTypeName();
    this.settings = settings;
  }

  /** Get the run that a test or its class belongs to; none if it is not of a contract. */
  static Optional<Session> of(ExtensionContext context) {
    Optional<ExtensionContext> enclosing = Optional.of(context);
    while (enclosing.isPresent()) {
      ExtensionContext here = enclosing.get();
      Class<?> type = here.getTestClass().orElse(Object.class);
      // A method has the class of its chapter; the contract's own class is further out.
      if (LayerContract.class.isAssignableFrom(type)) {
        return Optional.of(
            here.getStore(NAMESPACE)
                .computeIfAbsent(
                    type,
                    absent -> new Session(type, Settings.of(here::getConfigurationParameter)),
                    Session.class));
      }
      enclosing = here.getParent();
    }
    return Optional.empty();
  }

  /** Run a test, or what follows it, on a thread that whoever waits can give up. */
  Future<Boolean> submit(Callable<Boolean> test) {
    return threads.submit(test);
  }

  /** End the threads, but for those that are stuck. Called by JUnit behind the last test. */
  @Override
  public void close() {
    threads.shutdown();
  }

  Settings settings() {
    return settings;
  }

  /** Get a device of a test's own with the content that all of them begin with. */
  synchronized ReferenceDevice device(DeviceMaker maker) throws IOException {
    if (device == null) {
      device = maker.make();
    }
    return device.copy();
  }

  /** Note that a call has not returned, so that no further test is worth its time. */
  synchronized void stuck() {
    stuck = true;
  }

  synchronized boolean isStuck() {
    return stuck;
  }

  /** Note that a test of some rules has run. */
  synchronized void ran(String... rules) {
    ran.addAll(List.of(rules));
  }

  /** Note that a test of some rules could not apply. */
  synchronized void skipped(String reason, String... rules) {
    for (String rule : rules) {
      skipped.computeIfAbsent(rule, absent -> new TreeSet<>()).add(reason);
    }
  }

  /** Note that a rule was found broken. */
  synchronized void broken(String rule) {
    broken.add(rule);
  }

  /** Get a rule that was found broken, of those with one of some numbers or letters. */
  synchronized Optional<String> brokenOf(String... rules) {
    return broken.stream()
        .filter(rule -> List.of(rules).contains(rule) || List.of(rules).contains(letter(rule)))
        .findFirst();
  }

  private static String letter(String rule) {
    return rule.substring(0, 1);
  }

  /** Note that a recommendation was found broken, which fails no test. */
  synchronized void warned(String rule, String finding) {
    warnings.computeIfAbsent(rule, absent -> new TreeSet<>()).add(finding);
  }

  /** Note what the author has said about the layer that takes tests away, or could take fewer. */
  synchronized void noted(Collection<String> texts) {
    notes.addAll(texts);
  }

  /** Note what the layer answered about itself. */
  synchronized void saw(Watch watch) {
    watch
        .answers()
        .forEach((question, answer) ->
            answers.computeIfAbsent(question, absent -> new TreeSet<>()).add(answer));
  }

  /** Get what is known now. */
  synchronized Summary summary() {
    SortedMap<String, SortedSet<String>> onlySkipped = new TreeMap<>(skipped);
    onlySkipped.keySet().removeAll(ran);
    return new Summary(
        contract,
        settings,
        new TreeSet<>(ran),
        new TreeSet<>(broken),
        onlySkipped,
        new TreeMap<>(warnings),
        new TreeMap<>(answers),
        new TreeSet<>(notes));
  }
}
