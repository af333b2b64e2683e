package nbdj.runtime.chain;

import java.lang.reflect.Proxy;
import nbdj.api.Next;

/**
 * Stands for the layer below where a filter has set none: every call of it is the filter's fault.
 */
final class NoNext {
  private NoNext() {}

  /**
   * Make the handle that is none.
   *
   * @param below the name of the layer that is missing
   */
  @SuppressWarnings("ReferenceEquality") // It is equal to itself alone.
  static Next of(String below) {
    return (Next)
        Proxy.newProxyInstance(
            NoNext.class.getClassLoader(),
            new Class<?>[] {Next.class},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "toString" -> "no handle of " + below;
                  case "hashCode" -> System.identityHashCode(self);
                  case "equals" -> self == arguments[0];
                  default ->
                      throw new IllegalStateException(
                          "%s: the context has no handle of %s (call openNext or setNext first)"
                              .formatted(method.getName(), below));
                });
  }
}
