package nbdj.ext2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import nbdj.tck.Pattern;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class Ext2FilterTckTests {
  private static final byte[] CONTENT = new Pattern(1).bytes(0, 600_003);
  private static final int DEVICE_SIZE = 8 << 20;

  @TempDir static Path folder;

  @BeforeAll
  static void makeImages() throws IOException, InterruptedException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.write(Files.createDirectory(root.resolve("images")).resolve("disk.img"), CONTENT);
    for (String type : new String[] {"ext2", "ext3", "ext4"}) {
      makeImage(type, root, folder.resolve(type));
    }
  }

  private static void makeImage(String type, Path root, Path image)
      throws IOException, InterruptedException {
    Files.write(image, new byte[DEVICE_SIZE]);
    ProcessBuilder mke2fs =
        new ProcessBuilder(
            "mke2fs",
            "-q",
            "-F",
            "-t",
            type,
            "-b",
            "1024",
            "-d",
            root.toString(),
            image.toString());
    mke2fs.environment().merge("PATH", "/sbin:/usr/sbin", (path, sbin) -> path + ":" + sbin);
    Process process;
    try {
      process = mke2fs.redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "requires mke2fs: " + e.getMessage());
      throw e;
    }
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  /** A file inside an image. */
  abstract static class FileInside extends FilterContract {
    private final String type;

    FileInside(String type) {
      this.type = type;
    }

    @Override
    protected Filter filter() {
      return new Ext2Filter();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("ext2file", "/images/disk.img");
    }

    @Override
    protected long deviceSize() {
      return DEVICE_SIZE;
    }

    @Override
    protected void fill(ReferenceDevice device) throws IOException {
      device.write(ByteBuffer.wrap(Files.readAllBytes(folder.resolve(type))), 0);
    }

    @Override
    protected boolean preservesContent() {
      return false;
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return Optional.of(CONTENT);
    }
  }

  @Nested
  class Ext2 extends FileInside {
    Ext2() {
      super("ext2");
    }
  }

  @Nested
  class Ext3 extends FileInside {
    Ext3() {
      super("ext3");
    }
  }

  @Nested
  class Ext4 extends FileInside {
    Ext4() {
      super("ext4");
    }
  }

  @Nested
  class Ext4ByExportName extends FileInside {
    Ext4ByExportName() {
      super("ext4");
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("ext2file", "exportname");
    }

    @Override
    protected String exportName() {
      return "images/disk.img";
    }

    @Override
    protected Optional<String> missingExport() {
      return Optional.of("images/none.img");
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(Ext4ByExportName.this);
      }
    }
  }
}
