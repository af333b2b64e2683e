package nbdj.runtime.chain;

import nbdj.api.WriteSource;

/**
 * A source that knows how much was taken from it, so that the chain can tell which layer took too
 * little.
 *
 * <p>A subclass adds the size of each piece to {@link #taken} as it gives it.
 */
public abstract class CountedSource implements WriteSource {
  /** How many bytes all pieces so far add up to. */
  protected long taken;

  /** Get how many bytes all pieces so far add up to. */
  public final long taken() {
    return taken;
  }
}
