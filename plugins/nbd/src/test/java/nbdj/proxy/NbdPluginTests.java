package nbdj.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.ConfigException;
import nbdj.api.Export;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.MetaSink;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Support;
import nbdj.client.CommandFlag;
import nbdj.client.Extent;
import nbdj.client.NbdClient;
import nbdj.client.NbdServerException;
import nbdj.runtime.server.NbdServer;
import nbdj.tck.Feature;
import nbdj.tck.ReferenceDevice;
import nbdj.tck.ReferencePlugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class NbdPluginTests {
  @TempDir Path folder;

  private final AtomicInteger opens = new AtomicInteger();

  private ReferencePlugin disk(Feature... lacking) {
    return new ReferencePlugin(new ReferenceDevice(1 << 20))
        .without(lacking)
        .withHook(operation -> {
          if (operation.equals("open")) {
            opens.incrementAndGet();
          }
        });
  }

  private static NbdServer other(Plugin plugin) throws IOException {
    return NbdServer.builder().plugin(plugin).privateSocket().start();
  }

  /** Make the plugin, configured and started. */
  private static NbdPlugin started(String... parameters) throws IOException {
    NbdPlugin plugin = configured(parameters);
    plugin.afterFork();
    return plugin;
  }

  private static NbdPlugin configured(String... parameters) throws IOException {
    NbdPlugin plugin = new NbdPlugin();
    for (String parameter : parameters) {
      int equals = parameter.indexOf('=');
      plugin.config(parameter.substring(0, equals), parameter.substring(equals + 1));
    }
    plugin.configComplete();
    return plugin;
  }

  private static PluginHandle open(NbdPlugin plugin, String name) throws IOException {
    return plugin.open(OpenRequest.of(false, name));
  }

  @ParameterizedTest
  @CsvSource({"WRITE", "FLUSH", "TRIM", "ZERO", "EXTENTS", "FUA", "MULTI_CONN", "CACHE"})
  void otherServerLacksAFeature_handle_lacksItToo(Feature feature) throws IOException {
    try (NbdServer other = other(disk(feature))) {
      PluginHandle handle = open(started("uri=" + other.uri()), "");
      try {
        assertEquals(1 << 20, handle.size());
        assertEquals(feature != Feature.WRITE, handle.canWrite());
        assertEquals(feature != Feature.FLUSH, handle.canFlush());
        assertEquals(feature != Feature.TRIM && feature != Feature.WRITE, handle.canTrim());
        assertEquals(feature != Feature.MULTI_CONN, handle.canMultiConn());
        assertEquals(feature != Feature.WRITE, handle.canZero());
      } finally {
        handle.close();
      }
    }
  }

  /** A disk with contexts, one of which needs 64 bits. */
  private Plugin mapped() {
    return new ReferencePlugin(new ReferenceDevice(1 << 20)) {
      @Override
      public PluginHandle open(OpenRequest request) {
        return new PluginHandle() {
          @Override
          public long size() {
            return 1 << 20;
          }

          @Override
          public void pread(ByteBuffer buffer, long offset) {
            buffer.position(buffer.limit());
          }

          @Override
          public List<String> metaContexts() {
            return List.of("qemu:dirty-bitmap:b0", "x-mine:wide:more");
          }

          @Override
          public void metaExtents(
              String context, long offset, long count, Flags flags, MetaSink sink)
              throws IOException {
            if (context.equals("x-mine:wide:more")) {
              sink.add(offset, count, -2);
              return;
            }
            long start = offset / 4096 * 4096;
            sink.add(start, 4096, offset / 4096 % 3);
          }
        };
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void contextsOfTheOtherServer_throughTwoProxies_areTheSame(boolean shared) throws IOException {
    try (NbdServer other = other(mapped());
        NbdServer inner = proxyOf(other, shared);
        NbdServer outer = proxyOf(inner, shared);
        NbdClient direct = NbdClient.builder().listedMetaContexts(9).connect(other.uri());
        NbdClient client = NbdClient.builder().listedMetaContexts(9).connect(outer.uri())) {
      assertEquals(
          List.of("base:allocation", "qemu:dirty-bitmap:b0", "x-mine:wide:more"),
          client.export().contexts());
      for (long offset : new long[] {0, 4096, 5000, (1 << 20) - 1}) {
        assertEquals(
            direct.blockStatus(offset, (1 << 20) - offset),
            client.blockStatus(offset, (1 << 20) - offset));
        assertEquals(
            direct.blockStatus(offset, 1, CommandFlag.REQUEST_ONE),
            client.blockStatus(offset, 1, CommandFlag.REQUEST_ONE));
      }
      assertEquals(
          List.of(new Extent(5000, 1, -2)), client.blockStatus(5000, 1).get("x-mine:wide:more"));
    }
  }

  private static NbdServer proxyOf(NbdServer other, boolean shared) throws IOException {
    return NbdServer.builder()
        .plugin(new NbdPlugin())
        .config("uri", other.uri().toString())
        .config("shared", String.valueOf(shared))
        .privateSocket()
        .start();
  }

  @Test
  void errorOfTheOtherServer_client_getsItWithItsText() throws IOException {
    ReferencePlugin failing =
        new ReferencePlugin(new ReferenceDevice(1 << 20))
            .withHook(operation -> {
              if (operation.equals("pwrite")) {
                throw new NbdException(NbdError.ENOSPC, "the disk behind is full");
              }
            });
    try (NbdServer other = other(failing);
        NbdServer server =
            NbdServer.builder()
                .plugin(new NbdPlugin())
                .config("uri", other.uri().toString())
                .privateSocket()
                .start();
        NbdClient client = NbdClient.connect(server.uri())) {
      NbdServerException failure =
          assertThrows(NbdServerException.class, () -> client.write(new byte[512], 0));
      assertEquals("ENOSPC", failure.errorName());
      assertEquals("the disk behind is full", failure.serverText());
      client.read(0, 512);
    }
  }

  @Test
  void ownConnections_eachHandle_hasOne() throws IOException {
    try (NbdServer other = other(disk())) {
      NbdPlugin plugin = started("uri=" + other.uri());
      PluginHandle one = open(plugin, "");
      PluginHandle two = open(plugin, "");
      assertEquals(2, opens.get());
      one.pwrite(ByteBuffer.wrap(new byte[] {1, 2}), 5, Flags.of(Flag.FUA));
      ByteBuffer read = ByteBuffer.allocateDirect(2);
      two.pread(read, 5);
      assertEquals(2, read.get(1));
      one.close();
      two.close();
    }
  }

  @Test
  void sharedConnection_isOneForAllAndMadeAnewOnceItIsLost() throws IOException {
    try (NbdServer other = other(disk(Feature.MULTI_CONN))) {
      NbdPlugin plugin = started("uri=" + other.uri(), "shared=true");
      PluginHandle one = open(plugin, "");
      PluginHandle two = open(plugin, "");
      assertEquals(1, opens.get());
      assertTrue(one.canMultiConn());
      one.close();
      two.flush();

      other.disconnectClients();
      assertEquals(NbdError.EIO, assertThrows(NbdException.class, two::flush).error());
      PluginHandle three = open(plugin, "");
      three.flush();
      assertThrows(NbdException.class, two::flush);
      assertEquals(2, opens.get());
      two.close();
      three.close();
      plugin.cleanup();
      assertThrows(NbdException.class, three::flush);
    }
  }

  @Test
  void dynamicExport_isTheOneThatIsAskedFor() throws IOException {
    Plugin names =
        new Plugin() {
          @Override
          public List<Export> listExports(boolean readOnly, boolean tls) {
            return List.of(new Export("x y/ü", "strange"), Export.of("plain"));
          }

          @Override
          public PluginHandle open(OpenRequest request) {
            return new PluginHandle() {
              @Override
              public long size() {
                return request.exportName().length();
              }

              @Override
              public void pread(ByteBuffer buffer, long offset) {
                buffer.position(buffer.limit());
              }
            };
          }
        };
    try (NbdServer other = other(names)) {
      NbdPlugin plugin = started("uri=" + other.uri(), "dynamic-export=true");
      assertEquals(
          List.of(new Export("x y/ü", "strange"), Export.of("plain")),
          plugin.listExports(false, false));
      PluginHandle handle = open(plugin, "x y/ü");
      assertEquals(5, handle.size());
      handle.close();
      NbdPlugin fixed = started("socket=" + socket(other), "export=x y/ü");
      assertEquals(List.of(Export.of("")), fixed.listExports(false, false));
      PluginHandle same = open(fixed, "whatever");
      assertEquals(5, same.size());
      same.close();
    }
  }

  private static Path socket(NbdServer server) {
    return ((UnixDomainSocketAddress) server.address()).getPath();
  }

  @Test
  void hostAndPort_areConnectedTo() throws IOException {
    try (NbdServer other =
        NbdServer.builder()
            .plugin(disk())
            .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .start()) {
      int port = ((InetSocketAddress) other.address()).getPort();
      PluginHandle handle = open(started("hostname=localhost", "port=" + port), "");
      assertEquals(Support.NATIVE, handle.canFua());
      handle.close();
    }
  }

  @Test
  void nobodyThere_open_failsAfterItsTries() throws IOException {
    NbdPlugin plugin = started("socket=" + folder.resolve("none"), "retry=1");
    long began = System.nanoTime();
    NbdException failure = assertThrows(NbdException.class, () -> open(plugin, ""));
    assertTrue(System.nanoTime() - began >= 1_000_000_000, "it was tried again a second later");
    assertTrue(String.valueOf(failure.getMessage()).contains("none"), failure::toString);
  }

  @Test
  void exportRefused_open_failsAtOnce() throws IOException {
    Plugin refusing =
        request -> {
          opens.incrementAndGet();
          throw new NbdException(NbdError.EINVAL, "not this one");
        };
    try (NbdServer other = other(refusing)) {
      NbdPlugin plugin = started("uri=" + other.uri(), "retry=100");
      NbdException failure = assertThrows(NbdException.class, () -> open(plugin, ""));
      assertTrue(String.valueOf(failure.getMessage()).contains("not this one"), failure::toString);
      // Asked for its contexts, and then to be opened.
      assertEquals(2, opens.get());
    }
  }

  @Test
  void longZeroAndExtents_areDoneWholly() throws IOException {
    long size = 20L << 30;
    try (NbdServer other = other(new ReferencePlugin(new ReferenceDevice(size)));
        NbdServer server =
            NbdServer.builder()
                .plugin(new NbdPlugin())
                .config("uri", other.uri().toString())
                .privateSocket()
                .start();
        NbdClient client = NbdClient.connect(server.uri())) {
      client.write(new byte[] {1}, size - 1);
      client.writeZeroes(0, size);
      assertArrayEquals(new byte[1], client.read(size - 1, 1));
      List<Extent> extents = client.allocation(0, size);
      assertEquals(size, extents.getLast().end());
      assertFalse(extents.stream().anyMatch(extent -> !extent.isZero()));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "retry=0 | exactly one of uri, socket and hostname must be given, and none is",
        "socket=/s hostname=h | exactly one of uri, socket and hostname must be given, and socket"
            + " and hostname are",
        "uri=nbd://h port=1 | port and uri exclude each other: write the port into the URI",
        "socket=/s port=1 | port and socket exclude each other: a unix socket has no port",
        "uri=nbd://h export=x | export and uri exclude each other: write the export into the URI",
        "socket=/s export=x dynamic-export=1 | export and dynamic-export=true exclude each other",
        "socket=/s shared=1 dynamic-export=1 | shared=true and dynamic-export=true exclude each"
            + " other: a connection has one export",
        "uri=http://h | http://h: not the URI of an NBD server (try nbd://host/export)",
        "hostname=h port=0 | out of range: from 1 to 65535",
      })
  void parametersThatDoNotGoTogether_areRefused(String parameters, String reason) {
    ConfigException refusal =
        assertThrows(ConfigException.class, () -> configured(parameters.split(" ", -1)));
    assertEquals(reason, refusal.getMessage());
  }
}
