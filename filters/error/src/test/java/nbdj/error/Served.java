package nbdj.error;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.ExtentType;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Next;
import nbdj.runtime.chain.Chain;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;

/** The filter in a running chain over a device of {@link #SIZE} bytes, and one client's export. */
final class Served implements AutoCloseable {
  static final int SIZE = 1 << 20;

  final ReferenceDevice device = new ReferenceDevice(SIZE);
  final Next next;
  private final Chain chain;

  Served(Errors errors) throws IOException {
    this(new ErrorFilter(errors), Map.of());
  }

  Served(ErrorFilter filter, Map<String, String> parameters) throws IOException {
    chain =
        Chain.builder()
            .plugin("reference", new ReferencePlugin(device))
            .filter("error", filter)
            .build();
    try {
      chain.load();
      for (Map.Entry<String, String> parameter : parameters.entrySet()) {
        chain.config(parameter.getKey(), parameter.getValue());
      }
      chain.configComplete();
      chain.threadModel();
      chain.getReady();
      chain.afterFork();
      next = open();
    } catch (IOException | RuntimeException e) {
      chain.stop();
      throw e;
    }
  }

  /** Open the export for another client. */
  Next open() throws IOException {
    return chain.connect(false).open("");
  }

  /** Do an operation of a kind with 4096 bytes at an offset, and get the error if it failed. */
  Optional<NbdError> attempt(Operation kind, long offset) throws IOException {
    return attempt(kind, offset, 4096);
  }

  /** Do an operation of a kind, and get the error if it failed. */
  Optional<NbdError> attempt(Operation kind, long offset, int count) throws IOException {
    try {
      run(kind, offset, count);
      return Optional.empty();
    } catch (NbdException e) {
      return Optional.of(e.error());
    }
  }

  /** Do an operation of a kind; a write writes ones. */
  void run(Operation kind, long offset, int count) throws IOException {
    switch (kind) {
      case READ -> next.pread(ByteBuffer.allocateDirect(count), offset);
      case WRITE -> {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count);
        while (bytes.hasRemaining()) {
          bytes.put((byte) 1);
        }
        next.pwrite(bytes.flip(), offset, Flags.NONE);
      }
      case FLUSH -> next.flush();
      case TRIM -> next.trim(offset, count, Flags.NONE);
      case ZERO -> next.zero(offset, count, Flags.NONE);
      case EXTENTS -> {
        List<ExtentType> types = new ArrayList<>();
        next.extents(offset, count, Flags.NONE, (at, length, type) -> types.add(type));
      }
      case CACHE -> next.cache(offset, count);
      case OPEN -> open();
    }
  }

  /** Do a number of operations of a kind, and write {@code x} for each that failed, or a dot. */
  String pattern(Operation kind, int times) throws IOException {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < times; i++) {
      pattern.append(attempt(kind, 0).isPresent() ? 'x' : '.');
    }
    return pattern.toString();
  }

  /** Count the ones among the first bytes of the device. */
  int ones(int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    device.read(bytes, 0);
    int ones = 0;
    for (byte b : bytes.array()) {
      ones += b;
    }
    return ones;
  }

  @Override
  public void close() {
    chain.stop();
  }
}
