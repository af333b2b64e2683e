package nbdj.runtime.chain;

import java.io.IOException;
import java.util.List;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;

/** Starts the inner layers of a chain for a filter that looks at them. Used by one thread. */
final class LookBelow {
  private @Nullable IOException failure;

  /**
   * Start layers that are not started yet.
   *
   * @param layers all below a filter, innermost first; once some are started, the same or fewer
   * @throws nbdj.api.ConfigException if one of them lacks a parameter, in which case none is called
   * @throws IOException if they cannot be started, now or before
   */
  void start(List<Layer> layers) throws IOException {
    if (failure != null) {
      throw failure;
    }
    for (Layer layer : layers) {
      layer.parameters().checkRequired();
    }
    try {
      run(layers);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  private static void run(List<Layer> layers) throws IOException {
    layers.getLast().configComplete();
    for (Layer layer : layers) {
      layer.decideModel();
    }
    ThreadModel model = layers.getLast().model();
    for (Layer layer : layers) {
      layer.getReady(model);
    }
    for (Layer layer : layers) {
      layer.afterFork();
    }
  }
}
