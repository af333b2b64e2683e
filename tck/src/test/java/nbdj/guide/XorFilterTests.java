package nbdj.guide;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import nbdj.tck.ReferenceDevice;

class XorFilterTests extends FilterContract {
  @Override
  protected Filter filter() {
    return new XorFilter();
  }

  @Override
  protected Map<String, String> config() {
    return Map.of("xor-key", "0xa5");
  }

  @Override
  protected boolean preservesContent() {
    return false;
  }

  @Override
  protected Optional<byte[]> expectedContent() throws IOException {
    ReferenceDevice device = new ReferenceDevice(deviceSize());
    fill(device);
    byte[] content = new byte[(int) device.size()];
    device.read(ByteBuffer.wrap(content), 0);
    for (int i = 0; i < content.length; i++) {
      content[i] ^= (byte) 0xa5;
    }
    return Optional.of(content);
  }
}
