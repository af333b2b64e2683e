package nbdj.runtime.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.PassThrough;
import nbdj.api.Registered;
import nbdj.runtime.discovery.DiscoveryException;
import org.junit.jupiter.api.Test;

/** A layer that a program makes itself may come from a library built against another version. */
class EmbeddedVersionTests {
  private static final int OLDEST_MINOR = Nbdj.API_VERSION / 1000 * 1000;
  private static final int NEXT_MINOR = Nbdj.API_VERSION + 1;
  private static final int OLDER_MAJOR = Nbdj.API_VERSION - 1000;
  private static final int NEWER_MAJOR = OLDEST_MINOR + 1000;

  private static class Disk extends RamPlugin {
    Disk() {
      super(512);
    }
  }

  @Registered(name = "disk", api = OLDEST_MINOR)
  private static final class OldestDisk extends Disk {}

  @Registered(name = "disk", api = NEXT_MINOR)
  private static final class NextDisk extends Disk {}

  @Registered(name = "disk", api = OLDER_MAJOR)
  private static final class OlderDisk extends Disk {}

  @Registered(name = "disk", api = NEWER_MAJOR)
  private static final class NewerDisk extends Disk {}

  @Registered(name = "lens", api = NEXT_MINOR)
  private static final class NextLens implements Filter {
    @Override
    public FilterHandle open(Context context, OpenRequest request) throws IOException {
      context.openNext(request.readOnly(), request.exportName());
      return new PassThrough();
    }
  }

  @Test
  void olderMinorOrNone_isServed() throws IOException {
    NbdServer.builder().plugin(new OldestDisk()).privateSocket().start().close();
    NbdServer.builder().plugin(new Disk()).privateSocket().start().close();
  }

  @Test
  void newerMinor_isRefused() {
    assertRefused(
        "plugin 'disk'",
        NEXT_MINOR,
        "use a newer nbdj",
        NbdServer.builder().plugin(new NextDisk()));
    assertRefused(
        "filter 'lens'",
        NEXT_MINOR,
        "use a newer nbdj",
        NbdServer.builder().filter("other-name", new NextLens()).plugin(new Disk()));
  }

  @Test
  void otherMajor_isRefused() {
    assertRefused(
        "plugin 'disk'",
        NEWER_MAJOR,
        "use a newer nbdj",
        NbdServer.builder().plugin(new NewerDisk()));
    assertRefused(
        "plugin 'disk'", OLDER_MAJOR, "rebuild it", NbdServer.builder().plugin(new OlderDisk()));
  }

  private static void assertRefused(
      String layer, int built, String remedy, NbdServerBuilder builder) {
    assertEquals(
        "%s was built against API %s, this server offers %s: %s"
            .formatted(layer, Nbdj.describe(built), Nbdj.describe(Nbdj.apiVersion()), remedy),
        assertThrows(DiscoveryException.class, builder.privateSocket()::start).getMessage());
  }
}
