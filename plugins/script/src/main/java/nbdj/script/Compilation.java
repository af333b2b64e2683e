package nbdj.script;

import java.io.IOException;

/** A way to compile scripts. */
@FunctionalInterface
interface Compilation {
  /**
   * Compile a script.
   *
   * @throws nbdj.api.ConfigException with the compiler's messages if the script has errors
   * @throws IOException if nothing can be compiled here
   */
  CompiledScript compile(Source source, ClassPath classPath) throws IOException;
}
