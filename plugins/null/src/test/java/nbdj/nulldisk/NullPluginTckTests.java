package nbdj.nulldisk;

import java.util.Map;
import java.util.Optional;
import nbdj.api.Plugin;
import nbdj.tck.PluginContract;
import nbdj.tck.Range;
import nbdj.tck.blackbox.LayerBlackBox;
import org.junit.jupiter.api.Nested;

class NullPluginTckTests {
  abstract static class Contract extends PluginContract {
    @Override
    protected Plugin plugin() {
      return new NullPlugin();
    }

    /** What is written cannot be read back, so there is nothing for a test to write to. */
    @Override
    protected Range writable(long size) {
      return new Range(0, 0);
    }
  }

  @Nested
  class OfAMebibyte extends Contract {
    @Override
    protected Map<String, String> config() {
      return Map.of("size", "1048577");
    }

    @Override
    protected Optional<byte[]> expectedContent() {
      return Optional.of(new byte[1048577]);
    }

    @Nested
    class ThroughASocket extends LayerBlackBox {
      ThroughASocket() {
        super(OfAMebibyte.this);
      }
    }
  }

  @Nested
  class AsLargeAsCanBe extends Contract {
    @Override
    protected Map<String, String> config() {
      return Map.of("size", "9223372036854775807");
    }
  }

  @Nested
  class Empty extends Contract {}
}
