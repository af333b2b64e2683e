package nbdj.tck;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The rules of the interface that a test proves, by their numbers in the javadoc of {@link
 * nbdj.api}.
 *
 * <p>A failure of the test is shown with the first of them, its sentence in front, unless the test
 * found out that it was another.
 *
 * @since 0.1
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ExtendWith(RuleExtension.class)
public @interface Rule {
  /** The numbers, for example {@code "W-4"}. */
  String[] value();

  /**
   * The rules without which the test tells nothing of its own, or only their letters: it is skipped
   * once one of them has been found broken, so that one fault is not reported under many rules.
   */
  String[] buildsOn() default {};
}
