package nbdj.runtime.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import nbdj.api.Nbdj;
import nbdj.api.Registered;
import nbdj.runtime.discovery.RegisteredReader.Identity;
import org.junit.jupiter.api.Test;

final class RegisteredReaderTests {
  /** Has constants of many kinds before and behind the annotation's. */
  @Registered(name = "schön-\0", api = 1_234_567)
  static class Alone {
    static final long LONG = 1L << 40;
    static final double DOUBLE = 0.1;
    static final float FLOAT = 0.5f;

    static Runnable lambda(Object captured) {
      return () -> System.getProperty(captured + "text" + LONG + DOUBLE + FLOAT);
    }
  }

  @Deprecated
  @Registered(name = "behind", api = Nbdj.API_VERSION)
  static class BehindAnother {}

  static class Bare {}

  @Test
  void annotation_isReadAsByReflection() {
    Registered registered = Alone.class.getAnnotation(Registered.class);
    assertEquals(
        Optional.of(new Identity(registered.name(), registered.api())),
        RegisteredReader.read(Alone.class));
  }

  @Test
  void annotationBehindAnother_isLeftToReflection() {
    assertEquals(Optional.empty(), RegisteredReader.read(BehindAnother.class));
    assertEquals(
        Optional.of(new Identity("behind", Nbdj.API_VERSION)), Identity.of(BehindAnother.class));
  }

  @Test
  void classWithoutAnnotation_hasNoIdentity() {
    assertEquals(Optional.empty(), Identity.of(Bare.class));
  }
}
