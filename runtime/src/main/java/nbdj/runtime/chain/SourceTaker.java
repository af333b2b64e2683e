package nbdj.runtime.chain;

import nbdj.api.Next;

/** A handle that knows whether it can write bytes that are still on their way. */
public interface SourceTaker extends Next {
  /**
   * Tell whether the source of a write is taken as it comes: this layer and all below have a {@code
   * write} of their own and none is called under a lock. May change when a filter sets another
   * next.
   */
  boolean takesSource();
}
