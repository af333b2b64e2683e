package nbdj.runtime.chain;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import nbdj.api.Export;
import nbdj.api.Next;
import nbdj.api.ThreadModel;

/**
 * What the chain is to one connection.
 *
 * <p>Used by the connection's own thread, except for the handles it opens: those take requests from
 * any thread.
 */
public interface Client extends AutoCloseable {
  /** Get the final thread model of the chain. */
  ThreadModel threadModel();

  /**
   * Note that the connection is encrypted from now on, with nothing open.
   *
   * @param name the subject of the client's certificate, if it was asked for one
   */
  void secure(Optional<String> name);

  /** List the exports of the outermost layer. */
  List<Export> listExports() throws IOException;

  /** Get what the empty name stands for in the outermost layer. */
  Optional<String> defaultExport() throws IOException;

  /**
   * Open and prepare an export through all layers.
   *
   * @param exportName the name; {@code ""} is replaced by the default export
   * @throws nbdj.api.NbdException with a message for the client if it cannot be opened
   */
  Next open(String exportName) throws IOException;

  /**
   * Finalize and close what {@link #open} returned, with no operation running in it. Failures are
   * logged.
   */
  void release(Next export);

  /** Release what is still open and end the connection. Failures are logged. */
  @Override
  void close();
}
