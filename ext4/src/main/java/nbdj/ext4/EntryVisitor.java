package nbdj.ext4;

import java.io.IOException;

/**
 * Receives the names in a directory, in no particular order.
 *
 * @since 0.1
 */
public interface EntryVisitor {

  /**
   * Take a name; {@code .} and {@code ..} are not among them.
   *
   * @param entry the name and what it stands for
   * @return whether to go on
   * @throws IOException to end the listing; passed on to its caller
   */
  boolean entry(DirectoryEntry entry) throws IOException;
}
