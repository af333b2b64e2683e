package nbdj.script;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import nbdj.api.ConfigException;

/** Compiles with the compiler of the Java that runs this, if it has one. */
final class SystemCompilation {
  /** The compiler recurs with the nesting of the source; the server's own stacks are small. */
  private static final long STACK = 16 << 20;

  private SystemCompilation() {}

  /** See {@link Compilation#compile}. */
  static CompiledScript compile(Source source, ClassPath classPath) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new IOException(
          "the Java at %s has no compiler: run nbdj on a JDK (set NBDJ_JAVA_HOME)"
              .formatted(System.getProperty("java.home")));
    }
    // Named only here: its class needs the compiler's to be loaded.
    FutureTask<CompiledScript> task =
        new FutureTask<>(() -> new ScriptCompiler(compiler, source, classPath).compile());
    // It ends before this call does, so it is no thread of the server's (rule L-6).
    new Thread(null, task, "nbdj-script-compiler", STACK).start();
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while compiling", e);
    } catch (ExecutionException e) {
      throw failure(Objects.requireNonNullElse(e.getCause(), e));
    }
  }

  private static IOException failure(Throwable cause) {
    if (cause instanceof IOException said) {
      return said;
    }
    for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
      if (inner instanceof StackOverflowError) {
        return new ConfigException("nested too deeply for the compiler", cause);
      }
    }
    return new IOException("the compiler failed: " + cause, cause);
  }
}
