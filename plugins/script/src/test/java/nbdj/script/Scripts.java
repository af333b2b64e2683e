package nbdj.script;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import nbdj.api.ConfigException;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;

/**
 * Scripts that tests write into a folder and serve without a server. Used by one thread.
 *
 * <p>The folder is taken out of all messages.
 */
final class Scripts implements AutoCloseable {
  /** What any compact script needs, on one line. */
  static final String NEEDED =
      "long size() { return 8; } void pread(ByteBuffer b, long o) { while (b.hasRemaining())"
          + " b.put((byte) o); } ";

  private final Path folder;
  private final ScriptPlugin plugin = new ScriptPlugin();

  private Scripts(Path folder) {
    this.folder = folder;
  }

  /** Give a script to a fresh plugin, and stop there. */
  static Scripts configured(Path folder, String file, String text) throws IOException {
    Scripts scripts = new Scripts(folder);
    scripts.plugin.load();
    scripts.plugin.config("script", write(folder, file, text).toString());
    return scripts;
  }

  /** Start a script. */
  static Scripts started(Path folder, String file, String text) throws IOException {
    return configured(folder, file, text).started();
  }

  /** Start the script that was given. */
  Scripts started() throws IOException {
    plugin.configComplete();
    plugin.getReady(plugin.threadModel());
    plugin.afterFork();
    return this;
  }

  /** Get the sentence, and the lines below it, with which a script is refused. */
  static String refusal(Path folder, String file, String text) {
    ConfigException refused =
        assertThrows(ConfigException.class, () -> configured(folder, file, text));
    return without(folder, refused);
  }

  /** Get the message of a script that fails while it starts, through no fault of the command. */
  static String failure(Path folder, String file, String text) {
    IOException failed = assertThrows(IOException.class, () -> configured(folder, file, text));
    assertThrows(
        ClassCastException.class, () -> ConfigException.class.cast(failed), failed::toString);
    return without(folder, failed);
  }

  /** Get the message of a failure without the folder. */
  static String without(Path folder, Throwable failure) {
    return String.valueOf(failure.getMessage()).replace(folder + "/", "");
  }

  /** Write a script. */
  static Path write(Path folder, String file, String text) throws IOException {
    return Files.writeString(folder.resolve(file), text);
  }

  /** Read some bytes of a handle as text. */
  static String read(PluginHandle handle, long offset, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(count);
    handle.pread(buffer, offset);
    return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
  }

  ScriptPlugin plugin() {
    return plugin;
  }

  /** Open the default export. */
  PluginHandle open() throws IOException {
    return plugin.open(OpenRequest.of(false, ""));
  }

  /** Get the model that the script asks for. */
  ThreadModel model() throws IOException {
    return plugin.threadModel();
  }

  /** Get a message that names a file of the folder. */
  String without(Throwable failure) {
    return without(folder, failure);
  }

  @Override
  public void close() throws IOException {
    plugin.unload();
  }
}
