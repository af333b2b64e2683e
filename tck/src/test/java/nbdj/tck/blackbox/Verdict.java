package nbdj.tck.blackbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.tck.PluginContract;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Nested;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;
import org.junit.platform.testkit.engine.Events;

/** Runs the black box tests and tells what they found. */
final class Verdict {
  private static final Pattern RULE = Pattern.compile("rule ([A-Z]-[0-9]+): .*", Pattern.DOTALL);
  private static final Pattern CLAUSE =
      Pattern.compile("NBD specification, (\"[^\"]+\"): .*", Pattern.DOTALL);

  private final EngineExecutionResults results;
  private final Set<String> broken = new TreeSet<>();
  private final List<String> messages = new ArrayList<>();

  /** How long a test waits for a server that does not answer, in seconds. */
  private static final int PATIENCE = 2;

  private Verdict(DiscoverySelector selector, boolean tools) {
    this(selector, tools, 20);
  }

  private Verdict(DiscoverySelector selector, boolean tools, int timeout) {
    results =
        EngineTestKit.engine("junit-jupiter")
            .configurationParameter("nbdj.tck.tools", String.valueOf(tools))
            .configurationParameter("nbdj.tck.timeout", String.valueOf(timeout))
            .configurationParameter("nbdj.tck.rounds", "120")
            .selectors(selector)
            .execute();
    results.testEvents().failed().list().forEach(this::take);
    assertEquals(0, results.containerEvents().failed().count(), "containers that failed");
    assertTrue(results.testEvents().started().count() >= 5, "tests that ran");
  }

  private void take(Event event) {
    Throwable failure =
        event.getRequiredPayload(TestExecutionResult.class).getThrowable().orElseThrow();
    String message = String.valueOf(failure.getMessage());
    Matcher rule = RULE.matcher(message);
    Matcher clause = CLAUSE.matcher(message);
    assertTrue(rule.matches() || clause.matches(), () -> "helpless failure: " + failure);
    broken.add(rule.matches() ? rule.group(1) : clause.group(1));
    messages.add(event.getTestDescriptor().getDisplayName() + ": " + message);
  }

  /** Test a plugin, which may say that it keeps its content. */
  static Verdict of(Supplier<Plugin> plugin, boolean keepsContent, boolean tools) {
    PluginSubject.plugin = plugin;
    PluginSubject.keeps = keepsContent;
    return new Verdict(
        selectNestedClass(List.of(PluginSubject.class), PluginSubject.ThroughASocket.class), tools);
  }

  /** Test a plugin. */
  static Verdict of(Supplier<Plugin> plugin) {
    return of(plugin, false, false);
  }

  /** Test a plugin that does not answer, with the one chapter in which it does not. */
  static Verdict ofSilent(Supplier<Plugin> plugin, Class<?> chapter) {
    PluginSubject.plugin = plugin;
    PluginSubject.keeps = false;
    return new Verdict(
        selectNestedClass(
            List.of(PluginSubject.class, PluginSubject.ThroughASocket.class), chapter),
        false,
        PATIENCE);
  }

  /** Test a plugin whose handles are broken. */
  static Verdict ofHandle(Function<PluginHandle, PluginHandle> breaking) {
    return of(() -> plugin(device(), breaking));
  }

  /** Make a plugin that has no export of the name {@code missing}, and handles that are broken. */
  static ReferencePlugin plugin(
      ReferenceDevice device, Function<PluginHandle, PluginHandle> breaking) {
    return new ReferencePlugin(device) {
      @Override
      public PluginHandle open(OpenRequest request) throws IOException {
        if (request.exportName().equals("missing")) {
          throw new NbdException(NbdError.EINVAL, "there is no export 'missing'");
        }
        return breaking.apply(super.open(request));
      }
    };
  }

  /** Make a plugin that is correct. */
  static ReferencePlugin plugin(ReferenceDevice device) {
    return plugin(device, handle -> handle);
  }

  /** Test a server of ours, which has no export of the name {@code missing}. */
  static Verdict of(URI server) {
    ServerSubject.ours = true;
    ServerSubject.server = server;
    return new Verdict(selectClass(ServerSubject.class), false);
  }

  /** Test a server of ours with one chapter, where the others take long and find nothing. */
  static Verdict of(URI server, Class<?> chapter) {
    ServerSubject.ours = true;
    ServerSubject.server = server;
    return new Verdict(selectNestedClass(List.of(ServerSubject.class), chapter), false);
  }

  /** Test a server of ours that does not answer, with the one chapter in which it does not. */
  static Verdict ofSilent(URI server, Class<?> chapter) {
    ServerSubject.ours = true;
    ServerSubject.server = server;
    return new Verdict(selectNestedClass(List.of(ServerSubject.class), chapter), false, PATIENCE);
  }

  /** Test a server of others, of which not as much is known. */
  static Verdict ofForeign(URI server) {
    ServerSubject.ours = false;
    ServerSubject.server = server;
    return new Verdict(selectClass(ServerSubject.class), true);
  }

  /** Make a device with a hole in its middle. */
  static ReferenceDevice device() {
    ReferenceDevice device = new ReferenceDevice((1 << 20) + 512);
    nbdj.tck.Pattern content = new nbdj.tck.Pattern(99);
    for (int at = 0; at < device.size(); at += 128 << 10) {
      int count = (int) Math.min(64 << 10, device.size() - at);
      device.write(ByteBuffer.wrap(content.bytes(at, count)), at);
    }
    return device;
  }

  /** Assert that exactly some rules or sections are found broken. */
  Verdict breaks(String... expected) {
    assertEquals(new TreeSet<>(Set.of(expected)), broken, () -> String.join("\n", messages));
    return this;
  }

  /** Assert that a finding says something. */
  Verdict saying(String text) {
    assertTrue(
        messages.stream().anyMatch(message -> message.contains(text)),
        () -> "nobody says '%s':%n%s".formatted(text, String.join("\n", messages)));
    return this;
  }

  Set<String> succeeded() {
    return names(results.testEvents().succeeded());
  }

  Set<String> skipped() {
    return names(results.testEvents().aborted());
  }

  private static Set<String> names(Events events) {
    return events.stream()
        .map(event -> event.getTestDescriptor().getUniqueId().getLastSegment().getValue())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The plugin under test. */
  static final class PluginSubject extends PluginContract {
    private static Supplier<Plugin> plugin = () -> new ReferencePlugin(device());
    private static boolean keeps;

    @Override
    protected Plugin plugin() {
      return plugin.get();
    }

    @Override
    protected boolean keepsContent() {
      return keeps;
    }

    @Override
    protected Optional<String> missingExport() {
      return Optional.of("missing");
    }

    /** Its black box tests. */
    @Nested
    final class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(PluginSubject.this);
      }
    }
  }

  /** The server under test. */
  static final class ServerSubject extends ServerBlackBox {
    private static URI server = URI.create("nbd:///");
    private static boolean ours;

    @Override
    protected URI uri() {
      return server;
    }

    @Override
    protected Optional<String> missingExport() {
      return ours ? Optional.of("missing") : Optional.empty();
    }

    @Override
    protected boolean tellsAllocation() {
      return ours;
    }
  }
}
