package nbdj.runtime.chain;

import nbdj.api.FilterHandle;
import nbdj.api.Next;
import nbdj.api.PluginHandle;

/** Tells who can write bytes that are still on their way. */
public final class WriteSources {
  private WriteSources() {}

  /** Tell whether {@code write} of a handle is called; where it is not, {@code pwrite} is. */
  public static boolean callsWrite(PluginHandle handle) {
    return OwnWrite.OF_PLUGIN.get(handle.getClass());
  }

  /** Tell whether {@code write} of a handle is called; where it is not, {@code pwrite} is. */
  public static boolean callsWrite(FilterHandle handle) {
    return OwnWrite.OF_FILTER.get(handle.getClass());
  }

  /** Tell whether a handle takes the source of a write as it comes. */
  public static boolean takenBy(Next next) {
    return next instanceof SourceTaker taker && taker.takesSource();
  }
}
