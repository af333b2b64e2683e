package nbdj.blocksize;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class BlockSizeFilterTckTests {
  @Nested
  class NoParameter extends FilterContract {
    @Override
    protected Filter filter() {
      return new BlockSizeFilter();
    }
  }

  @Nested
  class LargeBlocks extends FilterContract {
    @Override
    protected Filter filter() {
      return new BlockSizeFilter();
    }

    @Override
    protected Map<String, String> config() {
      return Map.of("minblock", "4k", "maxdata", "12k", "maxlen", "64k");
    }

    /** A part of a block is cached as a block, so what is asked below is not what the map says. */
    @Override
    protected boolean preservesContent() {
      return false;
    }

    @Override
    protected Optional<byte[]> expectedContent() throws IOException {
      ReferenceDevice device = new ReferenceDevice(deviceSize());
      fill(device);
      ByteBuffer content = ByteBuffer.allocate(1 << 20);
      device.read(content, 0);
      return Optional.of(content.array());
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(LargeBlocks.this);
      }
    }
  }
}
