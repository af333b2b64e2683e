package nbdj.cli;

import java.io.IOException;
import java.io.InputStream;

/** Stands in the place of a standard input that is the client's. */
final class ClientsInput extends InputStream {
  @Override
  public int read() throws IOException {
    throw new IOException("standard input belongs to the client (-s or LISTEN_FDS)");
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    return read();
  }
}
