package nbdj.file;

import java.nio.file.Path;

/** Stands in for what the system does. */
final class Fakes {
  private Fakes() {}

  /** Make every file have one control. */
  static ControlSource of(FileControl control) {
    return new ControlSource() {
      @Override
      public FileControl open(Path path, Object key, boolean writable) {
        return control;
      }

      @Override
      public void load() {}

      @Override
      public boolean isNative() {
        return true;
      }
    };
  }
}
