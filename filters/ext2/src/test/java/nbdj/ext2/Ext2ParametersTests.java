package nbdj.ext2;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import nbdj.api.Backend;
import nbdj.api.ConfigException;
import nbdj.api.Context;
import nbdj.api.Export;
import nbdj.api.FilterHandle;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Support;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the parameters of the filter change. */
class Ext2ParametersTests {
  @TempDir Path folder;
  private final Backend backend = mock(Backend.class);
  private final Ext2Filter filter = new Ext2Filter();
  private Path tree;
  private Path image;
  private FileChannel channel;
  private FileNext shared;

  @BeforeEach
  void makeTree() throws Exception {
    tree = Files.createDirectory(folder.resolve("tree"));
    image = folder.resolve("disk.img");
    channel =
        FileChannel.open(
            image,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    shared = new FileNext(channel, false);
    when(backend.open(anyBoolean(), any(), anyBoolean())).thenReturn(shared);
    Files.writeString(tree.resolve("one"), "hello");
    Image.sparse(tree.resolve("sparse"), 1 << 20);
  }

  @AfterEach
  void cleanUp() throws IOException {
    filter.cleanup(backend);
    channel.close();
  }

  private void make(String... options) throws Exception {
    Image.make(image, tree, options);
  }

  private void start(String... words) throws IOException {
    for (String word : words) {
      filter.config(
          backend, word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
    }
    filter.configComplete(backend);
    filter.afterFork(backend);
  }

  private FilterHandle prepared(String name) throws IOException {
    Context context = mock(Context.class);
    FilterHandle handle = filter.open(context, OpenRequest.of(false, name));
    handle.prepare(context);
    return handle;
  }

  @Test
  void declarations_haveDefaultsThatAreTaken() throws Exception {
    Map<String, String> defaults = new TreeMap<>();
    for (Parameter parameter : filter.parameters()) {
      if (!parameter.isRequired()) {
        defaults.put(parameter.name(), parameter.defaultValue());
        parameter.check(parameter.defaultValue());
        filter.config(backend, parameter.name(), parameter.defaultValue());
      }
    }
    assertEquals(
        Map.of(
            "ext2write", "full", "ext2discard", "false", "ext2force", "false", "ext2list", "false"),
        defaults);
    assertEquals(defaults, filter.dump());
  }

  @Test
  void writeNone_opensTheLayerReadOnly_andSaysSoToClients() throws Exception {
    make("-t", "ext4");
    start("ext2file=/one", "ext2write=none");
    verify(backend).open(true, "", true);
    FilterHandle handle = prepared("");
    assertFalse(handle.canWrite(shared));
    assertFalse(handle.canTrim(shared));
    assertEquals(Support.NONE, handle.canZero(shared));
  }

  @Test
  void writeFull_opensTheLayerForWriting() throws Exception {
    make("-t", "ext4");
    start("ext2file=/one", "ext2write=full");
    verify(backend).open(false, "", true);
    assertTrue(prepared("").canWrite(shared));
  }

  @Test
  void writeOverwrite_writesDataOverDataAlone() throws Exception {
    make("-t", "ext4");
    start("ext2file=exportname", "ext2write=overwrite");
    prepared("one").pwrite(shared, ByteBuffer.wrap(new byte[5]), 0, Flags.NONE);
    FilterHandle sparse = prepared("sparse");
    byte[] before = Files.readAllBytes(image);
    assertThrows(
        NbdException.class,
        () -> sparse.pwrite(shared, ByteBuffer.wrap(new byte[4096]), 0, Flags.NONE));
    assertFalse(sparse.canTrim(shared));
    assertArrayEquals(before, Files.readAllBytes(image));
  }

  @Test
  void force_writesWhatIsMarkedAsHavingErrors() throws Exception {
    make("-t", "ext4");
    Image.run("debugfs", "-w", "-R", "ssv state 3", image.toString());
    start("ext2file=/one");
    assertFalse(prepared("").canWrite(shared));
    filter.cleanup(backend);
    Ext2Filter forced = new Ext2Filter();
    forced.config(backend, "ext2file", "/one");
    forced.config(backend, "ext2force", "true");
    forced.configComplete(backend);
    forced.afterFork(backend);
    Context context = mock(Context.class);
    FilterHandle handle = forced.open(context, OpenRequest.of(false, ""));
    handle.prepare(context);
    assertTrue(handle.canWrite(shared));
    forced.cleanup(backend);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext2list=true", "ext2list=yes"})
  void list_withOneFile_isRefused(String word) {
    ConfigException refusal =
        assertThrows(ConfigException.class, () -> start("ext2file=/one", word));
    assertEquals(
        "ext2list=true lists files that clients may choose, but there is only /one"
            + " (use ext2file=exportname)",
        refusal.getMessage());
  }

  @Test
  void forceWithoutWriting_isRefused() throws IOException {
    ConfigException refusal =
        assertThrows(
            ConfigException.class,
            () -> start("ext2file=/one", "ext2write=none", "ext2force=true"));
    assertTrue(String.valueOf(refusal.getMessage()).contains("leave one out"));
    verify(backend, never()).open(anyBoolean(), any(), anyBoolean());
  }

  private List<String> listed() throws IOException {
    return filter.listExports(backend, false, false).stream().map(Export::name).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"^dir_index", "^filetype"})
  void list_ofAnImage_isItsRegularFiles(String feature) throws Exception {
    Files.createDirectories(tree.resolve("images/old"));
    Files.writeString(tree.resolve("images/old/a.raw"), "a");
    Files.writeString(tree.resolve("images/grüße und so"), "b");
    Files.createSymbolicLink(tree.resolve("link"), Path.of("one"));
    Files.createSymbolicLink(tree.resolve("images/loop"), Path.of(".."));
    make("-t", "ext4", "-O", feature);
    start("ext2file=exportname", "ext2list=true");
    List<String> expected = List.of("images/grüße und so", "images/old/a.raw", "one", "sparse");
    assertEquals(expected, listed());
    for (String name : expected) {
      prepared(name).close();
    }
  }

  @Test
  void list_ofADeepTree_endsSomewhere() throws Exception {
    Path deep = tree;
    for (int i = 0; i < 40; i++) {
      deep = Files.createDirectory(deep.resolve("d"));
      Files.writeString(deep.resolve("file"), "deep");
    }
    make("-t", "ext4");
    start("ext2file=exportname", "ext2list=true");
    List<String> names = listed();
    assertTrue(names.contains("d/".repeat(32) + "file"), names::toString);
    assertFalse(names.contains("d/".repeat(33) + "file"), names::toString);
  }

  @Test
  void list_withADamagedFolder_isTheRest() throws Exception {
    Files.createDirectories(tree.resolve("bad"));
    Files.writeString(tree.resolve("bad/file"), "lost");
    make("-t", "ext2");
    Image.run("debugfs", "-w", "-R", "sif bad block[0] 99999999", image.toString());
    start("ext2file=exportname", "ext2list=true");
    assertEquals(List.of("one", "sparse"), listed());
  }

  @Test
  void list_ofACircle_ends() throws Exception {
    Files.createDirectories(tree.resolve("a"));
    Files.writeString(tree.resolve("a/file"), "here");
    make("-t", "ext4", "-O", "^metadata_csum");
    Image.run("debugfs", "-w", "-R", "ln / a/again", image.toString());
    Image.run("debugfs", "-w", "-R", "ln a a/itself", image.toString());
    start("ext2file=exportname", "ext2list=true");
    List<String> names = listed();
    assertTrue(names.contains("a/file"), names::toString);
    assertTrue(names.size() < 10, names::toString);
  }

  @Test
  void answerOnItsWay_keepsItsBlocksFromOtherFiles() throws Exception {
    int size = 5 << 20;
    Files.write(tree.resolve("full"), new byte[size]);
    Image.sparse(tree.resolve("hungry"), 2L * size);
    make("-t", "ext4", "-J", "size=4");
    start("ext2file=exportname");
    FilterHandle full = prepared("full");
    full.pwrite(shared, ByteBuffer.allocateDirect(size), 0, Flags.NONE);
    BytesSink sink = new BytesSink();
    full.read(shared, 0, size, sink);
    full.trim(shared, 0, size, Flags.of(Flag.FUA));
    FilterHandle hungry = prepared("hungry");
    int before = fill(hungry, 2 * size);
    sink.sent();
    assertTrue(before < 2 * size, "there is room for more than what was trimmed");
    assertTrue(fill(hungry, 2 * size) >= before + size / 2, "what was trimmed is used now");
  }

  /** Write to a file until the filesystem is full, and get how far that went. */
  private int fill(FilterHandle handle, int size) throws IOException {
    int chunk = 1 << 18;
    for (int at = 0; at < size; at += chunk) {
      try {
        handle.pwrite(shared, ByteBuffer.allocate(chunk), at, Flags.NONE);
      } catch (NbdException e) {
        assertEquals(NbdError.ENOSPC, e.error());
        return at;
      }
    }
    return size;
  }

  @Test
  void list_notAskedFor_isEmpty() throws Exception {
    make("-t", "ext4");
    start("ext2file=exportname", "ext2list=false");
    assertEquals(List.of(), listed());
  }
}
