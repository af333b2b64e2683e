package nbdj.ext2;

import java.io.IOException;
import java.io.RandomAccessFile;
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

  /** What a file holds that is mostly holes. */
  private static final byte[] SPARSE = sparse();

  private static final int DEVICE_SIZE = 8 << 20;

  @TempDir static Path folder;

  @BeforeAll
  static void makeImages() throws IOException, InterruptedException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.write(Files.createDirectory(root.resolve("images")).resolve("disk.img"), CONTENT);
    for (String name : new String[] {"sparse.img", "prepared.img"}) {
      try (RandomAccessFile file =
          new RandomAccessFile(root.resolve("images").resolve(name).toFile(), "rw")) {
        file.setLength(SPARSE.length);
        for (int at = 0; at < SPARSE.length; at += PIECE) {
          file.seek(at);
          file.write(SPARSE, at, DATA);
        }
      }
    }
    for (String type : new String[] {"ext2", "ext3", "ext4"}) {
      makeImage(type, root, folder.resolve(type));
    }
    // What is not data becomes space that was never written.
    Image.run(
        "debugfs",
        "-w",
        "-R",
        "fallocate images/prepared.img 0 %d".formatted(SPARSE.length / 1024 - 1),
        folder.resolve("ext4").toString());
  }

  private static final int PIECE = 100_000;
  private static final int DATA = 30_000;

  private static byte[] sparse() {
    byte[] content = new byte[6 * PIECE];
    for (int at = 0; at < content.length; at += PIECE) {
      System.arraycopy(CONTENT, at, content, at, DATA);
    }
    return content;
  }

  private static void makeImage(String type, Path root, Path image)
      throws IOException, InterruptedException {
    Files.write(image, new byte[DEVICE_SIZE]);
    Image.run(
        "mke2fs", "-q", "-F", "-t", type, "-b", "1024", "-d", root.toString(), image.toString());
  }

  /** A file inside an image. */
  abstract static class FileInside extends FilterContract {
    private final String type;
    private final String name;
    private final byte[] content;

    FileInside(String type) {
      this(type, "disk.img", CONTENT);
    }

    FileInside(String type, String name, byte[] content) {
      this.type = type;
      this.name = name;
      this.content = content;
    }

    @Override
    protected Filter filter() {
      return new Ext2Filter();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("ext2file", "/images/" + name);
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
      return Optional.of(content);
    }

    /** Every file lies in the image that is the default export. */
    @Override
    protected String exportBelow(String exportName) {
      return "";
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
  class Ext2Sparse extends FileInside {
    Ext2Sparse() {
      super("ext2", "sparse.img", SPARSE);
    }
  }

  @Nested
  class Ext4Sparse extends FileInside {
    Ext4Sparse() {
      super("ext4", "sparse.img", SPARSE);
    }
  }

  @Nested
  class Ext4Prepared extends FileInside {
    Ext4Prepared() {
      super("ext4", "prepared.img", SPARSE);
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
