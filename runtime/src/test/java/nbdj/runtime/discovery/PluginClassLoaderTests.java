package nbdj.runtime.discovery;

import static nbdj.runtime.discovery.TestBundles.bundle;
import static nbdj.runtime.discovery.TestBundles.pluginSource;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import nbdj.api.Nbdj;
import nbdj.api.Plugin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

class PluginClassLoaderTests {
  @TempDir private Path temp;

  private LoadedLayer<Plugin> load(Path path) throws IOException {
    return new Catalog(List.of(), List.of()).plugin(path.toString());
  }

  private LoadedLayer<Plugin> loadPlain() throws IOException {
    return load(TestBundles.plugin(temp.resolve("plain.jar"), "plain"));
  }

  private Path withLibrary(String name, String says) throws IOException {
    Path folder = temp.resolve(name);
    Path library =
        bundle()
            .source(
                "package lib; public class Lib { public static String say() { return \"%s\"; } }"
                    .formatted(says))
            .jar(folder.resolve("lib.jar"));
    String member = "public String description() { return lib.Lib.say(); }";
    bundle()
        .against(library)
        .plugin("p.Main", pluginSource(name, member))
        .jar(folder.resolve("main.jar"));
    return folder;
  }

  @Test
  void twoBundles_twoVersionsOfOneLibrary_eachSeesItsOwn() throws Exception {
    try (LoadedLayer<Plugin> one = load(withLibrary("one", "version 1"));
        LoadedLayer<Plugin> two = load(withLibrary("two", "version 2"))) {
      assertEquals("version 1", one.instance().description());
      assertEquals("version 2", two.instance().description());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nbdj.runtime.discovery.Catalog", "org.junit.jupiter.api.Test", "nbdj.apix.X"})
  void classOfTheServer_isInvisible(String name) throws Exception {
    try (LoadedLayer<Plugin> layer = loadPlain()) {
      assertThrows(ClassNotFoundException.class, () -> layer.loader().loadClass(name));
      assertNull(layer.loader().getResource(name.replace('.', '/') + ".class"));
    }
  }

  @Test
  void apiAndLogging_areTheServers() throws Exception {
    try (LoadedLayer<Plugin> layer = loadPlain()) {
      assertSame(Plugin.class, layer.loader().loadClass("nbdj.api.Plugin"));
      assertSame(Logger.class, layer.loader().loadClass("org.slf4j.Logger"));
    }
  }

  @Test
  void jdkOutsideJavaBase_isVisible() throws Exception {
    try (LoadedLayer<Plugin> layer = loadPlain()) {
      assertSame(java.sql.Date.class, layer.loader().loadClass("java.sql.Date"));
      assertTrue(layer.loader().getResources("java/sql/Date.class").hasMoreElements());
    }
  }

  @Test
  void packedCopyOfTheApi_isIgnored() throws Exception {
    Path folder = temp.resolve("packed");
    String member = "public String description() { return \"\" + Nbdj.apiVersion(); }";
    bundle().plugin("p.Main", pluginSource("packed", member)).jar(folder.resolve("main.jar"));
    bundle()
        .source(
            "package nbdj.api; public class Nbdj { public static int apiVersion() { return 7; }}")
        .source("package nbdj.api; public interface Plugin {}")
        .source("package org.slf4j; public interface Logger {}")
        .jar(folder.resolve("copy.jar"));
    try (LoadedLayer<Plugin> layer = load(folder)) {
      assertEquals("" + Nbdj.apiVersion(), layer.instance().description());
      for (Class<?> shared : List.of(Plugin.class, Nbdj.class, Logger.class)) {
        String path = shared.getName().replace('.', '/') + ".class";
        URL server = shared.getClassLoader().getResource(path);
        assertEquals(server, layer.loader().getResource(path));
        assertEquals(List.of(server), Collections.list(layer.loader().getResources(path)));
      }
    }
  }

  @Test
  void packedSubpackageOfTheApi_isNotUsed() throws Exception {
    Path jar =
        bundle()
            .plugin("p.Main", pluginSource("x", ""))
            .source("package nbdj.api.more; public class More {}")
            .jar(temp.resolve("x.jar"));
    try (LoadedLayer<Plugin> layer = load(jar)) {
      assertThrows(
          ClassNotFoundException.class, () -> layer.loader().loadClass("nbdj.api.more.More"));
    }
  }

  @Test
  void packageThatOnlyBeginsLikeTheApi_isTheBundles() throws Exception {
    Path jar =
        bundle()
            .plugin("p.Main", pluginSource("x", ""))
            .source("package nbdj.apix; public class X {}")
            .jar(temp.resolve("x.jar"));
    try (LoadedLayer<Plugin> layer = load(jar)) {
      assertSame(layer.loader(), layer.loader().loadClass("nbdj.apix.X").getClassLoader());
    }
  }

  @Test
  void ownResource_hidesTheServers() throws Exception {
    String path = "mockito-extensions/org.mockito.plugins.MockMaker";
    assertTrue(getClass().getClassLoader().getResource(path) != null);
    Path jar =
        bundle()
            .plugin("p.Main", pluginSource("x", ""))
            .resource(path, "the bundle's")
            .jar(temp.resolve("x.jar"));
    try (LoadedLayer<Plugin> layer = load(jar)) {
      URLClassLoader loader = layer.loader();
      assertEquals(1, Collections.list(loader.getResources(path)).size());
      try (var in = loader.getResourceAsStream(path)) {
        assertEquals("the bundle's", new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void stackTrace_namesTheBundle() throws Exception {
    String member = "public String description() { throw new IllegalStateException(); }";
    Path jar = bundle().plugin("p.Main", pluginSource("x", member)).jar(temp.resolve("x.jar"));
    try (LoadedLayer<Plugin> layer = load(jar)) {
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> layer.instance().description());
      assertTrue(e.getStackTrace()[0].toString().startsWith("plugin:x//p.Main.description"));
    }
  }

  @Test
  void loader_isParallelCapable() throws Exception {
    try (LoadedLayer<Plugin> layer = loadPlain()) {
      assertTrue(layer.loader().isRegisteredAsParallelCapable());
    }
  }
}
