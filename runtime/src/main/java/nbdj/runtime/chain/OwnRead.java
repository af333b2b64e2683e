package nbdj.runtime.chain;

import nbdj.api.PluginHandle;
import nbdj.api.ReadSink;

/** Tells for a class of handles whether it has a {@code read} of its own. */
final class OwnRead extends ClassValue<Boolean> {
  /** Holds no more than a flag on each class, which is unloaded with it. */
  static final OwnRead OF = new OwnRead();

  private OwnRead() {}

  @Override
  protected Boolean computeValue(Class<?> type) {
    try {
      return type.getMethod("read", long.class, long.class, ReadSink.class).getDeclaringClass()
          != PluginHandle.class;
    } catch (NoSuchMethodException | LinkageError e) {
      // Some other method of the class names a type that is missing; read may work all the same.
      return true;
    }
  }
}
