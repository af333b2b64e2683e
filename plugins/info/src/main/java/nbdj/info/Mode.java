package nbdj.info;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.PluginHandle;

/** What the disk tells. */
enum Mode {
  EXPORTNAME {
    @Override
    PluginHandle open(OpenRequest request, long ready) {
      return new FixedHandle(request.exportName().getBytes(UTF_8));
    }
  },
  BASE64EXPORTNAME {
    @Override
    PluginHandle open(OpenRequest request, long ready) throws IOException {
      try {
        return new FixedHandle(
            Base64.getDecoder().decode(request.exportName().replaceAll("\\s", "")));
      } catch (IllegalArgumentException e) {
        throw new NbdException(
            NbdError.EINVAL,
            "export '%s': not base64: %s".formatted(request.exportName(), e.getMessage()),
            e);
      }
    }
  },
  ADDRESS {
    @Override
    PluginHandle open(OpenRequest request, long ready) throws IOException {
      return new FixedHandle(PeerAddress.of(request).getBytes(UTF_8));
    }
  },
  TIME {
    @Override
    PluginHandle open(OpenRequest request, long ready) {
      return new ClockHandle(() -> {
        Instant now = Instant.now();
        return new ClockHandle.Time(now.getEpochSecond(), now.getNano() / 1000);
      });
    }
  },
  UPTIME {
    @Override
    PluginHandle open(OpenRequest request, long ready) {
      return ClockHandle.since(ready);
    }
  },
  CONNTIME {
    @Override
    PluginHandle open(OpenRequest request, long ready) {
      return ClockHandle.since(System.nanoTime());
    }
  };

  /**
   * Open the disk for a client.
   *
   * @param ready when the server was ready, by {@link System#nanoTime}
   */
  abstract PluginHandle open(OpenRequest request, long ready) throws IOException;

  /** Get the name that the parameter has for it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String[] words() {
    return Arrays.stream(values()).map(Mode::word).toArray(String[]::new);
  }
}
