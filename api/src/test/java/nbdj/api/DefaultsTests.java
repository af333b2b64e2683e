package nbdj.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a layer does that overrides nothing. */
class DefaultsTests {
  private static final int MIB = 1 << 20;

  /** A call of a layer below. */
  private record Call(String name, List<Object> arguments) {}

  private final List<Call> calls = new ArrayList<>();

  private Next recording(boolean answer, Support support) {
    return (Next)
        Proxy.newProxyInstance(
            Next.class.getClassLoader(),
            new Class<?>[] {Next.class},
            (proxy, method, arguments) -> {
              calls.add(new Call(method.getName(), listOf(arguments)));
              return sample(method.getReturnType(), answer, support);
            });
  }

  private static List<Object> listOf(Object @Nullable [] arguments) {
    return arguments == null ? List.of() : Arrays.asList(arguments);
  }

  private static @Nullable Object sample(Class<?> type, boolean answer, Support support) {
    if (type == boolean.class) {
      return answer;
    }
    if (type == long.class) {
      return 42L;
    }
    if (type == Support.class) {
      return support;
    }
    if (type == Optional.class) {
      return Optional.of("text");
    }
    if (type == List.class) {
      return List.of("x-other:map");
    }
    return type == BlockSize.class ? new BlockSize(512, 512, 512) : null;
  }

  private static Object argument(Class<?> type) {
    if (type == long.class) {
      return 7L;
    }
    if (type == String.class) {
      return "x-other:map";
    }
    if (type == ByteBuffer.class) {
      return ByteBuffer.allocate(1);
    }
    if (type == Flags.class) {
      return Flags.of(Flag.FUA);
    }
    return Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null);
  }

  /** Every question and operation that a filter's handle is asked with the layer below. */
  static Stream<Method> operations() {
    return Arrays.stream(FilterHandle.class.getMethods())
        .filter(m -> m.getParameterCount() > 0 && m.getParameterTypes()[0] == Next.class);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void passThrough_anyOperation_isTheLayersBelow(Method operation) throws Exception {
    Next next = recording(true, Support.NATIVE);
    List<Object> arguments = new ArrayList<>();
    arguments.add(next);
    Stream.of(operation.getParameterTypes())
        .skip(1)
        .map(DefaultsTests::argument)
        .forEach(arguments::add);
    Object answer = operation.invoke(new PassThrough(), arguments.toArray());
    assertEquals(1, calls.size());
    assertEquals(operation.getName(), calls.getFirst().name());
    List<Object> passed = calls.getFirst().arguments();
    assertEquals(arguments.size() - 1, passed.size());
    for (int i = 0; i < passed.size(); i++) {
      if (!(passed.get(i) instanceof Long)) {
        assertSame(arguments.get(i + 1), passed.get(i));
      }
    }
    assertEquals(sample(operation.getReturnType(), true, Support.NATIVE), answer);
  }

  @ParameterizedTest
  @CsvSource({"NONE, NONE", "EMULATE, NATIVE", "NATIVE, NATIVE"})
  void passThrough_whatIsEmulatedBelow_isNativeHere(Support below, Support here)
      throws IOException {
    Next next = recording(true, below);
    assertSame(here, new PassThrough().canZero(next));
    assertSame(here, new PassThrough().canFua(next));
    assertSame(here, new PassThrough().canCache(next));
  }

  /** An export that begins 100 bytes into the layer below. */
  private static final class Hundred extends Window {
    @Override
    protected long start() {
      return 100;
    }

    @Override
    public long size(Next next) {
      return 0;
    }
  }

  @ParameterizedTest
  @MethodSource("operations")
  void window_anyOperation_isTheLayersBelowAtItsOffset(Method operation) throws Exception {
    boolean own = Set.of("size", "description").contains(operation.getName());
    Next next = recording(true, Support.EMULATE);
    List<Object> arguments = new ArrayList<>();
    arguments.add(next);
    Stream.of(operation.getParameterTypes())
        .skip(1)
        .map(DefaultsTests::argument)
        .forEach(arguments::add);

    Object answer = operation.invoke(new Hundred(), arguments.toArray());

    if (own) {
      assertEquals(List.of(), calls);
      return;
    }
    assertEquals(operation.getName(), calls.getFirst().name());
    boolean offset = true;
    for (Object passed : calls.getFirst().arguments()) {
      if (passed instanceof Long number) {
        assertEquals(offset ? 107L : 7L, number);
        offset = false;
      }
    }
    if (operation.getReturnType() == Support.class) {
      assertSame(Support.NATIVE, answer);
    }
  }

  @Test
  void window_extents_comeBackAtTheOffsetsOfTheExport() throws IOException {
    List<String> seen = new ArrayList<>();
    Next below =
        (Next)
            Proxy.newProxyInstance(
                Next.class.getClassLoader(),
                new Class<?>[] {Next.class},
                (proxy, method, arguments) -> {
                  ((ExtentSink) arguments[3]).add(103, 5, ExtentType.ZERO);
                  return null;
                });
    new Hundred()
        .extents(
            below,
            3,
            5,
            Flags.NONE,
            (offset, length, type) -> seen.add(offset + "+" + length + " " + type));
    assertEquals(List.of("3+5 ZERO"), seen);
  }

  @Test
  void window_metaExtents_comeBackAtTheOffsetsOfTheExport() throws IOException {
    List<String> seen = new ArrayList<>();
    Next below =
        (Next)
            Proxy.newProxyInstance(
                Next.class.getClassLoader(),
                new Class<?>[] {Next.class},
                (proxy, method, arguments) -> {
                  ((MetaSink) arguments[4]).add(103, 5, 9);
                  return null;
                });
    new Hundred()
        .metaExtents(
            below,
            "x-other:map",
            3,
            5,
            Flags.NONE,
            (offset, length, status) -> seen.add(offset + "+" + length + " " + status));
    assertEquals(List.of("3+5 9"), seen);
  }

  @Test
  void windowNotAlignedToTheBlocksBelow_blockSize_isUnknown() throws IOException {
    assertEquals(BlockSize.UNKNOWN, new Hundred().blockSize(recording(true, Support.NATIVE)));
  }

  /** A handle that has only what it must have. */
  private static final class LeastFilter implements FilterHandle {
    @Override
    public long size(Next next) {
      return 0;
    }

    @Override
    public void read(Next next, long offset, long count, ReadSink sink) {}
  }

  @Test
  void leastFilter_overACapableLayer_showsOnlyItsFlush() throws IOException {
    Next next = recording(true, Support.NATIVE);
    FilterHandle filter = new LeastFilter();
    assertEquals(Optional.empty(), filter.description(next));
    assertEquals(BlockSize.UNKNOWN, filter.blockSize(next));
    assertEquals(false, filter.canWrite(next));
    assertEquals(true, filter.canFlush(next));
    assertEquals(false, filter.canTrim(next));
    assertSame(Support.NONE, filter.canZero(next));
    assertEquals(false, filter.canFastZero(next));
    assertEquals(false, filter.canExtents(next));
    assertSame(Support.EMULATE, filter.canFua(next));
    assertEquals(false, filter.canMultiConn(next));
    assertSame(Support.NONE, filter.canCache(next));
    assertEquals(List.of(), filter.metaContexts(next));
    assertThrows(
        NbdException.class,
        () ->
            filter.metaExtents(
                next, "x-other:map", 0, 1, Flags.NONE, (offset, length, status) -> {}));
  }

  @Test
  void leastFilter_extents_areData() throws IOException {
    List<String> seen = new ArrayList<>();
    new LeastFilter()
        .extents(
            recording(true, Support.NATIVE),
            3,
            5,
            Flags.NONE,
            (offset, length, type) -> seen.add(offset + "+" + length + " " + type));
    assertEquals(List.of("3+5 DATA"), seen);
    assertEquals(List.of(), calls);
  }

  /** A plugin's handle that has only what it must have; notes what it is asked to read. */
  private static final class LeastPlugin implements PluginHandle {
    private final List<String> reads = new ArrayList<>();

    @Override
    public long size() {
      return Long.MAX_VALUE;
    }

    @Override
    public void pread(ByteBuffer buffer, long offset) {
      reads.add(offset + "+" + buffer.remaining());
      buffer.position(buffer.limit());
    }
  }

  @Test
  void leastPlugin_offersNothingButReading() throws IOException {
    PluginHandle plugin = new LeastPlugin();
    assertEquals(false, plugin.canWrite());
    assertEquals(false, plugin.canFlush());
    assertEquals(false, plugin.canTrim());
    assertEquals(false, plugin.canZero());
    assertEquals(true, plugin.canFastZero());
    assertEquals(false, plugin.canExtents());
    assertSame(Support.NONE, plugin.canFua());
    assertEquals(false, plugin.canMultiConn());
    assertSame(Support.NONE, plugin.canCache());
    assertEquals(List.of(), plugin.metaContexts());
    assertThrows(
        NbdException.class,
        () -> plugin.metaExtents("x-other:map", 0, 1, Flags.NONE, (offset, length, status) -> {}));
    assertEquals(false, plugin.isRotational());
    assertEquals(BlockSize.UNKNOWN, plugin.blockSize());
  }

  @Test
  void leastPlugin_operationsNotOffered_failWithTheErrorOfTheProtocol() {
    PluginHandle plugin = new LeastPlugin();
    ByteBuffer bytes = ByteBuffer.allocate(1);
    assertError(NbdError.EPERM, () -> plugin.pwrite(bytes, 0, Flags.NONE));
    assertError(NbdError.EINVAL, plugin::flush);
    assertError(NbdError.EINVAL, () -> plugin.trim(0, 1, Flags.NONE));
    assertError(NbdError.ENOTSUP, () -> plugin.zero(0, 1, Flags.NONE));
    assertError(NbdError.EINVAL, () -> plugin.cache(0, 1));
  }

  private static void assertError(
      NbdError error, org.junit.jupiter.api.function.Executable operation) {
    assertSame(error, assertThrows(NbdException.class, operation).error());
  }

  @Test
  void leastPlugin_readOfMoreThanABufferHolds_isDoneInParts() throws IOException {
    LeastPlugin plugin = new LeastPlugin();
    plugin.read(5, 130L * MIB, new BuffersOnly(64 * MIB));
    assertEquals(
        List.of("5+" + 64 * MIB, 5 + 64 * MIB + "+" + 64 * MIB, 5 + 128 * MIB + "+" + 2 * MIB),
        plugin.reads);
  }

  @Test
  void leastPlugin_exportsAreTheDefaultOne() throws IOException {
    Plugin plugin = request -> new LeastPlugin();
    assertEquals(List.of(Export.of("")), plugin.listExports(false, false));
    assertSame(ThreadModel.SERIALIZE_ALL_REQUESTS, plugin.threadModel());
    assertEquals(
        "this plugin takes no parameter",
        assertThrows(ConfigException.class, () -> plugin.config("a", "b")).getMessage());
  }

  /** Gives out parts of one buffer. */
  private static final class BuffersOnly implements ReadSink {
    private final ByteBuffer all;

    BuffersOnly(int most) {
      all = ByteBuffer.allocate(most);
    }

    @Override
    public ByteBuffer buffer(int count) {
      assertTrue(count <= all.capacity());
      return all.duplicate().clear().limit(count);
    }

    @Override
    public void bytes(ByteBuffer bytes) {
      throw new AssertionError();
    }

    @Override
    public void bytes(ByteBuffer bytes, Runnable release) {
      throw new AssertionError();
    }

    @Override
    public void file(FileChannel channel, long position, long count) {
      throw new AssertionError();
    }

    @Override
    public void zeroes(long count) {
      throw new AssertionError();
    }
  }
}
