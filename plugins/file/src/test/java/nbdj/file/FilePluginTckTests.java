package nbdj.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.tck.Pattern;
import nbdj.tck.PluginContract;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class FilePluginTckTests {
  private static final byte[] CONTENT = new Pattern(1).bytes(0, 1_000_003);

  /** What all have in common. */
  abstract static class FileContract extends PluginContract {
    @TempDir Path folder;

    @Override
    protected Plugin plugin() {
      return new FilePlugin();
    }
  }

  /** A file of odd size. */
  @Nested
  class OneFile extends FileContract {
    @BeforeEach
    void makeFile() throws IOException {
      Files.write(folder.resolve("disk.img"), CONTENT);
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("file", folder.resolve("disk.img").toString());
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return Optional.of(CONTENT);
    }

    @Override
    protected boolean keepsContent() {
      return true;
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(OneFile.this);
      }
    }
  }

  /** A file with the portable means of the JDK alone. */
  @Nested
  class OnOtherSystems extends OneFile {
    @Override
    protected Plugin plugin() {
      return new FilePlugin(SystemControls.PORTABLE);
    }
  }

  /** A sparse file of many GiB. */
  @Nested
  class SparseFile extends FileContract {
    @BeforeEach
    void makeFile() throws IOException {
      try (FileChannel file =
          FileChannel.open(
              folder.resolve("disk.img"),
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.SPARSE,
              StandardOpenOption.WRITE)) {
        file.write(ByteBuffer.wrap(CONTENT), (5L << 30) - CONTENT.length);
      }
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("file", folder.resolve("disk.img").toString(), "cache", "none");
    }
  }

  /** The files of a folder by their names. */
  @Nested
  class Folder extends FileContract {
    @BeforeEach
    void makeFiles() throws IOException {
      Files.write(folder.resolve("disk.img"), CONTENT);
      Files.write(folder.resolve("other.img"), new byte[] {1});
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("dir", folder.toString());
    }

    @Override
    protected String exportName() {
      return "disk.img";
    }

    @Override
    protected Optional<String> missingExport() {
      return Optional.of("none.img");
    }
  }
}
