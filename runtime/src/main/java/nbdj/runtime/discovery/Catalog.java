package nbdj.runtime.discovery;

import java.io.File;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import nbdj.api.Filter;
import nbdj.api.Plugin;

/**
 * The plugins and filters that a person can ask for.
 *
 * <p>A name such as {@code memory} stands for {@code FOLDER/memory/}, a folder of jars, {@code
 * FOLDER/memory.jar} or the only {@code FOLDER/memory-VERSION.jar}, in the first folder that has
 * any of them. What contains a {@code /} or ends in {@code .jar} is the path of a jar or of a
 * folder of jars. Each call loads anew, so that one filter may stand twice in a chain. Only what is
 * asked for is opened: a broken jar harms nobody else.
 *
 * <p>Safe for use by many threads. Folders are looked at in each call, and need not exist.
 */
public final class Catalog {
  private final Map<LayerKind, List<Folder>> folders = new EnumMap<>(LayerKind.class);

  /**
   * Make a catalog.
   *
   * @param pluginFolders where plugins are looked for, the first first
   * @param filterFolders where filters are looked for, the first first; a folder may hold both
   */
  public Catalog(List<Path> pluginFolders, List<Path> filterFolders) {
    folders.put(LayerKind.PLUGIN, pluginFolders.stream().distinct().map(Folder::new).toList());
    folders.put(LayerKind.FILTER, filterFolders.stream().distinct().map(Folder::new).toList());
  }

  /**
   * Load a plugin.
   *
   * @param nameOrPath a name to look for in the plugin folders, or a path
   * @return the plugin, no callback of which has run; it belongs to the caller
   * @throws DiscoveryException with a sentence for the person who asked
   */
  public LoadedLayer<Plugin> plugin(String nameOrPath) throws DiscoveryException {
    return load(LayerKind.PLUGIN, Plugin.class, nameOrPath);
  }

  /**
   * Load a filter.
   *
   * @param nameOrPath a name to look for in the filter folders, or a path
   * @return the filter, no callback of which has run; it belongs to the caller
   * @throws DiscoveryException with a sentence for the person who asked
   */
  public LoadedLayer<Filter> filter(String nameOrPath) throws DiscoveryException {
    return load(LayerKind.FILTER, Filter.class, nameOrPath);
  }

  /**
   * List what the folders hold, plugins first, each kind in the order of the alphabet.
   *
   * <p>Opens every bundle, and runs the code of none. What is broken is in the list with the
   * reason.
   */
  public List<CatalogEntry> list() {
    Map<Folder, Set<LayerKind>> all = new LinkedHashMap<>();
    folders.forEach((kind, list) ->
        list.forEach(
            folder -> all.computeIfAbsent(folder, f -> EnumSet.noneOf(LayerKind.class)).add(kind)));
    List<CatalogEntry> entries = new ArrayList<>();
    all.forEach((folder, kinds) -> list(folder, kinds, entries));
    entries.sort(Comparator.comparing(CatalogEntry::kind).thenComparing(CatalogEntry::name));
    return entries;
  }

  private void list(Folder folder, Set<LayerKind> kinds, List<CatalogEntry> entries) {
    try {
      for (Path bundle : folder.bundles()) {
        entries.add(entry(bundle, kinds));
      }
    } catch (IOException e) {
      LayerKind kind = kinds.iterator().next();
      String name = Bundle.fileName(folder.path());
      String reason = folder.path() + ": " + Failures.reading(e);
      entries.add(new CatalogEntry(kind, name, folder.path(), false, reason));
    }
  }

  private CatalogEntry entry(Path path, Set<LayerKind> kinds) {
    LayerKind kind = kinds.iterator().next();
    String name = Bundle.layerName(path);
    try (Bundle bundle = Bundle.open(path, name)) {
      String itself =
          bundle.name().equals(name) ? "" : "calls itself '%s'".formatted(bundle.name());
      if (!kinds.contains(bundle.kind())) {
        String reason = "%s: a %s in a folder of %ss".formatted(path, bundle.kind(), kind);
        return new CatalogEntry(kind, name, path, false, reason);
      }
      kind = bundle.kind();
      if (!Bundle.isName(name)) {
        String reason = "%s: rename it to %s to ask for it by name".formatted(path, bundle.name());
        return new CatalogEntry(kind, name, path, false, reason);
      }
      List<Path> found = locate(kind, name);
      if (!found.isEmpty() && !found.contains(path)) {
        String reason = "%s: hidden by %s".formatted(path, found.getFirst());
        return new CatalogEntry(kind, name, path, false, reason);
      }
      if (found.size() > 1) {
        return new CatalogEntry(kind, name, path, false, several(name, found));
      }
      return new CatalogEntry(kind, name, path, true, itself);
    } catch (IOException e) {
      return new CatalogEntry(kind, name, path, false, String.valueOf(e.getMessage()));
    }
  }

  private <T> LoadedLayer<T> load(LayerKind kind, Class<T> service, String asked)
      throws DiscoveryException {
    Path path = isPath(asked) ? path(asked) : find(kind, asked);
    Bundle bundle = Bundle.open(path, kind + ":" + Bundle.fileName(path));
    try {
      if (bundle.kind() != kind) {
        throw otherKind(asked, bundle.kind());
      }
      return bundle.start(service);
    } catch (DiscoveryException e) {
      throw bundle.closedFor(e);
    }
  }

  private static boolean isPath(String asked) {
    return asked.indexOf('/') >= 0
        || asked.indexOf(File.separatorChar) >= 0
        || asked.endsWith(".jar");
  }

  private static Path path(String asked) throws DiscoveryException {
    try {
      return Path.of(asked);
    } catch (InvalidPathException e) {
      throw new DiscoveryException("%s: not a path: %s".formatted(asked, e.getReason()), e);
    }
  }

  private Path find(LayerKind kind, String name) throws DiscoveryException {
    if (!Bundle.isName(name)) {
      throw new DiscoveryException(
          "'%s' is not the name of a %s: want letters, digits and hyphens, or a path with a '/'"
              .formatted(name, kind));
    }
    List<Path> found = locate(kind, name);
    if (found.size() > 1) {
      throw new DiscoveryException(several(name, found));
    }
    if (!found.isEmpty()) {
      return found.getFirst();
    }
    for (LayerKind other : LayerKind.values()) {
      if (!locate(other, name).isEmpty()) {
        throw otherKind(name, other);
      }
    }
    throw new DiscoveryException(
        "%s: no such %s in %s%s".formatted(name, kind, places(kind), guess(kind, name)));
  }

  /** Get what a name may stand for in the first folder that has anything of it. */
  private List<Path> locate(LayerKind kind, String name) {
    return inOrder(kind).stream()
        .map(folder -> folder.locate(name))
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private static String several(String name, List<Path> found) {
    return "%s: there are %s: remove all but one, or give a path"
        .formatted(name, found.stream().map(Path::toString).collect(Collectors.joining(" and ")));
  }

  private String places(LayerKind kind) {
    List<Folder> places = inOrder(kind);
    return places.isEmpty()
        ? "any folder, because none is set: give its path"
        : places.stream().map(Folder::describe).collect(Collectors.joining(", "));
  }

  private String guess(LayerKind kind, String name) {
    List<String> known =
        inOrder(kind).stream()
            .flatMap(folder -> folder.names().stream())
            .filter(Bundle::isName)
            .toList();
    return Spelling.nearest(name, known).map(": did you mean %s?"::formatted).orElse("");
  }

  private List<Folder> inOrder(LayerKind kind) {
    return folders.getOrDefault(kind, List.of());
  }

  private static DiscoveryException otherKind(String asked, LayerKind kind) {
    return new DiscoveryException("%s is a %s: use --%2$s %1$s".formatted(asked, kind));
  }
}
