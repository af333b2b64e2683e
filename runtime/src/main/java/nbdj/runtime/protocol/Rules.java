package nbdj.runtime.protocol;

import nbdj.api.BlockSize;
import nbdj.api.NbdError;
import nbdj.api.NbdException;

/** What a request must be like to reach a layer. */
final class Rules {
  /** The longest read or write, in bytes. */
  static final int MAX_PAYLOAD = 64 << 20;

  private final Terms terms;

  /** The longest read or write that this client may make, in bytes. */
  private final long longest;

  /** What offsets and counts must be multiples of; 1 for a client that promised nothing. */
  private final long alignment;

  Rules(Terms terms) {
    this.terms = terms;
    BlockSize sizes = terms.export().blockSize();
    this.longest = terms.sizesAsked() ? sizes.maximum() : MAX_PAYLOAD;
    this.alignment = terms.sizesAsked() ? sizes.minimum() : 1;
  }

  /** Get what a client is told of the constraints that a layer has. */
  static BlockSize advertised(BlockSize layer) {
    return layer.maximum() <= MAX_PAYLOAD
        ? layer
        : new BlockSize(layer.minimum(), layer.preferred(), MAX_PAYLOAD);
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
        flags(request, terms.headers().chunks() ? Wire.FLAG_DF : 0);
        payload(request);
      }
      case Wire.CMD_WRITE -> {
        writable(request);
        range(request, NbdError.ENOSPC);
        boolean extended = terms.headers() == Headers.EXTENDED;
        flags(request, extended ? Wire.FLAG_PAYLOAD_LEN : 0);
        if (extended && !request.has(Wire.FLAG_PAYLOAD_LEN)) {
          throw invalid(request, "a write without NBD_CMD_FLAG_PAYLOAD_LEN has no data");
        }
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
      case Wire.CMD_BLOCK_STATUS -> status(request);
      default -> throw invalid(request, "unknown command");
    }
  }

  private void status(Request request) throws NbdException {
    boolean named = request.has(Wire.FLAG_PAYLOAD_LEN) && mayNameContexts();
    flags(request, Wire.FLAG_REQ_ONE | (named ? Wire.FLAG_PAYLOAD_LEN : 0));
    if (terms.contexts().isEmpty()) {
      throw invalid(request, "no metadata context was selected for this export");
    }
    if (request.payload() == 0) {
      range(request, NbdError.EINVAL);
    } else if (!StatusPayload.mayBe(request.payload(), terms.contexts().size())) {
      throw invalid(
          request,
          "the payload of a block status request has a length and each of the %d selected contexts at most once"
              .formatted(terms.contexts().size()));
    }
  }

  /** Tell whether a request for block status may name the contexts that it asks for. */
  boolean mayNameContexts() {
    return terms.headers() == Headers.EXTENDED && !terms.contexts().isEmpty();
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
    long offset = request.offset();
    long count = request.count();
    if (count == 0) {
      throw invalid(request, "the range is empty");
    }
    // A negative number is one of 2^63 and more: past any end.
    if (offset < 0 || count < 0 || offset > size() - count) {
      throw new NbdException(
          pastEnd, "%s: past the end of the export at %d".formatted(request, size()));
    }
    if (((offset | count) & (alignment - 1)) != 0 && !aligned(offset, count)) {
      throw invalid(request, "the minimum block size is " + alignment);
    }
  }

  /** Tell whether a range is of whole blocks; the end of the export need not be that of one. */
  private boolean aligned(long offset, long count) {
    return offset % alignment == 0 && (count % alignment == 0 || offset + count == size());
  }

  private void flags(Request request, int allowed) throws NbdException {
    int fua = terms.export().has(Wire.SEND_FUA) ? Wire.FLAG_FUA : 0;
    if (request.hasOtherThan(allowed | fua)) {
      throw invalid(request, "a flag is unknown, not offered or not for this command");
    }
  }

  private void payload(Request request) throws NbdException {
    if (request.count() > MAX_PAYLOAD) {
      throw new NbdException(NbdError.ENOMEM, "%s: longer than %d".formatted(request, MAX_PAYLOAD));
    }
    if (request.count() > longest) {
      throw invalid(request, "the maximum block size is " + longest);
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
