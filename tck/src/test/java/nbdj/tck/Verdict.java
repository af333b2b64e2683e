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
  private static final Pattern RULE = Pattern.compile("rule ([A-Z]-[0-9]+): .*", Pattern.DOTALL);

  private final EngineExecutionResults results;
  private final Set<String> broken = new TreeSet<>();
  private final List<String> messages = new ArrayList<>();

  private Verdict(Class<?> contract) {
    this(contract, false);
  }

  private Verdict(Class<?> contract, boolean strict) {
    results =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(contract))
            .configurationParameter("nbdj.tck.summary", "false")
            .configurationParameter("nbdj.tck.timeout", "5")
            .configurationParameter("nbdj.tck.strict", String.valueOf(strict))
            .execute();
    results.testEvents().failed().list().forEach(this::take);
    assertEquals(0, results.containerEvents().failed().count(), "containers that failed");
  }

  private void take(Event event) {
    Throwable failure =
        event.getRequiredPayload(TestExecutionResult.class).getThrowable().orElseThrow();
    String message = String.valueOf(failure.getMessage());
    Matcher match = RULE.matcher(message);
    assertTrue(match.matches(), () -> "helpless failure: " + failure);
    broken.add(match.group(1));
    messages.add(event.getTestDescriptor().getDisplayName() + ": " + message);
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
    return messages;
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
  void breaks(String... rules) {
    assertEquals(new TreeSet<>(Set.of(rules)), broken, () -> String.join("\n", messages));
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
    try {
      return new FilterSubject().newDevice();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is run: a factory and what the author would say in the contract's hooks. */
  record Subject<T>(
      Supplier<T> factory,
      Map<String, String> config,
      String exportName,
      String missingExport,
      boolean keepsContent,
      boolean preservesContent) {
    Subject(Supplier<T> factory) {
      this(factory, Map.of(), "", "", false, true);
    }

    Subject<T> withConfig(Map<String, String> config) {
      return new Subject<>(
          factory, config, exportName, missingExport, keepsContent, preservesContent);
    }

    Subject<T> withExport(String name, String missing) {
      return new Subject<>(factory, config, name, missing, keepsContent, preservesContent);
    }

    Subject<T> thatKeepsContent() {
      return new Subject<>(factory, config, exportName, missingExport, true, preservesContent);
    }

    Subject<T> withContentOfItsOwn() {
      return new Subject<>(factory, config, exportName, missingExport, keepsContent, false);
    }
  }

  /** The contract of the plugin that is being judged. */
  static final class PluginSubject extends PluginContract {
    private static volatile Subject<Plugin> subject =
        new Subject<>(() -> new ReferencePlugin(device()));

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
  }

  /** The contract of the filter that is being judged. */
  static final class FilterSubject extends FilterContract {
    private static volatile Subject<Filter> subject =
        new Subject<>(() -> (context, request) -> new PassThrough());

    @Override
    protected Filter filter() {
      return subject.factory.get();
    }

    @Override
    protected Map<String, String> config() {
      return subject.config;
    }

    @Override
    protected boolean preservesContent() {
      return subject.preservesContent;
    }
  }
}
