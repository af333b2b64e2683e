package nbdj.runtime.chain;

import java.nio.ByteBuffer;
import java.util.Arrays;
import nbdj.api.Flags;
import nbdj.api.Next;
import nbdj.api.WriteSource;

/**
 * Tells for a class of handles, of a plugin or a filter, whether its {@code write} is to be called:
 * it is declared by a class, and not by one above that of {@code pwrite}. A subclass that overrides
 * {@code pwrite} alone would be passed by otherwise.
 */
final class OwnWrite extends ClassValue<Boolean> {
  /** Of handles of plugins. Holds no more than a flag on each class, which is unloaded with it. */
  static final OwnWrite OF_PLUGIN = new OwnWrite();

  /** Of handles of filters. */
  static final OwnWrite OF_FILTER = new OwnWrite(Next.class);

  private final Class<?>[] write;
  private final Class<?>[] pwrite;

  private OwnWrite(Class<?>... first) {
    write = with(first, long.class, long.class, WriteSource.class, Flags.class);
    pwrite = with(first, ByteBuffer.class, long.class, Flags.class);
  }

  private static Class<?>[] with(Class<?>[] first, Class<?>... rest) {
    Class<?>[] all = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, all, first.length, rest.length);
    return all;
  }

  @Override
  protected Boolean computeValue(Class<?> type) {
    try {
      Class<?> writer = type.getMethod("write", write).getDeclaringClass();
      Class<?> pwriter = type.getMethod("pwrite", pwrite).getDeclaringClass();
      return !writer.isInterface() && pwriter.isAssignableFrom(writer);
    } catch (NoSuchMethodException | LinkageError e) {
      // Some method of the class names a type that is missing; pwrite may work all the same.
      return false;
    }
  }
}
