package nbdj.runtime.chain;

import java.io.IOException;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Support;

/**
 * Zeroes a range of one handle: by the layer's own operation, or by writing zeroes where it has
 * none or gives up (rules W-4, W-8 to W-10, F-2).
 */
final class Zeroing {
  private final GuardedCalls calls;
  private final Answers answers;
  private final Zeroes zeroes;

  Zeroing(GuardedCalls calls, Answers answers, Zeroes zeroes) {
    this.calls = calls;
    this.answers = answers;
    this.zeroes = zeroes;
  }

  /**
   * Zero a range that has been checked, with flags that are offered.
   *
   * @param fua how FUA is to be done, {@link Support#NONE} if it was not given
   */
  void zero(long offset, long count, Flags flags, Support fua) throws IOException {
    boolean fast = flags.has(Flag.FAST_ZERO);
    if (answers.canZero() == Support.NATIVE) {
      Flags own = fua == Support.NATIVE ? flags : flags.without(Flag.FUA);
      if (zeroedByLayer(offset, count, own, fast)) {
        if (fua == Support.EMULATE) {
          calls.flush();
        }
        return;
      }
    } else if (fast) {
      throw new NbdException(NbdError.ENOTSUP, "zeroing is no faster than writing here");
    }
    try {
      write(offset, count, fua);
    } catch (NbdException e) {
      if (e.error() == NbdError.ENOTSUP) {
        // Reserved for FAST_ZERO: a caller would take it for leave to try otherwise.
        throw new NbdException(NbdError.EIO, "zeroes cannot be written: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private boolean zeroedByLayer(long offset, long count, Flags flags, boolean fast)
      throws NbdException {
    try {
      calls.zero(offset, count, flags);
      return true;
    } catch (NbdException e) {
      if (e.error() != NbdError.ENOTSUP || fast) {
        throw e;
      }
      return false;
    }
  }

  private void write(long offset, long count, Support fua) throws IOException {
    // One flush makes many pieces durable for less than FUA on each.
    boolean onePiece = count <= Zeroes.PIECE;
    boolean forceEach = fua == Support.NATIVE && (onePiece || !answers.canFlush());
    Flags flags = forceEach ? Flags.of(Flag.FUA) : Flags.NONE;
    for (long done = 0; done < count; ) {
      int piece = (int) Math.min(count - done, Zeroes.PIECE);
      calls.pwrite(zeroes.take(piece), offset + done, flags);
      done += piece;
    }
    if (fua != Support.NONE && !forceEach) {
      calls.flush();
    }
  }
}
