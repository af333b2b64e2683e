package nbdj.script;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Compiles each text once, for tests that start one script many times. */
final class CachedCompilation implements Compilation {
  private static final Map<Source, CompiledScript> COMPILED = new ConcurrentHashMap<>();

  @Override
  public CompiledScript compile(Source source, ClassPath classPath) throws IOException {
    CompiledScript before = COMPILED.get(source);
    if (before != null) {
      return before;
    }
    CompiledScript compiled = SystemCompilation.compile(source, classPath);
    COMPILED.put(source, compiled);
    return compiled;
  }
}
