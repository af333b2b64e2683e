package nbdj.ext2;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Backend;
import nbdj.api.Next;
import nbdj.ext4.Ext4Exception;
import nbdj.ext4.Ext4File;
import nbdj.ext4.Ext4FileSystem;
import nbdj.ext4.FileSystemFacts;

/** Describes an image and the file that is served from it, writing nothing. */
final class ImageReport {
  private final Map<String, String> lines = new LinkedHashMap<>();

  private ImageReport() {}

  /**
   * Describe what the layer below holds.
   *
   * @return {@code key=value} lines; {@code image.problem} says why there are no others, and {@code
   *     file.problem} why the file cannot be served
   */
  static Map<String, String> of(Backend next, Settings settings) {
    ImageReport report = new ImageReport();
    try {
      report.look(next, settings);
    } catch (IOException e) {
      report.lines.put("image.problem", describe(e));
    }
    return report.lines;
  }

  private static String describe(IOException failure) {
    return Optional.ofNullable(failure.getMessage()).orElse(failure.toString());
  }

  private void look(Backend next, Settings settings) throws IOException {
    Next below = next.open(true, "", true);
    try {
      below.prepare();
      look(new LayerDevice(below), settings);
    } finally {
      below.close();
    }
  }

  private void look(LayerDevice device, Settings settings) throws IOException {
    try (Ext4FileSystem fileSystem = Ext4FileSystem.open(device, settings.options())) {
      image(fileSystem.facts());
      if (!settings.onlyFile().isEmpty()) {
        file(fileSystem, settings.onlyFile());
      }
    }
  }

  private void image(FileSystemFacts facts) {
    put("label", facts.label());
    put("uuid", facts.uuid());
    put("revision", facts.revision());
    put("features", String.join(",", facts.features()));
    put("state", facts.state());
    put("journal", journal(facts.journal()));
    put("writable", facts.obstacle().isEmpty());
    facts.obstacle().ifPresent(reason -> put("obstacle", reason));
    put("size", facts.blocks() * facts.blockSize());
    put("block_size", facts.blockSize());
    put("cluster_size", facts.clusterSize());
    put("blocks", facts.blocks());
    put("inodes", facts.inodes());
    put("groups", facts.groups());
  }

  private static String journal(FileSystemFacts.Journal journal) {
    return journal == FileSystemFacts.Journal.REPLAYED
        ? "needs recovery"
        : journal.name().toLowerCase(Locale.ROOT);
  }

  private void put(String key, Object value) {
    lines.put("image." + key, value.toString());
  }

  private void file(Ext4FileSystem fileSystem, String path) throws IOException {
    try (Ext4File file = fileSystem.file(path)) {
      lines.put("file.size", String.valueOf(file.size()));
      lines.put("file.inode", String.valueOf(file.inode()));
      file.obstacle().ifPresent(reason -> lines.put("file.obstacle", reason));
    } catch (Ext4Exception e) {
      lines.put("file.problem", describe(e));
    }
  }
}
