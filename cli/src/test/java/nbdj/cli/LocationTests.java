package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LocationTests {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 10809, '', nbd://127.0.0.1",
    "127.0.0.1, 10809, a/b, nbd://127.0.0.1/a/b",
    "127.0.0.1, 2000, '', nbd://127.0.0.1:2000",
    "0.0.0.0, 2000, 'a b?', nbd://localhost:2000/a%20b%3F",
    "'::', 2000, '', nbd://localhost:2000",
    "'::1', 2000, '', nbd://[0:0:0:0:0:0:0:1]:2000",
    "192.0.2.7, 1, '', nbd://192.0.2.7:1",
  })
  void tcpAddress_becomesAUri(String address, int port, String export, String uri)
      throws IOException {
    Location location =
        Location.of(new InetSocketAddress(InetAddress.getByName(address), port), export);
    assertEquals(new Location(uri, "", String.valueOf(port), export), location);
  }

  @Test
  void unixAddress_becomesAnAbsoluteUri() {
    Location location = Location.of(UnixDomainSocketAddress.of("/run/../tmp/a b&c"), "ü%/x");
    assertEquals(
        new Location("nbd+unix:///%C3%BC%25/x?socket=/tmp/a%20b%26c", "/tmp/a b&c", "", "ü%/x"),
        location);
  }

  @Test
  void relativeUnixAddress_isMadeAbsolute() {
    Location location = Location.of(UnixDomainSocketAddress.of("sock"), "");
    assertEquals(System.getProperty("user.dir") + "/sock", location.unixSocket());
  }
}
