package nbdj.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The text has all that another's code can depend on. */
class InterfaceTextTests {
  @FunctionalInterface
  interface Shape<T extends Comparable<T>> {
    String NAME = "shape";

    <E extends Exception> T draw(@Nullable T pen, List<? extends T> colors)
        throws IOException, IllegalStateException;

    @Deprecated(since = "1.1")
    default void erase(int... layers) {}
  }

  @interface Mark {
    String value();

    int size() default 3;
  }

  record Point(int x, @Nullable String name) {}

  enum Corner {
    SOUTH,
    @Deprecated
    EAST;
  }

  abstract static sealed class Body permits Ball, Cube {
    public final ThreadModel model = ThreadModel.PARALLEL;
    protected static final long WEIGHT = 70;
    static final int HIDDEN = 1;

    Body() {}

    protected abstract void roll();

    void hidden() {}
  }

  static final class Ball extends Body {
    public Ball(String color) {}

    @Override
    protected void roll() {}
  }

  static non-sealed class Cube extends Body {
    @Override
    protected void roll() {}
  }

  private static void assertText(Class<?> type, String... lines) throws IllegalAccessException {
    assertEquals(
        String.join("\n", lines) + "\n\n",
        InterfaceText.of(List.of(type)).replace("nbdj.architecture.InterfaceTextTests$", ""));
  }

  @Test
  void interface_showsGenericsNullnessFailuresAndDefaults() throws IllegalAccessException {
    assertText(
        Shape.class,
        "@FunctionalInterface() interface Shape<T extends Comparable<T>>",
        "  @Deprecated(forRemoval=false, since=\"1.1\") default void erase(int...)",
        "  abstract <E extends Exception> T draw(@Nullable() T, List<? extends T>)"
            + " throws IOException, IllegalStateException",
        "  static final String NAME = shape");
  }

  @Test
  void annotation_showsWhatNeedNotBeGiven() throws IllegalAccessException {
    assertText(
        Mark.class,
        "@interface Mark : Annotation",
        "  abstract String value()",
        "  abstract int size() = 3");
  }

  @Test
  void record_showsItsComponents() throws IllegalAccessException {
    assertText(
        Point.class,
        "final record Point(int x, @Nullable() String name) : Record",
        "  @Nullable() String name()",
        "  final String toString()",
        "  final boolean equals(Object)",
        "  final int hashCode()",
        "  int x()");
  }

  @Test
  void enum_showsItsConstantsInTheirOrder() throws IllegalAccessException {
    assertText(
        Corner.class,
        "final enum Corner : Enum<Corner>",
        "  constant SOUTH",
        "  constant @Deprecated(forRemoval=false, since=\"\") EAST",
        "  static Corner valueOf(String)",
        "  static Corner[] values()");
  }

  @Test
  void class_showsWhatIsPublicOrProtected() throws IllegalAccessException {
    assertText(
        Body.class,
        "abstract sealed class Body : Object permits Ball, Cube",
        "  final ThreadModel model",
        "  protected abstract void roll()",
        "  protected static final long WEIGHT = 70");
    assertText(
        Ball.class, "final class Ball : Body", "  <init>(String)", "  protected void roll()");
  }
}
