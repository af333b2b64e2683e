package nbdj.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import nbdj.api.ConfigException;
import nbdj.api.Export;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FilePluginTests {
  @TempDir Path temporary;
  private Path folder;
  private final FilePlugin plugin = new FilePlugin();

  FilePluginTests() {
    folder = Path.of("");
  }

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("folder")).toRealPath();
  }

  @Test
  void serviceLoader_findsThePluginByItsName() {
    List<Plugin> found = ServiceLoader.load(Plugin.class).stream().map(p -> p.get()).toList();
    assertEquals(1, found.size());
    assertInstanceOf(FilePlugin.class, found.getFirst());
    assertEquals("file", FilePlugin.class.getAnnotation(Registered.class).name());
    assertFalse(found.getFirst().description().isEmpty());
    assertEquals(ThreadModel.PARALLEL, plugin.threadModel());
  }

  @Test
  void parameters_haveHelpAndOneIsMagic() {
    assertTrue(plugin.parameters().stream().noneMatch(p -> p.help().isEmpty()));
    assertEquals(
        List.of("file"),
        plugin.parameters().stream().filter(Parameter::isMagic).map(Parameter::name).toList());
  }

  @Test
  void config_ofWhatIsNotThere_saysSo() {
    assertEquals("no such file", refusal("file", folder.resolve("no").toString()));
    assertEquals("no such directory", refusal("dir", folder.resolve("no").toString()));
    assertEquals("is a directory (try dir=%s)".formatted(folder), refusal("file", "" + folder));
    assertEquals("not a regular file or block device", refusal("file", "/dev/null"));
    assertEquals("not one of default, none", refusal("cache", "some"));
    assertEquals("not one of normal, random, sequential", refusal("fadvise", "some"));
    assertThrows(ConfigException.class, () -> plugin.config("colour", "blue"));
  }

  @Test
  void config_ofAFileAsDirectory_saysSo() throws IOException {
    Path file = Files.createFile(folder.resolve("disk"));
    assertEquals("not a directory (try file=%s)".formatted(file), refusal("directory", "" + file));
  }

  @Test
  void configComplete_needsExactlyOneOfFileAndDir() throws IOException {
    assertEquals(
        "nothing to serve (try file=disk.img or dir=images)",
        assertThrows(ConfigException.class, plugin::configComplete).getMessage());
    plugin.config("file", Files.createFile(folder.resolve("disk")).toString());
    plugin.configComplete();
    plugin.config("dir", folder.toString());
    assertEquals(
        "file and dir were both given (give one of them)",
        assertThrows(ConfigException.class, plugin::configComplete).getMessage());
    assertThrows(ConfigException.class, () -> plugin.config("directory", folder.toString()));
  }

  @Test
  void dump_describesWhatIsConfigured() throws IOException {
    assertFalse(plugin.dump().containsKey("file_path"));
    Path file = Files.createFile(folder.resolve("disk"));
    plugin.config("file", file.toString());
    assertEquals(file.toString(), plugin.dump().get("file_path"));
    assertEquals("no", new FilePlugin(SystemControls.PORTABLE).dump().get("file_extents"));
  }

  @Test
  void file_isOpenedUnderAnyName() throws IOException {
    Path file = Files.write(folder.resolve("disk"), new byte[] {1, 2, 3});
    plugin.config("file", file.toString());
    plugin.afterFork();
    assertEquals(Optional.of(""), plugin.defaultExport(false, false));
    assertEquals(List.of(Export.of("")), plugin.listExports(false, false));
    assertArrayEquals(new byte[] {2, 3}, firstBytes("any/../name", 1, 2));
    plugin.cleanup();
  }

  @Test
  void fileRemovedAfterConfig_isRefusedAtOpen() throws IOException {
    Path file = Files.createFile(folder.resolve("disk"));
    plugin.config("file", file.toString());
    Files.delete(file);
    assertEquals("%s: no such file".formatted(file), openFailure(""));
  }

  @Test
  void directory_listsItsFilesAndOpensThem() throws Exception {
    Files.write(folder.resolve("b"), new byte[] {2});
    Files.write(folder.resolve("a"), new byte[] {1});
    Files.createDirectory(folder.resolve("sub"));
    Files.write(folder.resolve("sub/inner"), new byte[] {3});
    Files.createSymbolicLink(folder.resolve("link"), Path.of("sub/inner"));
    Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere"));
    plugin.config("dir", folder.toString());
    plugin.configComplete();
    assertEquals(
        List.of(Export.of("a"), Export.of("b"), Export.of("link")),
        plugin.listExports(false, false));
    assertEquals(Optional.empty(), plugin.defaultExport(false, false));
    assertArrayEquals(new byte[] {2}, firstBytes("b", 0, 1));
    assertArrayEquals(new byte[] {3}, firstBytes("link", 0, 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "/",
        "../secret",
        "sub/inner",
        "a/",
        "/etc/passwd",
        "a\0",
        "\0",
        "no",
        "out",
        "outFolder",
        "chain",
        "sub",
        "loop",
        "pipe",
        "null",
        "dangling"
      })
  void directory_givesNothingElse(String name) throws Exception {
    Files.write(temporary.resolve("secret"), new byte[] {9});
    Files.write(folder.resolve("a"), new byte[] {1});
    Files.createDirectory(folder.resolve("sub"));
    Files.write(folder.resolve("sub/inner"), new byte[] {3});
    Files.createSymbolicLink(folder.resolve("out"), Path.of("../secret"));
    Files.createSymbolicLink(folder.resolve("outFolder"), Path.of(".."));
    Files.createSymbolicLink(folder.resolve("chain"), Path.of("out"));
    Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nowhere"));
    Places.run("mkfifo", folder.resolve("pipe").toString());
    plugin.config("dir", folder.toString());
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> openFailure(name));
    assertEquals(List.of(Export.of("a")), plugin.listExports(false, false));
  }

  @Test
  void siblingWhoseNameBeginsLikeTheDirectory_isOutside() throws IOException {
    Path sibling = Files.createDirectory(temporary.resolve("folder2"));
    Files.write(sibling.resolve("x"), new byte[] {1});
    Files.createSymbolicLink(folder.resolve("x"), sibling.resolve("x"));
    plugin.config("dir", folder.toString());
    assertEquals("export 'x' leads out of the directory", openFailure("x"));
  }

  @Test
  void fileWhoseNameIsNoText_isNotListed() throws Exception {
    Files.write(folder.resolve("a"), new byte[] {1});
    Places.run("sh", "-c", "cd '%s' && : > \"$(printf 'x\\377y')\"".formatted(folder));
    assertEquals("2", Places.run("sh", "-c", "ls '%s' | wc -l".formatted(folder)));
    plugin.config("dir", folder.toString());
    assertEquals(List.of(Export.of("a")), plugin.listExports(false, false));
  }

  @Test
  void directoryGivenThroughALink_opensItsFiles() throws IOException {
    Files.write(folder.resolve("a"), new byte[] {7});
    Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
    plugin.config("dir", link.toString());
    assertArrayEquals(new byte[] {7}, firstBytes("a", 0, 1));
  }

  @Test
  void pipe_isRefusedAtConfigWithoutBeingOpened() throws Exception {
    Path pipe = folder.resolve("pipe");
    Places.run("mkfifo", pipe.toString());
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertEquals("not a regular file or block device", refusal("file", "" + pipe)));
  }

  @Test
  void readOnlyRequest_opensForReading() throws IOException {
    Path file = Files.write(folder.resolve("disk"), new byte[] {1});
    plugin.config("file", file.toString());
    try (Closer handle = new Closer(plugin.open(OpenRequest.of(true, "")))) {
      assertFalse(handle.handle.canWrite());
    }
  }

  /** A program that runs cannot be written, not even by root. */
  @Test
  void fileThatCannotBeWritten_isServedReadOnly() throws Exception {
    Path program = folder.resolve("program");
    Files.copy(Path.of("/bin/sleep").toRealPath(), program);
    assertTrue(program.toFile().setExecutable(true));
    Process running = new ProcessBuilder(program.toString(), "1000").start();
    try {
      plugin.config("file", program.toString());
      try (Closer handle = new Closer(plugin.open(OpenRequest.of(false, "")))) {
        assertFalse(handle.handle.canWrite());
        ByteBuffer magic = ByteBuffer.allocateDirect(4);
        handle.handle.pread(magic, 0);
        assertEquals(0x7f454c46, magic.getInt(0));
      }
    } finally {
      running.destroyForcibly().waitFor();
    }
  }

  private record Closer(PluginHandle handle) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      handle.close();
    }
  }

  private byte[] firstBytes(String export, long offset, int count) throws IOException {
    try (Closer handle = new Closer(plugin.open(OpenRequest.of(true, export)))) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(count);
      handle.handle.pread(buffer, offset);
      byte[] bytes = new byte[count];
      buffer.get(0, bytes);
      return bytes;
    }
  }

  private String openFailure(String export) {
    return String.valueOf(
        assertThrows(NbdException.class, () -> plugin.open(OpenRequest.of(false, export)))
            .getMessage());
  }

  private String refusal(String key, String value) {
    return String.valueOf(
        assertThrows(ConfigException.class, () -> plugin.config(key, value)).getMessage());
  }
}
