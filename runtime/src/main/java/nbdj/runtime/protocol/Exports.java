package nbdj.runtime.protocol;

import java.io.IOException;
import java.util.List;
import nbdj.api.Export;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.runtime.chain.Client;
import org.jspecify.annotations.Nullable;

/**
 * The exports that one client asks about during its handshake.
 *
 * <p>The one asked about last stays open, so that INFO and the GO that follows share a handle.
 */
final class Exports {
  private final Client client;
  private @Nullable Served open;

  Exports(Client client) {
    this.client = client;
  }

  List<Export> list() throws OptionException {
    try {
      return client.listExports();
    } catch (IOException e) {
      throw refusal(e, Wire.REP_ERR_PLATFORM);
    }
  }

  /** Release what is open. */
  void release() {
    Served last = open;
    open = null;
    if (last != null) {
      client.release(last.next());
    }
  }

  /** Open an export, or get it if it is the one asked about last; any other is released. */
  Served open(String name) throws OptionException {
    Served last = open;
    if (last != null && last.requestedName().equals(name)) {
      return last;
    }
    release();
    try {
      Served served = ask(name, client.open(name));
      open = served;
      return served;
    } catch (IOException e) {
      throw refusal(e, Wire.REP_ERR_UNKNOWN);
    }
  }

  /** Get the metadata contexts that the layers of an export define. */
  List<String> metaContexts(String name) throws OptionException {
    try {
      return open(name).next().metaContexts();
    } catch (IOException e) {
      throw refusal(e, Wire.REP_ERR_UNKNOWN);
    }
  }

  private Served ask(String name, Next next) throws IOException {
    try {
      return Served.of(name, next);
    } catch (IOException | RuntimeException | Error e) {
      client.release(next);
      throw e;
    }
  }

  private static OptionException refusal(IOException failure, int otherwise) {
    int type = failure instanceof NbdException nbd ? replyType(nbd.error(), otherwise) : otherwise;
    return new OptionException(type, Text.of(failure));
  }

  private static int replyType(NbdError error, int otherwise) {
    return switch (error) {
      case EPERM -> Wire.REP_ERR_POLICY;
      case ESHUTDOWN -> Wire.REP_ERR_SHUTDOWN;
      case EIO, ENOMEM, EINVAL, ENOSPC, EOVERFLOW, ENOTSUP -> otherwise;
    };
  }
}
