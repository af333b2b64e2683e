package nbdj.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import nbdj.api.ConfigException;

/** What a file holds when it is put on the disk. */
final class FileContent implements Content {
  private static final int PART = 64 << 10;

  private final Path path;
  private final long size;

  FileContent(Path path) throws IOException {
    this.path = path;
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      throw new ConfigException("<%s: no file that can be read".formatted(path));
    }
    this.size = Files.size(path);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void put(long from, long to, long offset, Target target) throws IOException {
    byte[] part = new byte[(int) Math.min(PART, to - from)];
    try (InputStream in = Files.newInputStream(path)) {
      in.skipNBytes(from);
      for (long at = from; at < to; ) {
        int count = in.readNBytes(part, 0, (int) Math.min(part.length, to - at));
        if (count == 0) {
          throw new IOException("%s: has become shorter".formatted(path));
        }
        target.write(offset + at - from, part, 0, count);
        at += count;
      }
    }
  }
}
