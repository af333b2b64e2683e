package nbdj.data;

import java.io.IOException;
import java.io.InputStream;
import nbdj.api.ConfigException;
import org.jspecify.annotations.Nullable;

/** What a shell command prints. It is run once, or once more for each slice of it. */
final class ScriptContent implements Content {
  /** The most that is kept of a command whose output nobody cuts. */
  private static final int MOST = 16 << 20;

  private final String command;
  private @Nullable Content all;

  ScriptContent(String command) {
    this.command = command;
  }

  private Content all() throws IOException {
    if (all == null) {
      byte[] bytes = run(MOST + 1);
      if (bytes.length > MOST) {
        throw new ConfigException(
            "<(%s): prints more than %d bytes (cut it: <(...)[:1M])".formatted(command, MOST));
      }
      all = new Bytes(bytes);
    }
    return all;
  }

  @Override
  public Content first(long most) throws IOException {
    if (most > MOST) {
      return new Slice(this, 0, Math.min(most, size()));
    }
    return new Bytes(run((int) most));
  }

  /** Run the command, and get the first bytes it prints; it is ended when there are that many. */
  private byte[] run(int most) throws IOException {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      byte[] bytes = out.readNBytes(most);
      // One that has more to print cannot end by itself.
      if (bytes.length < most && process.waitFor() != 0) {
        throw new ConfigException(
            "<(%s): the command ended with %d".formatted(command, process.exitValue()));
      }
      return bytes;
    } catch (InterruptedException e) {
      throw new IOException("interrupted while a command ran", e);
    } finally {
      process.destroyForcibly();
    }
  }

  @Override
  public long size() throws IOException {
    return all().size();
  }

  @Override
  public void put(long from, long to, long offset, Target target) throws IOException {
    all().put(from, to, offset, target);
  }
}
