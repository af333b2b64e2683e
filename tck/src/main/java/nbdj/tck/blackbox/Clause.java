package nbdj.tck.blackbox;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the section of the NBD specification that a test proves, and what it asks for.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Clause {
  /** Get the heading of the section. */
  String value();

  /** Get what is asked for, in short. */
  String says();
}
