package nbdj.script;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import nbdj.api.Flags;
import org.jspecify.annotations.Nullable;

/**
 * The methods of a compact file that are callbacks of one interface, as an object of that
 * interface.
 *
 * <p>A method is a callback if it has its name, result and parameters, of which {@link Flags} may
 * be left out. What the file does not have is done by the interface's default. Immutable.
 *
 * @param <T> the interface
 */
final class Callbacks<T> implements InvocationHandler {
  private final Class<T> type;
  private final Object script;
  private final Map<Method, Method> own = new HashMap<>();

  private Callbacks(Class<T> type, Object script) {
    this.type = type;
    this.script = script;
  }

  /** Find the callbacks of an interface that a script has. */
  static <T> Callbacks<T> find(Class<T> type, Object script) {
    Callbacks<T> callbacks = new Callbacks<>(type, script);
    for (Method callback : type.getMethods()) {
      for (Method method : script.getClass().getDeclaredMethods()) {
        if (fits(method, callback)) {
          method.setAccessible(true);
          callbacks.own.put(callback, method);
        }
      }
    }
    return callbacks;
  }

  /** Get the names of those that the script has. */
  Set<String> names() {
    return own.keySet().stream().map(Method::getName).collect(Collectors.toSet());
  }

  /** Get how each callback of a name is written, for a person; empty if there is none. */
  List<String> signatures(String name) {
    return Arrays.stream(type.getMethods())
        .filter(callback -> callback.getName().equals(name))
        .map(Callbacks::signature)
        .toList();
  }

  /** Write a method as it is declared, without the names of its parameters. */
  static String signature(Method method) {
    return "%s %s(%s)"
        .formatted(
            method.getReturnType().getSimpleName(),
            method.getName(),
            Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(", ")));
  }

  /** Get the script as an object of the interface. */
  T proxy() {
    return proxy(this);
  }

  /** Get an object of the interface whose calls another handler takes. */
  T proxy(InvocationHandler handler) {
    ClassLoader loader = script.getClass().getClassLoader();
    return type.cast(Proxy.newProxyInstance(loader, new Class<?>[] {type}, handler));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method callback, Object @Nullable [] arguments)
      throws Throwable {
    Method method = own.get(callback);
    if (method == null) {
      return callback.getDeclaringClass() == Object.class
          ? callback.invoke(script, arguments)
          : InvocationHandler.invokeDefault(proxy, callback, arguments);
    }
    try {
      return method.invoke(script, arguments(method, arguments));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Object @Nullable [] arguments(Method method, Object @Nullable [] arguments) {
    if (arguments == null || arguments.length == method.getParameterCount()) {
      return arguments;
    }
    return Arrays.stream(arguments).filter(argument -> !(argument instanceof Flags)).toArray();
  }

  private static boolean fits(Method method, Method callback) {
    if (!method.getName().equals(callback.getName())
        || method.getReturnType() != callback.getReturnType()) {
      return false;
    }
    List<Class<?>> wanted = new ArrayList<>(List.of(callback.getParameterTypes()));
    List<Class<?>> given = List.of(method.getParameterTypes());
    if (given.equals(wanted)) {
      return true;
    }
    return wanted.remove(Flags.class) && given.equals(wanted);
  }
}
