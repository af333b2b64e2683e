package nbdj.ext4;

import java.io.IOException;

/** Turns a range of a file's bytes into runs of the device, joining neighbours. */
final class RunWalk {

  private static final int NONE = 0;
  private static final int DEVICE = 1;
  private static final int UNWRITTEN = 2;
  private static final int HOLE = 3;

  private RunWalk() {}

  /**
   * Walk a range.
   *
   * @param from first byte of the range
   * @param to byte after the range; inside what the map can hold
   */
  static void walk(BlockMap map, int blockBits, long from, long to, RunVisitor visitor)
      throws IOException {
    int pendingKind = NONE;
    long pendingDevice = 0;
    long pendingLength = 0;
    long position = from;
    while (position < to) {
      MapLeaf leaf = map.leafAt(position >>> blockBits);
      long leafEnd = Math.min(to, leaf.end << blockBits);
      int index = leaf.indexOf(position >>> blockBits);
      while (position < leafEnd) {
        int kind;
        long device = 0;
        long stop;
        if (index >= 0 && position < leaf.end(index) << blockBits) {
          kind = leaf.written(index) ? DEVICE : UNWRITTEN;
          device =
              (leaf.physical(index) << blockBits) + (position - (leaf.first(index) << blockBits));
          stop = Math.min(leafEnd, leaf.end(index) << blockBits);
        } else {
          kind = HOLE;
          long next = index + 1 < leaf.count() ? leaf.first(index + 1) << blockBits : leafEnd;
          stop = Math.min(leafEnd, next);
        }
        long length = stop - position;
        if (kind == pendingKind && (kind != DEVICE || pendingDevice + pendingLength == device)) {
          pendingLength += length;
        } else {
          emit(pendingKind, pendingDevice, pendingLength, visitor);
          pendingKind = kind;
          pendingDevice = device;
          pendingLength = length;
        }
        position = stop;
        if (index + 1 < leaf.count() && position >= leaf.first(index + 1) << blockBits) {
          index++;
        }
      }
    }
    emit(pendingKind, pendingDevice, pendingLength, visitor);
  }

  private static void emit(int kind, long device, long length, RunVisitor visitor)
      throws IOException {
    switch (kind) {
      case DEVICE -> visitor.device(device, length);
      case UNWRITTEN -> visitor.zeroes(length, false);
      case HOLE -> visitor.zeroes(length, true);
      default -> {}
    }
  }
}
