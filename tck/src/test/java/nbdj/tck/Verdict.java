package nbdj.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import nbdj.api.Filter;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs a contract against a layer and tells which rules it found broken. */
final class Verdict {
  private static final Pattern RULE =
      Pattern.compile("rule ([A-Z]-[0-9]+): [^\n]*(?:\n(.*))?", Pattern.DOTALL);

  /** A failure that nobody has thought of is shown as itself. */
  private static final Pattern HELPLESS =
      Pattern.compile("[\\w.$]+(Exception|Error|Failure)\\b|null");

  /** The same each time, so that a layer that breaks a rule at times only does so always. */
  private static final String SEED = System.getProperty(Settings.SEED, "4711");

  /** How many seconds something may take that must happen: as many as the busiest machine needs. */
  static final int TIMEOUT = 60;

  private static final ReferenceDevice DEVICE = makeDevice();

  private final EngineExecutionResults results;

  /** What the failures say, by the rules that they blame. */
  private final SortedMap<String, List<String>> broken = new TreeMap<>();

  private Verdict(Class<?> contract) {
    this(contract, false);
  }

  private Verdict(Class<?> contract, boolean strict) {
    results =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(contract))
            .configurationParameter("nbdj.tck.summary", "false")
            .configurationParameter("nbdj.tck.timeout", String.valueOf(TIMEOUT))
            .configurationParameter("nbdj.tck.strict", String.valueOf(strict))
            .configurationParameter(Settings.SEED, SEED)
            // Nobody looks at the traces, and there are thousands.
            .configurationParameter("junit.platform.stacktrace.pruning.enabled", "false")
            .execute();
    results.testEvents().failed().list().forEach(this::take);
    assertEquals(0, results.containerEvents().failed().count(), "containers that failed");
  }

  private void take(Event event) {
    Throwable failure =
        event.getRequiredPayload(TestExecutionResult.class).getThrowable().orElseThrow();
    String message = String.valueOf(failure.getMessage());
    Matcher match = RULE.matcher(message);
    assertTrue(
        match.matches() && !HELPLESS.matcher(String.valueOf(match.group(2))).lookingAt(),
        () -> "helpless failure: " + failure);
    broken
        .computeIfAbsent(match.group(1), rule -> new ArrayList<>())
        .add(event.getTestDescriptor().getDisplayName() + ": " + message);
  }

  /** Get the names of the tests that ran. */
  Set<String> succeeded() {
    return names(results.testEvents().succeeded());
  }

  /** Get the names of the tests that could not apply. */
  Set<String> skipped() {
    return names(results.testEvents().aborted());
  }

  private static Set<String> names(Events events) {
    return events.stream()
        .map(event -> event.getTestDescriptor().getUniqueId().getLastSegment().getValue())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Run a contract as it is. */
  static Verdict of(Class<? extends LayerContract> contract) {
    return new Verdict(contract);
  }

  /** Run a contract in which recommendations must be followed. */
  static Verdict strictly(Class<? extends LayerContract> contract) {
    return new Verdict(contract, true);
  }

  /** Get the failures as they are shown, each behind the name of its test. */
  List<String> messages() {
    return broken.values().stream().flatMap(List::stream).toList();
  }

  /** Run the contract of a plugin against what a factory makes. */
  static Verdict ofPlugin(Subject<Plugin> subject) {
    PluginSubject.subject = subject;
    return new Verdict(PluginSubject.class);
  }

  /** Run the contract of a filter against what a factory makes. */
  static Verdict ofFilter(Subject<Filter> subject) {
    FilterSubject.subject = subject;
    return new Verdict(FilterSubject.class);
  }

  /** Assert that exactly some recommendations are found not to be followed. */
  void warns(String... rules) {
    Set<String> warned = new TreeSet<>();
    results.allEvents().reportingEntryPublished().list().stream()
        .map(event -> event.getRequiredPayload(ReportEntry.class).getKeyValuePairs().get("warning"))
        .forEach(warning -> {
          Matcher match = RULE.matcher(String.valueOf(warning));
          assertTrue(match.matches(), warning);
          warned.add(match.group(1));
        });
    assertEquals(new TreeSet<>(Set.of(rules)), warned);
  }

  /** Assert that exactly some rules are found broken. */
  Verdict breaks(String... rules) {
    assertEquals(new TreeSet<>(Set.of(rules)), broken.keySet(), this::excerpt);
    return this;
  }

  /** Assert that what was found is told in certain words. */
  void saying(String... words) {
    for (String word : words) {
      assertTrue(
          broken.values().stream().flatMap(List::stream).anyMatch(text -> text.contains(word)),
          () -> "nobody says '" + word + "': " + excerpt());
    }
  }

  /** Show a failure of each of the first rules. */
  private String excerpt() {
    return broken.values().stream()
        .limit(8)
        .map(texts -> "%s (and %d more)".formatted(texts.getFirst(), texts.size() - 1))
        .collect(Collectors.joining("\n"));
  }

  /** Make a subject of a handle that is broken. */
  static Subject<Plugin> handle(Function<ReferencePlugin, PluginHandle> handle) {
    return new Subject<>(() -> plugin(handle));
  }

  /** Make the reference plugin with another handle. */
  static ReferencePlugin plugin(Function<ReferencePlugin, PluginHandle> handle) {
    return new ReferencePlugin(device()) {
      @Override
      public PluginHandle open(OpenRequest request) {
        return handle.apply(this);
      }
    };
  }

  /** Make a device as filters have it below them. */
  static ReferenceDevice device() {
    return DEVICE.copy();
  }

  private static ReferenceDevice makeDevice() {
    FilterSubject contract = new FilterSubject();
    contract.begin(new Session(FilterSubject.class, Settings.of(name -> setting(name))));
    try {
      return contract.newDevice();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> setting(String name) {
    return Optional.of(SEED).filter(seed -> name.equals(Settings.SEED));
  }

  /** What is said of the content of a fresh export. */
  enum Content {
    /** That of {@link #device} for a filter, nothing for a plugin. */
    USUAL,
    /** That of {@link #device}. */
    OF_DEVICE,
    /** Nothing. */
    OF_ITS_OWN
  }

  /** What is run: a factory and what the author would say in the contract's hooks. */
  record Subject<T>(
      Supplier<T> factory,
      Map<String, String> config,
      String exportName,
      String missingExport,
      boolean keepsContent,
      Content content,
      long deviceSize,
      Patience patience) {
    Subject(Supplier<T> factory) {
      this(factory, Map.of(), "", "", false, Content.USUAL, 0, new Patience(TIMEOUT));
    }

    Subject<T> withConfig(Map<String, String> config) {
      return new Subject<>(
          factory, config, exportName, missingExport, keepsContent, content, deviceSize, patience);
    }

    Subject<T> withExport(String name, String missing) {
      return new Subject<>(
          factory, config, name, missing, keepsContent, content, deviceSize, patience);
    }

    Subject<T> thatKeepsContent() {
      return new Subject<>(
          factory, config, exportName, missingExport, true, content, deviceSize, patience);
    }

    /** Be judged by whoever gives up in certain cases. */
    Subject<T> judgedBy(Patience patience) {
      return new Subject<>(
          factory, config, exportName, missingExport, keepsContent, content, deviceSize, patience);
    }

    /** Say that a fresh export has the content of {@link #device}. */
    Subject<T> withContentOfDevice() {
      return new Subject<>(
          factory,
          config,
          exportName,
          missingExport,
          keepsContent,
          Content.OF_DEVICE,
          deviceSize,
          patience);
    }

    Subject<T> withContentOfItsOwn() {
      return new Subject<>(
          factory,
          config,
          exportName,
          missingExport,
          keepsContent,
          Content.OF_ITS_OWN,
          deviceSize,
          patience);
    }

    /** Have an empty device of many bytes below a filter. */
    Subject<T> over(long bytes) {
      return new Subject<>(
          factory,
          config,
          exportName,
          missingExport,
          keepsContent,
          Content.OF_ITS_OWN,
          bytes,
          patience);
    }
  }

  /** The contract of the plugin that is being judged. */
  static final class PluginSubject extends PluginContract {
    private static volatile Subject<Plugin> subject =
        new Subject<>(() -> new ReferencePlugin(device()));

    @Override
    Patience patience() {
      return subject.patience;
    }

    @Override
    protected Plugin plugin() {
      return subject.factory.get();
    }

    @Override
    protected Map<String, String> config() {
      return subject.config;
    }

    @Override
    protected String exportName() {
      return subject.exportName;
    }

    @Override
    protected Optional<String> missingExport() {
      return Optional.of(subject.missingExport).filter(name -> !name.isEmpty());
    }

    @Override
    protected boolean keepsContent() {
      return subject.keepsContent;
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return subject.content == Content.OF_DEVICE
          ? Optional.of(DEVICE.bytes(0, (int) DEVICE.size()))
          : Optional.empty();
    }
  }

  /** The contract of the filter that is being judged. */
  static final class FilterSubject extends FilterContract {
    private static volatile Subject<Filter> subject =
        new Subject<>(() -> (context, request) -> new PassThrough());

    @Override
    Patience patience() {
      return subject.patience;
    }

    @Override
    protected Filter filter() {
      return subject.factory.get();
    }

    @Override
    protected Map<String, String> config() {
      return subject.config;
    }

    @Override
    protected String exportName() {
      return subject.exportName;
    }

    @Override
    protected Optional<String> missingExport() {
      return Optional.of(subject.missingExport).filter(name -> !name.isEmpty());
    }

    @Override
    protected long deviceSize() {
      return subject.deviceSize > 0 ? subject.deviceSize : super.deviceSize();
    }

    @Override
    protected void fill(ReferenceDevice device) throws IOException {
      if (subject.deviceSize == 0) {
        super.fill(device);
      }
    }

    @Override
    protected boolean preservesContent() {
      return subject.content != Content.OF_ITS_OWN;
    }
  }
}
