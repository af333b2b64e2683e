package nbdj.ext4;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** What every file of a filesystem may hold after a power cut. Safe for use by several threads. */
final class Ledger {

  private final Map<String, FileHistory> files = new TreeMap<>();

  /**
   * Begin with what files hold.
   *
   * @param contents by absolute path
   */
  Ledger(Map<String, byte[]> contents) {
    contents.forEach((path, content) -> files.put(path, new FileHistory(content)));
  }

  /** Return the history of a file that was there at the beginning. */
  FileHistory file(String path) {
    return Objects.requireNonNull(files.get(path), path);
  }

  /** Note a flush of everything. */
  void flushed(int started, int ended) {
    files.values().forEach(file -> file.flushed(started, ended));
  }

  /**
   * Judge what a power cut left, once the journal has been replayed.
   *
   * @return what is wrong, if anything is
   */
  Optional<String> judge(BlockDevice device, int time) {
    try (Ext4FileSystem filesystem = Ext4FileSystem.open(device)) {
      for (Map.Entry<String, FileHistory> entry : files.entrySet()) {
        try (Ext4File file = filesystem.file(entry.getKey())) {
          Optional<String> wrong = entry.getValue().judge(Compare.readAll(file), time);
          if (wrong.isPresent()) {
            return Optional.of("%s: %s".formatted(entry.getKey(), wrong.get()));
          }
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("cannot be read: " + e);
    }
  }
}
