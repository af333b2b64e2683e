package nbdj.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import nbdj.api.BlockSize;
import nbdj.api.ConfigException;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;
import nbdj.api.Support;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MemoryPluginTests {
  @Test
  void serviceLoader_findsThePluginByItsName() {
    List<Plugin> found = ServiceLoader.load(Plugin.class).stream().map(p -> p.get()).toList();
    assertEquals(1, found.size());
    assertInstanceOf(MemoryPlugin.class, found.getFirst());
    assertEquals("memory", MemoryPlugin.class.getAnnotation(Registered.class).name());
    assertFalse(found.getFirst().description().isEmpty());
  }

  @Test
  void parameters_declareSizeAsRequiredAndMagic() {
    Parameter size = new MemoryPlugin().parameters().getFirst();
    assertEquals("size", size.name());
    assertTrue(size.isRequired());
    assertTrue(size.isMagic());
    assertTrue(new MemoryPlugin().parameters().stream().noneMatch(p -> p.help().isEmpty()));
  }

  @Test
  void configComplete_withoutSize_saysWhatIsMissing() {
    ConfigException e =
        assertThrows(ConfigException.class, () -> new MemoryPlugin().configComplete());
    assertEquals("the parameter size is missing (try size=1G)", e.getMessage());
  }

  @Test
  void config_thatCannotBe_isRefused() {
    MemoryPlugin plugin = new MemoryPlugin();
    assertThrows(ConfigException.class, () -> plugin.config("size", "12Q"));
    assertThrows(ConfigException.class, () -> plugin.config("allocator", "zstd"));
    assertThrows(ConfigException.class, () -> plugin.config("colour", "blue"));
  }

  @Test
  void dump_beforeAndAfterConfig_describesThePlugin() throws IOException {
    MemoryPlugin plugin = new MemoryPlugin();
    assertFalse(plugin.dump().containsKey("memory_size"));
    plugin.config("size", "1M");
    assertEquals("1048576", plugin.dump().get("memory_size"));
    assertEquals("sparse", plugin.dump().get("memory_allocator"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparse", "malloc"})
  void handle_offersEverything(String allocator) throws IOException {
    try (Disk disk = Disk.of("1M", allocator)) {
      PluginHandle handle = disk.handle;
      assertEquals(1 << 20, handle.size());
      assertTrue(handle.canWrite() && handle.canFlush() && handle.canTrim() && handle.canZero());
      assertTrue(handle.canFastZero() && handle.canExtents() && handle.canMultiConn());
      assertEquals(Support.NATIVE, handle.canFua());
      assertEquals(Support.NATIVE, handle.canCache());
      assertFalse(handle.isRotational());
      long block = allocator.equals("sparse") ? 32768 : 4096;
      assertEquals(new BlockSize(1, block, BlockSize.UNLIMITED), handle.blockSize());
      assertEquals(ThreadModel.PARALLEL, disk.plugin.threadModel());
      handle.flush();
      handle.cache(0, 1 << 20);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparse", "malloc"})
  void write_onOneHandle_isSeenByAnotherOfAnyName(String allocator) throws IOException {
    try (Disk disk = Disk.of("1M", allocator)) {
      disk.handle.pwrite(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}), 99, Flags.of(Flag.FUA));
      PluginHandle other = disk.plugin.open(OpenRequest.of(true, "any"));
      Answer answer = new Answer();
      other.read(98, 5, answer);
      assertArrayEquals(new byte[] {0, 1, 2, 3, 0}, answer.content());
      other.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparse", "malloc"})
  void size0_opens(String allocator) throws IOException {
    try (Disk disk = Disk.of("0", allocator)) {
      assertEquals(0, disk.handle.size());
    }
  }

  @Test
  void mallocBeyondMemory_isRefusedWithSizeAndRemedy() throws IOException {
    MemoryPlugin plugin = new MemoryPlugin(() -> 1L << 30);
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> Disk.start(plugin, Map.of("size", "1G", "allocator", "malloc")));
    assertEquals(
        "size=1073741824: allocator=malloc needs that many bytes of memory and 1006632960 are"
            + " available (try allocator=sparse)",
        e.getMessage());
    plugin.unload();
  }

  @Test
  void mallocOfTheLargestSize_isRefusedWhereNoLimitIsKnown() {
    MemoryPlugin plugin = new MemoryPlugin(() -> AvailableMemory.UNKNOWN);
    assertThrows(
        ConfigException.class,
        () -> Disk.start(plugin, Map.of("size", "9223372036854775807", "allocator", "malloc")));
  }

  @Test
  void malloc_lendsLargeReadsAndCopiesSmallOnes() throws IOException {
    try (Disk disk = Disk.of("1M", "malloc")) {
      disk.fill(0, 1 << 20, 7);
      Answer large = new Answer();
      disk.handle.read(5, 300_000, large);
      assertEquals(300_000, large.lent);
      assertArrayEquals(disk.read(5, 300_000), large.content());
      Answer small = new Answer();
      disk.handle.read(5, 4096, small);
      assertEquals(0, small.lent);
    }
  }

  @Test
  void memoryRunsOut_writeFailsAndTheRestGoesOn() throws IOException {
    long[] left = {1 << 30};
    try (Disk disk = Disk.start(new MemoryPlugin(() -> left[0]), Map.of("size", "4E"))) {
      disk.fill(0, 5000, 1);
      left[0] = PagePool.RESERVE;
      NbdException e = assertThrows(NbdException.class, () -> disk.fill(1 << 20, 64 << 20, 2));
      assertEquals(NbdError.ENOSPC, e.error());
      assertArrayEquals(new byte[] {1, 0}, disk.read(4999, 2));
      disk.fill(100, 1000, 3);
      disk.punch(1 << 20, 64 << 20);
      disk.fill(1 << 20, 4 << 20, 4);
      assertEquals(4, disk.read(5 << 20, 1)[0] + disk.read((5 << 20) - 1, 1)[0]);
    }
  }

  @Test
  void unload_withoutStart_isHarmless() throws IOException {
    MemoryPlugin plugin = new MemoryPlugin();
    plugin.load();
    plugin.unload();
    assertThrows(IllegalStateException.class, () -> plugin.open(OpenRequest.of(false, "")));
  }
}
