package nbdj.runtime.server;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import nbdj.api.Peer;
import nbdj.api.ThreadModel;
import nbdj.runtime.chain.Chain;
import nbdj.runtime.chain.Client;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The chain of a server and the class loaders of its layers. */
final class Layers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Layers.class);

  private final Chain chain;
  private final List<Closeable> loaders;

  /**
   * @param loaders closed after the chain has ended
   */
  Layers(Chain chain, List<Closeable> loaders) {
    this.chain = chain;
    this.loaders = loaders;
  }

  Chain chain() {
    return chain;
  }

  ThreadModel threadModel() {
    try {
      return chain.threadModel();
    } catch (IOException e) {
      throw new IllegalStateException("the model of a running chain is known", e);
    }
  }

  Client connect(Peer peer) throws IOException {
    return chain.connect(false, peer);
  }

  void beginStop() {
    chain.beginStop();
  }

  /** End the chain and let go of the layers' code. */
  @Override
  public void close() {
    try {
      chain.stop();
    } finally {
      for (Closeable loader : loaders) {
        try {
          loader.close();
        } catch (IOException e) {
          log.error("cannot close a class loader", e);
        }
      }
    }
  }
}
