package nbdj.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** URIs as the NBD URI specification has them. */
class AddressTests {
  @ParameterizedTest
  @CsvSource({
    "nbd://example.com/disk, example.com, 10809, disk",
    "nbd://example.com/, example.com, 10809, ''",
    "nbd://example.com, example.com, 10809, ''",
    "nbd://example.com//disk, example.com, 10809, /disk",
    "nbd://example.com:1234/a/b, example.com, 1234, a/b",
    "nbd://example.com:/disk, example.com, 10809, disk",
    "nbd://user@example.com/disk, example.com, 10809, disk",
    "NBD://my_host:7/disk, my_host, 7, disk",
    "nbd:///disk, localhost, 10809, disk",
    "nbd://[::1]/disk, ::1, 10809, disk",
    "nbd://[::1]:99/disk, ::1, 99, disk",
    "nbd://h/hello%20world, h, 10809, hello world",
    "nbd://h/50%25%2F%C3%A9?x-experiment=1, h, 10809, 50%/é",
    "nbd://h/é+, h, 10809, é+",
  })
  void tcp_partsAreTaken(String uri, String host, int port, String export) {
    assertEquals(new Address(null, host, port, export, null), Address.of(URI.create(uri)));
  }

  @ParameterizedTest
  @CsvSource({
    "nbd+unix:///disk?socket=nbd.sock, nbd.sock, disk",
    "nbd+unix:///?socket=/tmp/a%20b/s, /tmp/a b/s, ''",
    "nbd+unix://?socket=/s, /s, ''",
    "nbd+unix:///%2F?socket=/with+plus, /with+plus, /",
  })
  void unix_partsAreTaken(String uri, String socket, String export) {
    assertEquals(new Address(Path.of(socket), "", 0, export, null), Address.of(URI.create(uri)));
  }

  @ParameterizedTest
  @CsvSource({
    "nbd://h/?tls-type=anon,"
        + " 'tls-type was given, for which the scheme must be nbds or nbds+unix'",
    "nbds://h/?tls-psk-file=x, 'tls-psk-file was given, which this client does not know'",
    "http://h/, 'the scheme must be nbd, nbd+unix, nbds or nbds+unix'",
    "disk, 'the scheme must be nbd, nbd+unix, nbds or nbds+unix'",
    "nbd:disk, write nbd:// and what follows",
    "nbd+unix:///disk, the parameter socket is missing",
    "nbd+unix://disk?socket=s, 'stands where a host would; write nbd+unix:/// with three slashes'",
    "nbd+unix:///?socket=%00abstract, Java has no abstract unix sockets",
    "nbd://h/?socket=s, for which the scheme must end in +unix",
    "nbd://h/?exprot=x, the parameter 'exprot' is unknown",
    "nbd+unix:///?socket=a&socket=b, the parameter 'socket' is given twice",
    "nbd://h/#x, '''#'' has no meaning here'",
    "nbd://h:0/, the port is '0'",
    "nbd://h:65536/, the port is '65536'",
    "nbd://h:port/, the port is 'port'",
    "nbd://h/%FF, an escape stands for what is not UTF-8",
    "nbd://h/%00, the export name holds NUL",
  })
  void wrong_isRefusedWithASentence(String uri, String sentence) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Address.of(URI.create(uri)))
            .getMessage();
    assertTrue(String.valueOf(message).contains(sentence), message);
  }

  @Test
  void exportName_of4096Bytes_isTheLongest() {
    assertEquals(
        2048, Address.of(URI.create("nbd://h/" + "%C3%A9".repeat(2048))).exportName().length());
    URI tooLong = URI.create("nbd://h/" + "%C3%A9".repeat(2048) + "x");
    assertEquals(
        "the export name has 4097 bytes of UTF-8, 4096 is the most",
        assertThrows(IllegalArgumentException.class, () -> Address.of(tooLong)).getMessage());
  }
}
