package nbdj.ext4;

import java.io.IOException;
import java.util.Optional;

/** Tells whether a power cut may leave a state. Used by several threads. */
interface Judge {

  /**
   * Judge a state.
   *
   * @param file for programs to look at, the calling thread's alone
   * @return what is wrong, if anything is
   */
  Optional<String> judge(CrashState state, FsckFile file) throws IOException;
}
