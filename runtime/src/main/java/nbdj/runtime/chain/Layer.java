package nbdj.runtime.chain;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import nbdj.api.Export;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One place in a chain: a plugin or a filter, its server-wide callbacks and the rules about them.
 *
 * <p>The callbacks of start and stop are called by one thread at a time; what serves clients by any
 * thread.
 */
abstract sealed class Layer permits PluginLayer, FilterLayer {
  private static final Logger LOG = LoggerFactory.getLogger(Layer.class);

  private final String name;
  private final ChainSettings settings;
  private final Faults faults;
  private final @Nullable ClassLoader loader;
  private final ConnectionSlot slot;

  /** Held by the thread inside any callback of a layer that takes one call at a time (T-3). */
  private final ReentrantLock oneCall = new ReentrantLock();

  /** The layer above, whose fault a wrong request is; {@code null} for the outermost. */
  private @Nullable Layer above;

  private @Nullable LayerParameters parameters;
  private @Nullable ThreadModel model;
  private boolean loaded;
  private boolean configComplete;
  private boolean started;

  Layer(String name, Object instance, ChainSettings settings) {
    this.name = name;
    this.settings = settings;
    this.faults = new Faults(name);
    this.loader = instance.getClass().getClassLoader();
    this.slot = new ConnectionSlot(name);
  }

  final String name() {
    return name;
  }

  final ChainSettings settings() {
    return settings;
  }

  final Faults faults() {
    return faults;
  }

  final void setAbove(Layer above) {
    this.above = above;
  }

  /** Get where to keep the faults of whoever calls this layer. */
  final Faults callerFaults() {
    return above != null ? above.faults : settings.clientFaults();
  }

  final ConnectionSlot slot() {
    return slot;
  }

  /** Get the parameters, which {@link #declare} has read. */
  final LayerParameters parameters() {
    if (parameters == null) {
      throw new IllegalStateException(name + ": parameters are known from load on");
    }
    return parameters;
  }

  /** Get the model of this layer and all below, known from {@link #decideModel} on. */
  final ThreadModel model() {
    if (model == null) {
      throw new IllegalStateException(
          name + ": nothing is opened before the thread model is known");
    }
    return model;
  }

  // The callbacks themselves; what they throw is dealt with here.

  abstract @Nullable Layer belowOrNull();

  abstract List<Parameter> callParameters();

  abstract void callLoad() throws IOException;

  abstract void callConfig(String key, String value) throws IOException;

  abstract void callConfigComplete() throws IOException;

  abstract ThreadModel callThreadModel() throws IOException;

  abstract Map<String, String> callDump() throws IOException;

  abstract Map<String, String> callInspect(LayerAction startBelow) throws IOException;

  abstract void callGetReady(ThreadModel model) throws IOException;

  abstract void callAfterFork() throws IOException;

  abstract void callPreconnect(boolean readOnly) throws IOException;

  abstract List<Export> callListExports(boolean readOnly, boolean tls) throws IOException;

  abstract Optional<String> callDefaultExport(boolean readOnly, boolean tls) throws IOException;

  abstract LayerContext callOpen(OpenRequest request, Owner owner) throws IOException;

  abstract void callCleanup() throws IOException;

  /** End what outlived the layer's cleanup. */
  abstract void afterCleanup();

  abstract void callUnload() throws IOException;

  // Start.

  final void declare() throws IOException {
    parameters = start("parameters", () -> new LayerParameters(name, callParameters()));
  }

  final void load() throws IOException {
    startAction("load", this::callLoad);
    loaded = true;
  }

  /** Give the layer a parameter that it declares. */
  final void config(Parameter parameter, String value) throws IOException {
    if (configComplete) {
      throw new IllegalStateException(
          "config of %s after its configComplete (rule L-2)".formatted(name));
    }
    parameters().accept(parameter, value);
    try {
      inLayer(() -> {
        callConfig(parameter.name(), value);
        return true;
      });
    } catch (Throwable t) {
      throw StartFailure.of(parameters().describe(parameter, value), "config", t);
    }
    startAction("parameters", () -> parameters().declare(callParameters()));
  }

  final void configComplete() throws IOException {
    if (configComplete) {
      throw new IllegalStateException(
          "configComplete of %s is called once (rule L-3)".formatted(name));
    }
    configComplete = true;
    parameters().checkRequired();
    startAction("configComplete", this::callConfigComplete);
  }

  /** Have the layer tell its model, unless it was started to be looked at, and so has. */
  final void decideModel() throws IOException {
    if (model != null) {
      return;
    }
    ThreadModel own = start("threadModel", this::callThreadModel);
    Layer below = belowOrNull();
    model = below == null ? own : own.min(below.model());
  }

  final Map<String, String> dump() throws IOException {
    return start("dump", this::callDump);
  }

  /**
   * Have the layer describe what lies below it.
   *
   * @param startBelow starts all layers below, for a layer that asks for it
   */
  final Map<String, String> inspect(LayerAction startBelow) throws IOException {
    return start("inspect", () -> callInspect(startBelow));
  }

  final void getReady(ThreadModel chainModel) throws IOException {
    startAction("getReady", () -> callGetReady(chainModel));
  }

  final void afterFork() throws IOException {
    started = true;
    startAction("afterFork", this::callAfterFork);
  }

  // Service.

  final void preconnect(boolean readOnly) throws IOException {
    serve("preconnect", () -> callPreconnect(settings.readOnly() || readOnly));
  }

  final List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
    List<Export> exports =
        oneAtATime("listExports", () -> callListExports(settings.readOnly() || readOnly, tls));
    if (exports.size() > Export.MAX_EXPORTS) {
      throw faults.violation(
          "N-2",
          "listExports returned %d exports, more than %d"
              .formatted(exports.size(), Export.MAX_EXPORTS));
    }
    return serveResult("listExports", () -> List.copyOf(exports));
  }

  final Optional<String> defaultExport(boolean readOnly, boolean tls) throws IOException {
    Optional<String> export =
        oneAtATime("defaultExport", () -> callDefaultExport(settings.readOnly() || readOnly, tls));
    if (export.isPresent() && !ExportNames.allowed(export.get())) {
      throw faults.violation(
          "N-1",
          "defaultExport returned a name with a NUL, half of a surrogate pair or more than %d bytes"
              .formatted(Export.MAX_STRING));
    }
    return export;
  }

  /**
   * Open a handle of this layer and what it opens below.
   *
   * @param exportName {@code ""} for the default export (rule N-3)
   */
  final LayerContext open(Owner owner, boolean readOnly, String exportName) throws IOException {
    if (!ExportNames.allowed(exportName)) {
      throw callerFaults()
          .violation(
              NbdError.EINVAL,
              "N-1",
              "an export name has a NUL, half of a surrogate pair or more than 4096 bytes");
    }
    String export = exportName.isEmpty() ? requireDefaultExport(owner.tls()) : exportName;
    OpenRequest request =
        new OpenRequest(
            settings.readOnly() || readOnly, export, owner.tls(), owner.shared(), owner.peer());
    boolean alone = model() == ThreadModel.SERIALIZE_CONNECTIONS;
    if (alone) {
      slot.acquire(owner);
    }
    boolean opened = false;
    try {
      LayerContext context = oneAtATime("open", () -> callOpen(request, owner));
      opened = true;
      return context;
    } finally {
      if (alone && !opened) {
        slot.release();
      }
    }
  }

  /** Let the next connection in, where only one handle is open at a time. */
  final void leaveSlot() {
    if (model() == ThreadModel.SERIALIZE_CONNECTIONS) {
      slot.release();
    }
  }

  /** Make the lock that a new handle's callbacks are called under; none for a parallel layer. */
  final @Nullable Lock newGate() {
    return switch (model()) {
      case SERIALIZE_CONNECTIONS, SERIALIZE_ALL_REQUESTS -> oneCall;
      case SERIALIZE_REQUESTS -> new ReentrantLock();
      case PARALLEL -> null;
    };
  }

  private String requireDefaultExport(boolean tls) throws IOException {
    return defaultExport(false, tls)
        .orElseThrow(() ->
            new NbdException(NbdError.EINVAL, "there is no default export (ask for one by name)"));
  }

  // Stop.

  /** Clean up, if the layer was started; failures are logged. */
  final void cleanup() {
    if (started) {
      started = false;
      end("cleanup", this::callCleanup);
      afterCleanup();
    }
  }

  /** Unload, if the layer was loaded; failures are logged. */
  final void unload() {
    if (loaded) {
      loaded = false;
      end("unload", this::callUnload);
    }
  }

  private void end(String callback, LayerAction action) {
    try {
      inLayer(() -> {
        action.run();
        return true;
      });
    } catch (Throwable t) {
      LOG.error("{}: {} failed: {}", name, callback, Faults.describe(t), t);
    }
  }

  // Calling.

  /** Run a callback that serves a client, and contain what it throws. */
  final void serve(String callback, LayerAction action) throws NbdException {
    try {
      inLayer(() -> {
        action.run();
        return true;
      });
    } catch (Throwable t) {
      throw faults.contain(callback, t);
    }
  }

  /** Run a callback that serves a client, contain what it throws and see that it has a result. */
  final <T> T serveResult(String callback, LayerCall<T> call) throws NbdException {
    T result;
    try {
      result = inLayer(call);
    } catch (Throwable t) {
      throw faults.contain(callback, t);
    }
    if (result == null) {
      throw faults.violation("X-5", callback + " returned null");
    }
    return result;
  }

  private <T> T oneAtATime(String callback, LayerCall<T> call) throws NbdException {
    if (model().compareTo(ThreadModel.SERIALIZE_ALL_REQUESTS) > 0) {
      return serveResult(callback, call);
    }
    oneCall.lock();
    try {
      return serveResult(callback, call);
    } finally {
      oneCall.unlock();
    }
  }

  private <T> T start(String callback, LayerCall<T> call) throws IOException {
    T result;
    try {
      result = inLayer(call);
    } catch (Throwable t) {
      throw StartFailure.of(name, callback, t);
    }
    if (result == null) {
      throw StartFailure.of(name, callback, new IOException(callback + " returned null"));
    }
    return result;
  }

  private void startAction(String callback, LayerAction action) throws IOException {
    start(
        callback,
        () -> {
          action.run();
          return true;
        });
  }

  /** Run a callback with the layer's own class loader as the thread's (rule L-18). */
  private <T> T inLayer(LayerCall<T> call) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return call.run();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
