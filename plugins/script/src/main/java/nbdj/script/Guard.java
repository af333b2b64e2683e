package nbdj.script;

import java.io.IOException;

/**
 * Runs the callbacks of one script with its own class loader as the thread's, and names the line of
 * whatever they throw. Safe for use by many threads.
 */
final class Guard {
  /** A callback with a result. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws Throwable;
  }

  /** A callback without a result. */
  @FunctionalInterface
  interface Action {
    void run() throws Throwable;
  }

  private final ClassLoader loader;
  private final Trouble trouble;

  Guard(ClassLoader loader, Trouble trouble) {
    this.loader = loader;
    this.trouble = trouble;
  }

  /** Run a callback that starts or stops the server. */
  <T> T start(Call<T> call) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return call.run();
    } catch (Throwable t) {
      throw trouble.atStart(t);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Run a callback that serves a client. */
  <T> T serve(Call<T> call) throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return call.run();
    } catch (Throwable t) {
      throw trouble.inService(t);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Run a callback without a result that starts or stops the server. */
  void startAction(Action action) throws IOException {
    start(() -> {
      action.run();
      return true;
    });
  }

  /** Run a callback without a result that serves a client. */
  void serveAction(Action action) throws IOException {
    serve(() -> {
      action.run();
      return true;
    });
  }
}
