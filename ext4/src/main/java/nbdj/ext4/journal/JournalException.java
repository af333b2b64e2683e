package nbdj.ext4.journal;

import java.io.IOException;

/** A journal that contradicts itself, or uses what this engine does not do. */
public final class JournalException extends IOException {

  private static final long serialVersionUID = 1L;

  private final boolean corrupt;

  private JournalException(boolean corrupt, String message) {
    super(message);
    this.corrupt = corrupt;
  }

  /** Make the failure for a damaged journal; the message does not name the journal. */
  public static JournalException corrupt(String message) {
    return new JournalException(true, message);
  }

  /** Make the failure for a journal that is well but cannot be used. */
  public static JournalException notSupported(String message) {
    return new JournalException(false, message);
  }

  /** Tell damage from what is merely not supported. */
  public boolean isCorrupt() {
    return corrupt;
  }
}
