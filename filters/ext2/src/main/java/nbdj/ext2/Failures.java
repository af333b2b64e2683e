package nbdj.ext2;

import java.util.Objects;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.ext4.Ext4Exception;

/** What a client sees of a failure of the filesystem. */
final class Failures {
  private Failures() {}

  /** Get the failure for the client, with the message as it is. */
  static NbdException of(Ext4Exception failure) {
    NbdError error =
        switch (failure.kind()) {
          case NOT_SUPPORTED -> NbdError.ENOTSUP;
          case READ_ONLY -> NbdError.EPERM;
          case NO_SPACE -> NbdError.ENOSPC;
          case CORRUPT -> NbdError.EIO;
          case NOT_FOUND, NOT_A_DIRECTORY, NOT_A_FILE, LOOP, INVALID -> NbdError.EINVAL;
        };
    return new NbdException(error, Objects.requireNonNull(failure.getMessage()), failure);
  }
}
