package nbdj.blocksize;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import nbdj.api.Backend;
import nbdj.api.ConfigException;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Registered;
import nbdj.api.Values;

/**
 * Passes requests on in whole blocks and in pieces that are not too large, whatever clients send.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "blocksize", api = Nbdj.API_VERSION)
public final class BlockSizeFilter implements Filter {
  private static final String MIN = "minblock";
  private static final String DATA = "maxdata";
  private static final String LENGTH = "maxlen";

  private static final long MOST_MIN = 64 << 10;

  private OptionalLong minBlock = OptionalLong.empty();
  private OptionalLong maxData = OptionalLong.empty();
  private OptionalLong maxLength = OptionalLong.empty();

  /** One for all clients: each changes parts of blocks that others write too. */
  private final RangeLock lock = new RangeLock();

  /** Make the filter. */
  public BlockSizeFilter() {}

  @Override
  public String description() {
    return "pass requests on in whole blocks, and not too large";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of(
            MIN,
            Parameter.Type.SIZE,
            "The smallest block that the layer below gets: a power of two up to 64k. Without this"
                + " the layer below says it."),
        Parameter.of(
            DATA,
            Parameter.Type.SIZE,
            "The most bytes that one read or write below has. Without this the layer below says"
                + " it, or it is 64M."),
        Parameter.of(
            LENGTH,
            Parameter.Type.SIZE,
            "The most bytes that one zero, trim, cache or question for extents below concerns."));
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    long bytes = Values.size(value);
    switch (key) {
      case MIN -> {
        if (bytes > MOST_MIN || Long.bitCount(bytes) != 1) {
          throw new ConfigException("must be a power of two from 1 to 64k");
        }
        minBlock = OptionalLong.of(bytes);
      }
      case DATA -> maxData = OptionalLong.of(positive(bytes));
      default -> maxLength = OptionalLong.of(positive(bytes));
    }
  }

  private static long positive(long bytes) throws ConfigException {
    if (bytes == 0) {
      throw new ConfigException("must be at least one block (try 32M)");
    }
    return bytes;
  }

  @Override
  public void configComplete(Backend next) throws IOException {
    requireMultiple(DATA, maxData);
    requireMultiple(LENGTH, maxLength);
    next.configComplete();
  }

  private void requireMultiple(String key, OptionalLong most) throws ConfigException {
    long min = minBlock.orElse(1);
    if (most.isPresent() && most.getAsLong() % min != 0) {
      throw new ConfigException(
          "%s=%d: must be a multiple of minblock=%d".formatted(key, most.getAsLong(), min));
    }
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new BlockSizeHandle(minBlock, maxData, maxLength, lock);
  }
}
