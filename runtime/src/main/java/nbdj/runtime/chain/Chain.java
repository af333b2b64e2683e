package nbdj.runtime.chain;

import java.io.IOException;
import java.util.Map;
import java.util.SequencedMap;
import nbdj.api.ThreadModel;

/**
 * A plugin under any number of filters, from its loading to its unloading.
 *
 * <p>The methods from {@link #load} to {@link #afterFork} are called once each, in the order in
 * which they stand here, by one thread; {@link #config} as often as there are parameters. After a
 * failure of any of them only {@link #stop} may follow. {@link #connect} is for any thread, from
 * {@link #afterFork} to {@link #stop}.
 *
 * <p>A failure of a start phase is a {@link nbdj.api.ConfigException} where the command is wrong
 * and another {@link IOException} where the layer is; its message begins with the name of the
 * layer.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Chain {
  Chain(ChainBuilder builder) {}

  /** Begin a chain. */
  public static ChainBuilder builder() {
    return new ChainBuilder();
  }

  /** Load all layers, innermost first. */
  public void load() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Give a parameter to the outermost layer that declares it. */
  public void config(String key, String value) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Give a bare word: the value of the plugin's magic parameter. */
  public void configBare(String value) throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Describe each layer as configured, innermost first; needs no {@link #configComplete}. */
  public SequencedMap<String, Map<String, String>> dump() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Check that no required parameter is missing, and have each layer check its own. */
  public void configComplete() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Ask every layer for its thread model, the first time, and get the strictest. */
  public ThreadModel threadModel() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Have all layers acquire what they need, innermost first. */
  public void getReady() throws IOException {
    throw new UnsupportedOperationException();
  }

  /** Start all layers, innermost first; the server is ready when this returns. */
  public void afterFork() throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Accept a client. Runs {@code preconnect} of the layers; no byte has been exchanged yet.
   *
   * @param tls the connection is encrypted
   * @throws IOException if a layer drops the client
   */
  public Client connect(boolean tls) throws IOException {
    throw new UnsupportedOperationException();
  }

  /**
   * Refuse new clients and opens, and wake the connections that wait for the only handle of a layer
   * under {@link ThreadModel#SERIALIZE_CONNECTIONS}: they fail with {@code ESHUTDOWN}. Open handles
   * go on working. Call it before waiting for connections to end; {@link #stop} does it too.
   */
  public void beginStop() {}

  /**
   * End all that is due, on every path, also after a failed start: release what clients still hold,
   * clean up outermost layer first, close the handles that filters leaked, unload innermost first.
   * No operation may be running in any handle. Failures are logged. The second call does nothing.
   */
  public void stop() {}
}
