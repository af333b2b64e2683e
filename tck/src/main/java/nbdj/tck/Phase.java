package nbdj.tck;

import java.io.IOException;
import java.util.List;
import nbdj.runtime.chain.Chain;

/** A step of the start of a chain, in their order. */
enum Phase {
  LOAD("load"),
  CONFIG("config"),
  CONFIG_COMPLETE("configComplete"),
  THREAD_MODEL("threadModel"),
  GET_READY("getReady"),
  AFTER_FORK("afterFork");

  private final String callback;

  Phase(String callback) {
    this.callback = callback;
  }

  /** Get the name of the callback that the step makes. */
  String callback() {
    return callback;
  }

  void run(Chain chain, List<Argument> arguments) throws IOException {
    switch (this) {
      case LOAD -> chain.load();
      case CONFIG -> {
        for (Argument argument : arguments) {
          give(chain, argument);
        }
      }
      case CONFIG_COMPLETE -> chain.configComplete();
      case THREAD_MODEL -> chain.threadModel();
      case GET_READY -> chain.getReady();
      case AFTER_FORK -> chain.afterFork();
    }
  }

  /** Give a chain a word of the command line. */
  static void give(Chain chain, Argument argument) throws IOException {
    if (argument.isBare()) {
      chain.configBare(argument.value());
    } else {
      chain.config(argument.key(), argument.value());
    }
  }
}
