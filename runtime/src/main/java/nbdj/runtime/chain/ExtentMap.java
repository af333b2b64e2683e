package nbdj.runtime.chain;

import nbdj.api.ExtentSink;
import nbdj.api.ExtentType;
import nbdj.api.MetaSink;

/**
 * A map whose extents are checked: what its rules are called, and who it is for.
 *
 * @param call the callback that is asked for it
 * @param begins the rule of where the first extent lies
 * @param follows the rule of where the others lie
 * @param inside the rule of how much there is
 * @param target what receives the extents
 */
record ExtentMap(String call, String begins, String follows, String inside, MetaSink target) {
  /** The map of what is allocated; a status is the allocation flags of a type. */
  static ExtentMap ofTypes(ExtentSink sink) {
    return new ExtentMap(
        "extents",
        "E-2",
        "E-3",
        "E-4",
        (offset, length, type) -> sink.add(offset, length, typeOf(type)));
  }

  private static ExtentType typeOf(long allocationFlags) {
    return switch ((int) allocationFlags) {
      case 0 -> ExtentType.DATA;
      case 1 -> ExtentType.HOLE;
      case 2 -> ExtentType.ZERO;
      default -> ExtentType.HOLE_ZERO;
    };
  }

  /** The map of a metadata context that a layer defines. */
  static ExtentMap ofContext(MetaSink sink) {
    return new ExtentMap("metaExtents", "M-3", "M-4", "M-5", sink);
  }
}
