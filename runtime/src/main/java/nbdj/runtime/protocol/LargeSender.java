package nbdj.runtime.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Sends answers to long reads: headers and short pieces through the outbox, long pieces from where
 * they are, in as few calls as can be.
 */
final class LargeSender {
  /** The longest piece that is copied into the outbox, in bytes. */
  private static final int COPIED = 4 << 10;

  /** How many buffers one call sends at most. */
  private static final int GATHERED = 64;

  private static final ByteBuffer ZEROES = ByteBuffer.allocateDirect(64 << 10);

  private final Outbox outbox;
  private final Output output;
  private final Headers headers;
  private final ByteBuffer[] parts = new ByteBuffer[GATHERED];
  private int partCount;

  /** Where what is in the outbox and in no part yet begins. */
  private int from;

  LargeSender(Outbox outbox, Headers headers) {
    this.outbox = outbox;
    this.output = outbox.output();
    this.headers = headers;
  }

  /** Send what waits in the outbox and then a reply. Nobody else sends meanwhile. */
  void send(Request request, List<Piece> pieces) throws IOException {
    output.lock();
    output.beginLong();
    try {
      from = outbox.start();
      if (headers.chunks()) {
        chunks(request, pieces);
      } else {
        Replies.simple(room(Wire.SIMPLE_HEADER), request, 0);
        body(pieces);
      }
      drain();
    } finally {
      Arrays.fill(parts, 0, partCount, null);
      partCount = 0;
      outbox.clear();
      output.endLong();
      output.unlock();
    }
  }

  private void chunks(Request request, List<Piece> pieces) throws IOException {
    long offset = request.offset();
    for (int i = 0; i < pieces.size(); ) {
      int end = i + 1;
      long count = pieces.get(i).count();
      boolean hole = isHole(pieces.get(i));
      while (!hole && end < pieces.size() && !isHole(pieces.get(end))) {
        count += pieces.get(end++).count();
      }
      int flags = end == pieces.size() ? Wire.CHUNK_DONE : 0;
      ByteBuffer header = room(Wire.EXTENDED_CHUNK_HEADER + 12);
      if (hole) {
        Replies.chunk(header, request, Wire.CHUNK_OFFSET_HOLE, flags, 12);
        header.putLong(offset).putInt((int) count);
      } else {
        Replies.chunk(header, request, Wire.CHUNK_OFFSET_DATA, flags, (int) count + 8);
        header.putLong(offset);
        body(pieces.subList(i, end));
      }
      offset += count;
      i = end;
    }
  }

  private static boolean isHole(Piece piece) {
    return piece instanceof Piece.Zeroes zeroes && zeroes.hole();
  }

  private void body(List<Piece> pieces) throws IOException {
    for (Piece piece : pieces) {
      switch (piece) {
        case Piece.Memory memory -> memory(memory.bytes().duplicate());
        case Piece.Zeroes zeroes -> {
          for (long left = zeroes.count(); left > 0; left -= ZEROES.capacity()) {
            memory(ZEROES.slice(0, (int) Math.min(left, ZEROES.capacity())));
          }
        }
        case Piece.File file -> file(file);
      }
    }
  }

  private void memory(ByteBuffer bytes) throws IOException {
    if (bytes.remaining() <= COPIED) {
      room(bytes.remaining()).put(bytes);
      return;
    }
    if (partCount + 2 > GATHERED - 1) {
      drain();
    }
    closePart();
    parts[partCount++] = bytes;
  }

  private void file(Piece.File file) throws IOException {
    drain();
    long sent = output.send(file.channel(), file.position(), file.count());
    if (sent < file.count()) {
      // The header promised more: no way back into step.
      throw output.cut(
          new CutException(
              "a file ended at %d while %d bytes at %d of it were sent"
                  .formatted(file.position() + sent, file.count(), file.position())));
    }
  }

  private ByteBuffer room(int count) throws IOException {
    if (outbox.bytes().remaining() < count) {
      drain();
    }
    return outbox.bytes();
  }

  /** Make a part of what is in the outbox and in none. */
  private void closePart() {
    int end = outbox.bytes().position();
    if (end > from) {
      parts[partCount++] = outbox.bytes().slice(from, end - from);
      from = end;
    }
  }

  private void drain() throws IOException {
    closePart();
    int count = partCount;
    partCount = 0;
    from = 0;
    try {
      output.writeLong(parts, count);
    } finally {
      outbox.clear();
      Arrays.fill(parts, 0, count, null);
    }
  }
}
