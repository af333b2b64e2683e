package nbdj.client;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the replies to INFO and GO tell, gathered. */
final class Facts {
  private long size = -1;
  private int flags;
  private @Nullable String name;
  private @Nullable String description;
  private BlockSizes blockSizes = BlockSizes.DEFAULT;

  void take(OptionReply reply) throws NbdProtocolException {
    NbdNegotiation.expect(reply, Protocol.REP_INFO);
    switch (reply.int16()) {
      case Protocol.INFO_EXPORT -> {
        export(reply.int64(), reply.int16());
        reply.end();
      }
      case Protocol.INFO_NAME -> name = reply.text();
      case Protocol.INFO_DESCRIPTION -> description = reply.text();
      case Protocol.INFO_BLOCK_SIZE -> {
        blockSizes = BlockSizes.of(reply.int32(), reply.int32(), reply.int32());
        reply.end();
      }
      default -> {
        // The specification has a client ignore what it does not know.
      }
    }
  }

  void export(long exportSize, int exportFlags) throws NbdProtocolException {
    if (exportSize < 0) {
      throw new NbdProtocolException(
          "the export has %s bytes, more than 2^63-1".formatted(Long.toUnsignedString(exportSize)));
    }
    if ((exportFlags & ExportFlag.HAS_FLAGS) == 0) {
      throw new NbdProtocolException(
          "the server's transmission flags 0x%04x lack NBD_FLAG_HAS_FLAGS"
              .formatted(exportFlags & 0xffff));
    }
    size = exportSize;
    flags = exportFlags;
  }

  NbdExport export(String askedFor, Headers headers, List<String> contexts)
      throws NbdProtocolException {
    if (size < 0) {
      throw new NbdProtocolException(
          "the server described the export '%s' without NBD_INFO_EXPORT".formatted(askedFor));
    }
    return new NbdExport(
        askedFor,
        Optional.ofNullable(name),
        Optional.ofNullable(description),
        size,
        ExportFlag.of(flags),
        blockSizes,
        headers != Headers.SIMPLE,
        headers == Headers.EXTENDED,
        contexts);
  }
}
