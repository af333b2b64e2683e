package nbdj.api;

import java.io.IOException;
import java.util.Optional;

/**
 * The handle of a filter that leaves addresses and content as the layer below has them.
 *
 * <p>To extend this class is to declare so: every byte of the layer below is at the same offset
 * with the same value, and its size is the same. Every question and operation goes to the layer
 * below; a filter overrides those it watches, delays, limits or refuses. A filter that moves
 * addresses, changes the size or changes content implements {@link FilterHandle}: then nothing of
 * the layer below can show through at a wrong place.
 *
 * @since 0.1
 */
public class PassThrough extends Window {
  /** Make a handle that passes everything on. */
  public PassThrough() {}

  @Override
  protected final long start() {
    return 0;
  }

  @Override
  public final long size(Next next) throws IOException {
    return next.size();
  }

  @Override
  public Optional<String> description(Next next) throws IOException {
    return next.description();
  }
}
