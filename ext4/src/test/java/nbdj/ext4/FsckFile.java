package nbdj.ext4;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A file that holds one image after another for e2fsck to look at. For one thread. */
final class FsckFile implements Closeable {

  private static final Path MEMORY = Path.of("/dev/shm");

  private final Path path;
  private final FileChannel channel;

  /** What the file holds. */
  private PagedImage content;

  FsckFile(PagedImage image) throws IOException {
    boolean inMemory = Files.isDirectory(MEMORY) && Files.isWritable(MEMORY);
    path =
        inMemory
            ? Files.createTempFile(MEMORY, "nbdj-crash", ".img")
            : Files.createTempFile("nbdj-crash", ".img");
    channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    content = PagedImage.of(new byte[(int) image.size()]);
    channel.write(ByteBuffer.allocate(1), image.size() - 1);
    hold(image);
  }

  Path path() {
    return path;
  }

  /** Make the file hold an image. */
  void hold(PagedImage image) throws IOException {
    image.writeOver(channel, content);
    content = image.copy();
  }

  /** Take what the file holds after somebody has written to it. */
  PagedImage reread() throws IOException {
    content = content.rereadFrom(channel);
    return content.copy();
  }

  /** Check an image without changing it. */
  Tools.Result check(PagedImage image) throws IOException {
    hold(image);
    return Tools.run(List.of("e2fsck", "-fn", path.toString()));
  }

  /**
   * Return what remains of an image after e2fsck has replayed its journal and done nothing else.
   */
  PagedImage replay(PagedImage image) throws IOException {
    hold(image);
    Tools.Result result = Tools.run(List.of("e2fsck", "-y", "-E", "journal_only", path.toString()));
    if (result.exit() > 1) {
      throw new IOException("journal cannot be replayed: " + result.output());
    }
    return reread();
  }

  /** Return what remains of an image after e2fsck has repaired it. */
  PagedImage repair(PagedImage image) throws IOException {
    hold(image);
    Tools.run(List.of("e2fsck", "-fy", path.toString()));
    return reread();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    Files.delete(path);
  }
}
