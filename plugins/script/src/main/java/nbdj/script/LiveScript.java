package nbdj.script;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.ConfigException;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running script that follows its file: whoever comes after a change gets the new version, and
 * whoever is there keeps the old one, which ends with its last client.
 *
 * <p>Safe for use by many threads.
 */
final class LiveScript {
  /** A callback of a script. */
  @FunctionalInterface
  interface Call<T> {
    T run(Script script) throws IOException;
  }

  /** A parameter that the script was given. */
  private record Setting(String key, String value) {}

  /** One version of the script. */
  private static final class Version {
    private final Source source;
    private final Script script;

    /** How many calls and handles use it; guarded by the lock. */
    private int users;

    private Version(Source source, Script script) {
      this.source = source;
      this.script = script;
    }
  }

  private static final Logger log = LoggerFactory.getLogger(LiveScript.class);

  private final Recipe recipe;
  private final List<Setting> settings = new ArrayList<>();
  private boolean follows;
  private ThreadModel model = ThreadModel.PARALLEL;

  /**
   * Guards what follows. It is held while a changed file is compiled: those who come meanwhile need
   * the result, and nobody else takes it but to leave.
   */
  private final ReentrantLock lock = new ReentrantLock();

  private Version current;

  /** The changed file that was refused last; {@code null} if there is none or it was not read. */
  private @Nullable Source refused;

  /** What the last refusal said; {@code ""} if the file is good. */
  private String refusal = "";

  /** Start with the file as it is now, loaded. */
  LiveScript(Recipe recipe) throws IOException {
    this.recipe = recipe;
    Source source = recipe.read();
    this.current = new Version(source, recipe.make(source));
  }

  /** Get the script as it is now; while clients are served it may be replaced at any time. */
  Script now() {
    lock.lock();
    try {
      return current.script;
    } finally {
      lock.unlock();
    }
  }

  /** Give the script a parameter, and every later version of it too. */
  void config(String key, String value) throws IOException {
    now().config(key, value);
    settings.add(new Setting(key, value));
  }

  /**
   * Say how the server runs.
   *
   * @param follows changes of the file are looked for
   * @param model the thread model, which no version may be stricter than
   */
  void getReady(boolean follows, ThreadModel model) throws IOException {
    this.follows = follows;
    this.model = model;
    now().getReady(model);
  }

  /** Make a call that serves a client, with the script as its file is now. */
  <T> T call(Call<T> call) throws IOException {
    return call(call, follows);
  }

  /**
   * Ask the script to accept a client. A changed file waits for the client's first question: a
   * refusal here would drop the client without a word of what is wrong.
   */
  void preconnect(boolean readOnly) throws IOException {
    call(
        running -> {
          running.preconnect(readOnly);
          return true;
        },
        false);
  }

  private <T> T call(Call<T> call, boolean refresh) throws IOException {
    Version version = enter(refresh);
    try {
      return call.run(version.script);
    } finally {
      leave(version);
    }
  }

  /** Open a handle of the script as its file is now. */
  PluginHandle open(OpenRequest request) throws IOException {
    Version version = enter(follows);
    boolean opened = false;
    try {
      PluginHandle handle = version.script.open(request, () -> leave(version));
      opened = true;
      return handle;
    } finally {
      if (!opened) {
        leave(version);
      }
    }
  }

  /**
   * Get the version for a new call or client.
   *
   * @param refresh look at the file first
   * @throws NbdException if the file has changed and is no script any more
   */
  private Version enter(boolean refresh) throws NbdException {
    Version replaced = null;
    lock.lock();
    try {
      Version before = current;
      if (refresh) {
        refresh();
      }
      current.users++;
      if (before != current && before.users == 0) {
        replaced = before;
      }
      return current;
    } finally {
      lock.unlock();
      if (replaced != null) {
        end(replaced.script, true);
      }
    }
  }

  private void leave(Version version) {
    boolean last;
    lock.lock();
    try {
      version.users--;
      last = version.users == 0 && version != current;
    } finally {
      lock.unlock();
    }
    if (last) {
      end(version.script, true);
    }
  }

  private void refresh() throws NbdException {
    Source now = read();
    if (now.equals(refused)) {
      throw new NbdException(NbdError.EIO, refusal);
    }
    if (!now.equals(current.source)) {
      try {
        current = new Version(now, renewed(now));
      } catch (IOException e) {
        throw refuse(now, e);
      }
      log.info("script: {} has changed and was compiled", recipe.value());
    }
    refused = null;
    refusal = "";
  }

  private Source read() throws NbdException {
    try {
      return recipe.read();
    } catch (IOException e) {
      throw refuse(null, e);
    }
  }

  /** Make the refusal of a client, and log it once for each change of the file. */
  private NbdException refuse(@Nullable Source tried, IOException failure) {
    List<String> lines = String.valueOf(failure.getMessage()).lines().toList();
    String first = String.join(": ", lines.subList(0, Math.min(2, lines.size())));
    String message = recipe.value() + ": " + first;
    if (tried != null || !message.equals(refusal)) {
      log.error("script: {}: {}", recipe.value(), lines.getFirst());
      lines.stream().skip(1).forEach(line -> log.error("{}", line));
    }
    refused = tried;
    refusal = message;
    return new NbdException(NbdError.EIO, message, failure);
  }

  /** Start a version as the server was started. */
  private Script renewed(Source source) throws IOException {
    Script script = recipe.make(source);
    boolean started = false;
    boolean done = false;
    try {
      for (Setting setting : settings) {
        declaration(script, setting.key()).check(setting.value());
        script.config(setting.key(), setting.value());
      }
      checkRequired(script);
      script.configComplete();
      checkModel(script.threadModel());
      script.getReady(model);
      started = true;
      script.afterFork();
      done = true;
      return script;
    } finally {
      if (!done) {
        end(script, started);
      }
    }
  }

  private static Parameter declaration(Script script, String key) throws ConfigException {
    return script.parameters().stream()
        .filter(parameter -> parameter.name().equals(key))
        .findFirst()
        .orElseThrow(() ->
            new ConfigException(
                "the parameter %s is no longer declared (start the server again)".formatted(key)));
  }

  private void checkRequired(Script script) throws ConfigException {
    for (Parameter parameter : script.parameters()) {
      boolean given = settings.stream().anyMatch(set -> set.key().equals(parameter.name()));
      if (parameter.isRequired() && !given) {
        throw new ConfigException(
            "the parameter %s is missing (start the server again, with %1$s=...)"
                .formatted(parameter.name()));
      }
    }
  }

  private void checkModel(ThreadModel wanted) throws ConfigException {
    if (wanted.compareTo(model) < 0) {
      throw new ConfigException(
          "the thread model %s is stricter than %s, with which the server runs (start it again)"
              .formatted(wanted, model));
    }
  }

  /** End a script that no callback of the server's will end. */
  private static void end(Script script, boolean started) {
    Guard.Action cleanup = started ? script::cleanup : () -> {};
    for (Guard.Action step : List.of(cleanup, script::unload, script::close)) {
      try {
        step.run();
      } catch (Throwable t) {
        log.error("script: a replaced script failed to end", t);
      }
    }
  }
}
