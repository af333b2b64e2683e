package nbdj.file;

import java.nio.file.Path;

/** Gives control of open files beyond reading and writing them. */
interface ControlSource {
  /**
   * Get control of an open file; never fails, but may give one that does nothing.
   *
   * @param key the identity of the file, so that no other at the same path is touched
   */
  FileControl open(Path path, Object key, boolean writable);

  /** Do ahead what would delay the first {@link #open}. */
  void load();

  /** Tell whether there may be more than a control that does nothing. */
  boolean isNative();
}
