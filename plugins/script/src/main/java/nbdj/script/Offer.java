package nbdj.script;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;
import nbdj.api.PluginHandle;

/**
 * What the handles of a script have of their own.
 *
 * <p>In the short forms of a script a handle offers an operation by having it: {@code canWrite}
 * need not be written where {@code pwrite} is. A question that is answered all the same counts.
 * Immutable.
 */
final class Offer {
  private final Set<String> own;
  private final boolean inferred;

  private Offer(Set<String> own, boolean inferred) {
    this.own = own;
    this.inferred = inferred;
  }

  /** Make the offer of a class of handles that answers for itself, as in a plugin of a jar. */
  static Offer asAnswered(Class<?> handle) {
    return new Offer(overridden(handle), false);
  }

  /** Make the offer of a class of handles by what it overrides. */
  static Offer asWritten(Class<?> handle) {
    return new Offer(overridden(handle), true);
  }

  /** Make the offer of a compact file by the names of its methods. */
  static Offer asWritten(Set<String> methods) {
    return new Offer(Set.copyOf(methods), true);
  }

  /** Tell whether the handle itself answers a question. */
  boolean answers(String question) {
    return !inferred || own.contains(question);
  }

  /** Tell whether the handle has an operation. */
  boolean has(String operation) {
    return own.contains(operation);
  }

  private static Set<String> overridden(Class<?> handle) {
    Set<String> names = new HashSet<>();
    for (Method method : PluginHandle.class.getMethods()) {
      try {
        Class<?> owner =
            handle.getMethod(method.getName(), method.getParameterTypes()).getDeclaringClass();
        if (owner != PluginHandle.class) {
          names.add(method.getName());
        }
      } catch (NoSuchMethodException e) {
        throw new IllegalStateException(handle + " is no PluginHandle", e);
      }
    }
    return names;
  }
}
