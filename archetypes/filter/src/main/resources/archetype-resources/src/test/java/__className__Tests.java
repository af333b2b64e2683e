package ${package};

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Filter;
import nbdj.tck.FilterContract;
import nbdj.tck.ReferenceDevice;

class ${className}Tests extends FilterContract {
  private static final int SKIP = 80 << 10;

  @Override
  protected Filter filter() {
    return new ${className}();
  }

  @Override
  protected Map<String, String> config() {
    return Map.of("skip", "80k");
  }

  @Override
  protected boolean preservesContent() {
    return false;
  }

  @Override
  protected Optional<byte[]> expectedContent() throws IOException {
    ReferenceDevice device = new ReferenceDevice(deviceSize());
    fill(device);
    ByteBuffer content = ByteBuffer.allocate((int) device.size() - SKIP);
    device.read(content, SKIP);
    return Optional.of(content.array());
  }
}
