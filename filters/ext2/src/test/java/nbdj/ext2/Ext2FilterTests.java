package nbdj.ext2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import nbdj.api.Backend;
import nbdj.api.ConfigException;
import nbdj.api.Context;
import nbdj.api.FilterHandle;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Support;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.InOrder;

class Ext2FilterTests {
  private static final int SPARSE_SIZE = 1 << 20;

  /** More than the image holds. */
  private static final int LARGE_SIZE = 32 << 20;

  @TempDir Path folder;
  private final Backend backend = mock(Backend.class);
  private final Context context = mock(Context.class);
  private final Ext2Filter filter = new Ext2Filter();
  private FileChannel channel;
  private FileNext shared;

  @BeforeEach
  void makeImage() throws Exception {
    Path tree = Files.createDirectory(folder.resolve("tree"));
    Files.writeString(tree.resolve("one"), "hello");
    Files.createDirectory(tree.resolve("sub"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("/one"));
    try (FileChannel sparse =
        FileChannel.open(
            tree.resolve("sparse"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] block = new byte[8192];
      Arrays.fill(block, (byte) 'x');
      sparse.write(ByteBuffer.wrap(block), 65536);
      sparse.write(ByteBuffer.wrap(new byte[] {'e'}), SPARSE_SIZE - 1);
    }
    Image.sparse(tree.resolve("large"), LARGE_SIZE);
    Path image = folder.resolve("disk.img");
    run(
        "mke2fs",
        "-q",
        "-F",
        "-t",
        "ext4",
        "-b",
        "4096",
        "-d",
        tree.toString(),
        image.toString(),
        "16M");
    channel = FileChannel.open(image, StandardOpenOption.READ, StandardOpenOption.WRITE);
    shared = new FileNext(channel, false);
    when(backend.open(false, "", true)).thenReturn(shared);
  }

  @AfterEach
  void closeImage() throws IOException {
    channel.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "", "./one", "exportnames"})
  void config_pathNotAbsolute_isRefusedWithRemedy(String value) {
    ConfigException refusal =
        assertThrows(ConfigException.class, () -> filter.config(backend, "ext2file", value));
    assertEquals(
        "must be an absolute path inside the image (try /%s), or exportname".formatted(value),
        refusal.getMessage());
  }

  @Test
  void afterFork_goodImage_opensOneSharedHandleAndPreparesIt() throws Exception {
    start("/one");
    open("a").prepare(context);
    open("b").prepare(context);
    verify(backend, times(1)).open(false, "", true);
    assertEquals(List.of("prepare"), shared.calls);
  }

  @Test
  void afterFork_noFileSystem_saysWhyAndCleanupClosesTheHandle() throws Exception {
    channel.write(ByteBuffer.allocate(4096), 0);
    NbdException failure = assertThrows(NbdException.class, () -> start("/one"));
    assertTrue(String.valueOf(failure.getMessage()).startsWith("no ext2"), failure::toString);
    filter.cleanup(backend);
    assertEquals(List.of("prepare", "close"), shared.calls);
  }

  @Test
  void prepareAndFinalize_inTurn_lendTheSharedHandleAndTakeItBack() throws Exception {
    start("/one");
    FilterHandle handle = open("");
    handle.prepare(context);
    when(context.setNext(null)).thenReturn(shared);
    handle.finalize(context);
    handle.close();
    InOrder order = inOrder(context);
    order.verify(context).setNext(shared);
    order.verify(context).setNext(null);
    verify(context, never()).openNext(any(Boolean.class), any());
    assertEquals(List.of("prepare"), shared.calls, "a connection must not close the shared handle");
    filter.cleanup(backend);
    assertEquals(List.of("prepare", "close"), shared.calls);
  }

  @Test
  void prepare_connectionHadNext_isAFault() throws Exception {
    start("/one");
    when(context.setNext(shared)).thenReturn(new FileNext(channel, false));
    assertThrows(IllegalStateException.class, () -> open("").prepare(context));
  }

  @Test
  void finalize_otherNextInContext_isAFault() throws Exception {
    start("/one");
    FilterHandle handle = open("");
    handle.prepare(context);
    when(context.setNext(null)).thenReturn(null);
    assertThrows(IllegalStateException.class, () -> handle.finalize(context));
  }

  @ParameterizedTest
  @CsvSource({"/missing", "/sub", "/one/x", "/sub/../nothing"})
  void prepare_noRegularFile_isRefusedAndClosesCleanly(String path) throws Exception {
    start(path);
    FilterHandle handle = open("");
    assertEquals(
        NbdError.EINVAL, assertThrows(NbdException.class, () -> handle.prepare(context)).error());
    verify(context, never()).setNext(any());
    handle.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "/one", "link", "sub/../one"})
  void read_byExportName_findsTheFile(String name) throws Exception {
    start("exportname");
    FilterHandle handle = prepared(name);
    BytesSink sink = new BytesSink();
    handle.read(shared, 0, handle.size(shared), sink);
    assertArrayEquals("hello".getBytes(UTF_8), sink.all());
  }

  @Test
  void exports_byExportName_areNeitherListedNorDefaulted() throws Exception {
    start("exportname");
    assertEquals(List.of(), filter.listExports(backend, false, false));
    assertEquals(Optional.empty(), filter.defaultExport(backend, false, false));
  }

  @Test
  void exports_byPath_areTheDefaultAlone() throws Exception {
    start("/one");
    assertEquals("", filter.listExports(backend, false, false).getFirst().name());
    assertEquals(Optional.of(""), filter.defaultExport(backend, false, false));
  }

  @Test
  void read_sparseFile_isRunsOfTheLayerAndZeroes() throws Exception {
    start("/sparse");
    BytesSink sink = new BytesSink();
    prepared("").read(shared, 0, 131072, sink);
    assertEquals(List.of("zeroes", "buffer", "zeroes"), sink.pieces);
    byte[] expected = new byte[131072];
    Arrays.fill(expected, 65536, 65536 + 8192, (byte) 'x');
    assertArrayEquals(expected, sink.all());
  }

  @Test
  void extents_sparseFile_areTheFilesOwn() throws Exception {
    start("/sparse");
    List<String> extents = new ArrayList<>();
    prepared("")
        .extents(
            shared,
            4096,
            SPARSE_SIZE - 4096,
            Flags.NONE,
            (offset, length, type) -> extents.add("%d+%d %s".formatted(offset, length, type)));
    assertEquals(
        List.of(
            "4096+61440 HOLE_ZERO",
            "65536+8192 DATA",
            "73728+970752 HOLE_ZERO",
            "1044480+4096 DATA"),
        extents);
  }

  @Test
  void pwrite_allocatedBlock_isOneWriteBelowWithFua() throws Exception {
    start("/one");
    FilterHandle handle = prepared("");
    handle.pwrite(shared, ByteBuffer.wrap("world".getBytes(UTF_8)), 0, Flags.of(Flag.FUA));
    assertEquals(List.of("prepare", "pwrite 5 FUA"), shared.calls);
    BytesSink sink = new BytesSink();
    handle.read(shared, 0, 5, sink);
    assertArrayEquals("world".getBytes(UTF_8), sink.all());
  }

  @Test
  void pwrite_layerWithoutFua_isFlushedInstead() throws Exception {
    shared.fua = Support.NONE;
    start("/one");
    FilterHandle handle = prepared("");
    assertEquals(Support.NONE, handle.canFua(shared));
    new LayerDevice(shared).write(ByteBuffer.wrap(new byte[512]), 0, true);
    assertEquals(List.of("prepare", "pwrite 512 none", "flush"), shared.calls);
  }

  @Test
  void pwrite_hole_isOneWriteBelowUntilItIsFlushed() throws Exception {
    start("/sparse");
    FilterHandle handle = prepared("");
    byte[] data = new byte[8192];
    Arrays.fill(data, (byte) 'd');
    handle.pwrite(shared, ByteBuffer.wrap(data), 65536 - 8192, Flags.NONE);
    assertEquals(List.of("prepare", "pwrite 8192 none"), shared.calls);
    BytesSink sink = new BytesSink();
    handle.read(shared, 65536 - 8192, 8192, sink);
    assertArrayEquals(data, sink.all());
    handle.flush(shared);
    assertEquals("flush", shared.calls.getLast());
    assertTrue(shared.calls.size() > 4, shared.calls::toString);
  }

  @Test
  void pwrite_noSpaceLeft_isToldAsThat() throws Exception {
    start("/large");
    FilterHandle handle = prepared("");
    ByteBuffer data = ByteBuffer.allocate(1 << 20);
    NbdException refusal =
        assertThrows(
            NbdException.class,
            () -> {
              for (long at = 0; at < LARGE_SIZE; at += data.capacity()) {
                handle.pwrite(shared, data.clear(), at, Flags.NONE);
              }
            });
    assertEquals(NbdError.ENOSPC, refusal.error());
    handle.trim(shared, 0, 4 << 20, Flags.of(Flag.FUA));
    handle.pwrite(shared, data.clear(), 1 << 20, Flags.of(Flag.FUA));
    handle.close();
    filter.cleanup(backend);
    Image.run("e2fsck", "-fn", folder.resolve("disk.img").toString());
  }

  @Test
  void zero_wholeBlocks_isMetadataAlone() throws Exception {
    start("/sparse");
    FilterHandle handle = prepared("");
    assertTrue(handle.canFastZero(shared));
    handle.zero(shared, 0, 65536 + 4096, Flags.of(Flag.MAY_TRIM));
    handle.zero(shared, 65536 + 4096, 8192, Flags.of(Flag.FAST_ZERO));
    assertEquals(List.of("prepare"), shared.calls);
    List<String> extents = new ArrayList<>();
    handle.extents(
        shared,
        0,
        131072,
        Flags.NONE,
        (offset, length, type) -> extents.add("%d+%d %s".formatted(offset, length, type)));
    assertEquals(List.of("0+69632 HOLE_ZERO", "69632+8192 ZERO", "77824+53248 HOLE_ZERO"), extents);
  }

  @Test
  void zero_dataWithoutHoles_isOneZeroBelow() throws Exception {
    start("/sparse");
    prepared("").zero(shared, 65536, 4096, Flags.NONE);
    assertEquals(List.of("prepare", "zero 4096 none"), shared.calls);
  }

  @Test
  void cache_sparseFile_asksForDataAlone() throws Exception {
    start("/sparse");
    prepared("").cache(shared, 0, 131072);
    assertEquals(List.of("prepare", "cache 8192"), shared.calls);
  }

  @Test
  void flush_reachesTheLayerBelow() throws Exception {
    start("/one");
    prepared("").flush(shared);
    assertEquals(List.of("prepare", "flush"), shared.calls);
  }

  @Test
  void readOnlyLayer_fileIsServedReadOnly() throws Exception {
    shared = new FileNext(channel, true);
    when(backend.open(false, "", true)).thenReturn(shared);
    start("/one");
    FilterHandle handle = prepared("");
    assertFalse(handle.canWrite(shared));
    assertEquals(Support.NONE, handle.canZero(shared));
    assertTrue(handle.canMultiConn(shared));
  }

  @Test
  void cleanup_changedFile_leavesNothingToRecover() throws Exception {
    start("/sparse");
    FilterHandle handle = prepared("");
    handle.pwrite(shared, ByteBuffer.allocate(4096), 0, Flags.NONE);
    handle.flush(shared);
    assertTrue(needsRecovery());
    handle.close();
    filter.cleanup(backend);
    assertFalse(needsRecovery());
  }

  private boolean needsRecovery() throws Exception {
    return Image.run("dumpe2fs", "-h", folder.resolve("disk.img").toString())
        .contains("needs_recovery");
  }

  @Test
  void description_namesTheFileAndTheDisk() throws Exception {
    start("/one");
    assertEquals(
        Optional.of("embedded '/one' from within ext2 image: disk"),
        prepared("").description(shared));
    assertSame(filter.parameters().getFirst().isRequired(), true);
  }

  private void start(String file) throws IOException {
    filter.config(backend, "ext2file", file);
    filter.afterFork(backend);
  }

  private FilterHandle open(String exportName) {
    return filter.open(context, OpenRequest.of(false, exportName));
  }

  private FilterHandle prepared(String exportName) throws IOException {
    FilterHandle handle = open(exportName);
    handle.prepare(context);
    return handle;
  }

  private static void run(String... command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "needs " + command[0] + ": " + e.getMessage());
      return;
    }
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
  }
}
