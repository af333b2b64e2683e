package nbdj.tck;

import java.io.IOException;
import java.util.Map;
import nbdj.runtime.chain.Chain;

/** A step of the start of a chain, in their order. */
enum Phase {
  LOAD,
  CONFIG,
  CONFIG_COMPLETE,
  THREAD_MODEL,
  GET_READY,
  AFTER_FORK;

  void run(Chain chain, Map<String, String> config) throws IOException {
    switch (this) {
      case LOAD -> chain.load();
      case CONFIG -> {
        for (Map.Entry<String, String> parameter : config.entrySet()) {
          chain.config(parameter.getKey(), parameter.getValue());
        }
      }
      case CONFIG_COMPLETE -> chain.configComplete();
      case THREAD_MODEL -> chain.threadModel();
      case GET_READY -> chain.getReady();
      case AFTER_FORK -> chain.afterFork();
    }
  }
}
