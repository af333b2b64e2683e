package nbdj.api;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The callback {@code finalize} must not become the method that the garbage collector calls. */
class FinalizerTests {
  @Test
  void noType_declaresAFinalizer() throws Exception {
    List<Class<?>> types = ApiSources.publicTypes();
    assertFalse(types.isEmpty());
    for (Class<?> type : types) {
      assertFalse(
          Arrays.stream(type.getDeclaredMethods())
              .anyMatch(m -> m.getName().equals("finalize") && m.getParameterCount() == 0),
          type + " declares finalize(), which the garbage collector would call");
    }
  }
}
