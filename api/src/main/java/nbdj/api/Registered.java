package nbdj.api;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The identity of a plugin or filter, read before a line of its code runs.
 *
 * <p>Stands on the class that {@link java.util.ServiceLoader} finds:
 *
 * <pre>{@code
 * @AutoService(Plugin.class)
 * @Registered(name = "hello", api = Nbdj.API_VERSION)
 * public final class HelloPlugin implements Plugin { ... }
 * }</pre>
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Registered {
  /**
   * The name by which a person asks for it: letters, digits and hyphens, beginning with a letter or
   * digit.
   */
  String name();

  /** The version of the interface it was built against: always {@link Nbdj#API_VERSION}. */
  int api();
}
