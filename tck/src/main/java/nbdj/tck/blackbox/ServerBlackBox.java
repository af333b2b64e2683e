package nbdj.tck.blackbox;

import java.io.IOException;
import java.net.URI;

/**
 * The black box tests of a server that runs already, whoever made it. Tests write to the export:
 * override {@link #writable} to keep some of it, and {@link #expectedContent} only if nothing in it
 * is writable.
 *
 * @since 0.1
 */
public abstract non-sealed class ServerBlackBox extends BlackBox {
  /** Made by JUnit. */
  protected ServerBlackBox() {}

  /** Get the URI of the export. */
  protected abstract URI uri();

  /** The URI names the export. */
  @Override
  protected final String exportName() {
    String path = uri().getPath();
    return path == null || path.isEmpty() ? "" : path.substring(1);
  }

  /** What a restart leaves cannot be told of a server that is not ours. */
  @Override
  protected final boolean keepsContent() {
    return false;
  }

  @Override
  final Served serve(boolean readOnly) throws IOException {
    Chapter.applies(!readOnly, "the server runs already, and cannot be made read-only");
    return new Served(uri(), null);
  }

  @Override
  final Served serveAgain() throws IOException {
    throw new IllegalStateException("the server is not ours to start");
  }
}
