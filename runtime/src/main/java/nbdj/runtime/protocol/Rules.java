package nbdj.runtime.protocol;

import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** What a request must be like to reach a layer. */
final class Rules {
  /** The longest read or write, in bytes. */
  static final int MAX_PAYLOAD = 64 << 20;

  private final Terms terms;

  Rules(Terms terms) {
    this.terms = terms;
  }

  /**
   * Check a request.
   *
   * @throws NbdException with the error for the client
   */
  void check(Request request) throws NbdException {
    switch (request.type()) {
      case Wire.CMD_READ -> {
        range(request, NbdError.EINVAL);
        flags(request, terms.structured() ? Wire.FLAG_DF : 0);
        payload(request);
      }
      case Wire.CMD_WRITE -> {
        writable(request);
        range(request, NbdError.ENOSPC);
        flags(request, 0);
        payload(request);
      }
      case Wire.CMD_FLUSH -> {
        if (request.offset() != 0 || request.count() != 0) {
          throw invalid(request, "a flush has no range");
        }
        flags(request, 0);
        offered(request, Wire.SEND_FLUSH);
      }
      case Wire.CMD_TRIM -> {
        writable(request);
        range(request, NbdError.EINVAL);
        flags(request, 0);
        offered(request, Wire.SEND_TRIM);
      }
      case Wire.CMD_CACHE -> {
        range(request, NbdError.EINVAL);
        flags(request, 0);
        offered(request, Wire.SEND_CACHE);
      }
      case Wire.CMD_WRITE_ZEROES -> {
        writable(request);
        range(request, NbdError.ENOSPC);
        boolean fast = terms.export().has(Wire.SEND_FAST_ZERO);
        flags(request, Wire.FLAG_NO_HOLE | (fast ? Wire.FLAG_FAST_ZERO : 0));
        offered(request, Wire.SEND_WRITE_ZEROES);
      }
      case Wire.CMD_BLOCK_STATUS -> {
        range(request, NbdError.EINVAL);
        flags(request, Wire.FLAG_REQ_ONE);
        if (!terms.allocation()) {
          throw invalid(request, "no metadata context was selected for this export");
        }
      }
      default -> throw invalid(request, "unknown command");
    }
  }

  /** Get the size of the export in bytes. */
  long size() {
    return terms.export().size();
  }

  private void writable(Request request) throws NbdException {
    if (terms.export().has(Wire.READ_ONLY)) {
      throw new NbdException(NbdError.EPERM, request + ": the export is read-only");
    }
  }

  private void range(Request request, NbdError pastEnd) throws NbdException {
    if (request.count() == 0) {
      throw invalid(request, "the range is empty");
    }
    // A negative offset is one of 2^63 and more: past any end.
    if (request.offset() < 0 || request.offset() > size() - request.count()) {
      throw new NbdException(
          pastEnd, "%s: past the end of the export at %d".formatted(request, size()));
    }
  }

  private void flags(Request request, int allowed) throws NbdException {
    int fua = terms.export().has(Wire.SEND_FUA) ? Wire.FLAG_FUA : 0;
    if (request.hasOtherThan(allowed | fua)) {
      throw invalid(request, "a flag is unknown, not offered or not for this command");
    }
  }

  private static void payload(Request request) throws NbdException {
    if (request.count() > MAX_PAYLOAD) {
      throw new NbdException(NbdError.ENOMEM, "%s: longer than %d".formatted(request, MAX_PAYLOAD));
    }
  }

  private void offered(Request request, int flag) throws NbdException {
    if (!terms.export().has(flag)) {
      throw invalid(request, "the export does not offer this");
    }
  }

  private static NbdException invalid(Request request, String reason) {
    return new NbdException(NbdError.EINVAL, request + ": " + reason);
  }
}
