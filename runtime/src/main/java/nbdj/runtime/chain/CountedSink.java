package nbdj.runtime.chain;

import nbdj.api.ReadSink;

/**
 * A sink that knows how much it has received, so that the chain can tell which layer answered short
 * or long.
 *
 * <p>A subclass adds the size of each piece to {@link #received} as it takes it.
 */
public abstract class CountedSink implements ReadSink {
  /** How many bytes all pieces so far add up to. */
  protected long received;

  /** Get how many bytes all pieces so far add up to. */
  public final long received() {
    return received;
  }
}
