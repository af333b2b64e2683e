package nbdj.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import nbdj.tck.AddressMap.Run;

/** A device as it is seen through the address map of a filter. */
final class Mapped {
  /** A run of an export, and where in the export it begins. */
  record Piece(long offset, Run run) {
    /** Get the range of the export. */
    Range range() {
      return new Range(offset, run.length());
    }
  }

  private final AddressMap map;

  Mapped(AddressMap map) {
    this.map = map;
  }

  AddressMap map() {
    return map;
  }

  /** Get the runs that a range of the export consists of. */
  List<Piece> pieces(Range range) {
    List<Piece> pieces = new ArrayList<>();
    long at = range.offset();
    while (at < range.end()) {
      Run run = map.run(at).first(range.end() - at);
      pieces.add(new Piece(at, run));
      at += run.length();
    }
    return pieces;
  }

  /** Get the bytes of a range, unless the filter makes some of them up. */
  Optional<byte[]> content(ReferenceDevice device, Range range) {
    byte[] content = new byte[(int) range.length()];
    for (Piece piece : pieces(range)) {
      switch (piece.run().kind()) {
        case BELOW -> {
          byte[] part = device.bytes(piece.run().below(), (int) piece.run().length());
          System.arraycopy(part, 0, content, (int) (piece.offset() - range.offset()), part.length);
        }
        case ZEROES -> {}
        case OWN -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(content);
  }

  /** Get the offsets of the export at which a run begins that does not go on from the last. */
  List<Long> seams(int most) {
    List<Long> seams = new ArrayList<>();
    long at = 0;
    Run last = null;
    while (at < map.size() && seams.size() < most) {
      Run run = map.run(at);
      if (last != null && !goesOn(last, run)) {
        seams.add(at);
      }
      last = run;
      at += run.length();
    }
    return seams;
  }

  private static boolean goesOn(Run last, Run run) {
    return last.kind() == run.kind()
        && (run.kind() != Run.Kind.BELOW || run.below() == last.below() + last.length());
  }
}
