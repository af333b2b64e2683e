package nbdj.ext4;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A filesystem image in a file.
 *
 * <p>Safe for use by several threads; none of them may be interrupted in a call, which would close
 * the file for all.
 *
 * @since 0.1
 */
public final class FileBlockDevice implements BlockDevice, Closeable {

  /** Bytes that are written at once to zero a range. */
  private static final int ZEROES = 1 << 16;

  private final FileChannel channel;
  private final long size;
  private final boolean readOnly;

  private FileBlockDevice(FileChannel channel, long size, boolean readOnly) {
    this.channel = channel;
    this.size = size;
    this.readOnly = readOnly;
  }

  /**
   * Open an image.
   *
   * @param image an existing file, whose length does not change while it is open
   * @param readOnly whether it is opened for reading only
   * @return the device, to be closed by the caller after the filesystem on it
   * @throws IOException if the file cannot be opened
   */
  public static FileBlockDevice open(Path image, boolean readOnly) throws IOException {
    Set<OpenOption> options =
        readOnly
            ? Set.of(StandardOpenOption.READ)
            : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileChannel channel = FileChannel.open(image, options);
    try {
      return new FileBlockDevice(channel, channel.size(), readOnly);
    } catch (IOException e) {
      try {
        channel.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  /**
   * Take an image that is open already.
   *
   * @param channel of an image whose length does not change; belongs to the device, which closes it
   * @param readOnly whether nothing may be written, as must be if the channel cannot
   * @return the device, to be closed by the caller after the filesystem on it
   * @throws IOException if the image's length cannot be told
   */
  public static FileBlockDevice on(FileChannel channel, boolean readOnly) throws IOException {
    return new FileBlockDevice(channel, channel.size(), readOnly);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean readOnly() {
    return readOnly;
  }

  @Override
  public void read(ByteBuffer dst, long offset) throws IOException {
    long position = offset;
    while (dst.hasRemaining()) {
      int some = channel.read(dst, position);
      if (some < 0) {
        throw new EOFException(
            "image ends at byte %d, %d bytes before the end of a read"
                .formatted(position, dst.remaining()));
      }
      position += some;
    }
  }

  @Override
  public void write(ByteBuffer src, long offset, boolean fua) throws IOException {
    long position = offset;
    while (src.hasRemaining()) {
      position += channel.write(src, position);
    }
    if (fua) {
      flush();
    }
  }

  @Override
  public void zero(long offset, long length, boolean fua) throws IOException {
    ByteBuffer zeroes = ByteBuffer.allocateDirect((int) Math.min(length, ZEROES));
    long position = offset;
    while (position < offset + length) {
      zeroes.clear().limit((int) Math.min(zeroes.capacity(), offset + length - position));
      position += channel.write(zeroes, position);
    }
    if (fua) {
      flush();
    }
  }

  @Override
  public void flush() throws IOException {
    channel.force(false);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
