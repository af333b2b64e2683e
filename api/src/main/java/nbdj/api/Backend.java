package nbdj.api;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The layer below a filter, as a whole: what the filter's server-wide callbacks see of it.
 *
 * <p>One object for the life of the chain. {@code config} and {@code configComplete} are for the
 * callbacks of the same name; the others work from {@code afterFork} to {@code cleanup}, on any
 * thread.
 *
 * @since 0.1
 */
public interface Backend {
  /** Get the name of the layer, for messages. */
  String name();

  /** Pass a parameter on. */
  void config(String key, String value) throws IOException;

  /** Check the parameters of the layers below. */
  void configComplete() throws IOException;

  /** Ask the layers below to accept a client. */
  void preconnect(boolean readOnly) throws IOException;

  /** List the exports of the layer. */
  List<Export> listExports(boolean readOnly, boolean tls) throws IOException;

  /** Get the name that the empty name stands for in the layer. */
  Optional<String> defaultExport(boolean readOnly, boolean tls) throws IOException;

  /**
   * Open a handle of the layer that belongs to the caller.
   *
   * <p>The result is open but not prepared: {@link Next#prepare} comes next. The empty name stands
   * for the layer's default export. See rules O-1 to O-10 of {@link Context}.
   *
   * @param readOnly nothing will be written; a read-only server makes every handle read-only
   * @param exportName the export, {@code ""} for the default one
   * @param shared the handle outlives the connection on whose behalf it is opened, if any, and is
   *     lent to others
   * @return the open handle, to be closed with {@link Next#close} by {@code cleanup} at the latest
   */
  Next open(boolean readOnly, String exportName, boolean shared) throws IOException;

  /**
   * Ask the server to stop, as rule L-22 has it.
   *
   * <p>Not possible where a layer is run by something that is no server; then nothing happens.
   */
  default void requestStop() {}
}
