package nbdj.runtime.chain;

import java.io.IOException;

/** A call of a layer's code that has no result. */
@FunctionalInterface
interface LayerAction {
  void run() throws IOException;
}
