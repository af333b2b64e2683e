package nbdj.script;

import java.io.IOException;

/**
 * How a script is made of its file.
 *
 * @param value the file as the command names it, {@code -} for standard input
 * @param classPath what the script may use; not added to any more
 * @param compilation the way to compile
 */
record Recipe(String value, ClassPath classPath, Compilation compilation) {
  /** Read the file. */
  Source read() throws IOException {
    return Source.read(value);
  }

  /**
   * Compile a source, make its plugin and load it.
   *
   * @throws nbdj.api.ConfigException if it is no script
   * @throws IOException if code of the script failed
   */
  Script make(Source source) throws IOException {
    Script script = ScriptForm.instantiate(compilation.compile(source, classPath), classPath);
    try {
      script.load();
      return script;
    } catch (IOException e) {
      try {
        script.close();
      } catch (IOException onClose) {
        e.addSuppressed(onClose);
      }
      throw e;
    }
  }
}
