package nbdj.api;

/**
 * A modifier of a data operation. Sets of flags are {@link Flags}.
 *
 * <p>Rules of writing, zeroing and trimming:
 *
 * <ul>
 *   <li><b>W-1</b> {@code pwrite}, {@code trim}, {@code zero} and {@code cache} are called with a
 *       count of at least one byte and a range inside the export.
 *   <li><b>W-2</b> A write is complete when the call returns: a read that begins afterwards on any
 *       handle of an export that can multi-conn sees it, and on this handle in any case.
 *   <li><b>W-3</b> A write, zero or trim changes no byte outside its range.
 *   <li><b>W-4</b> A zeroed range reads as zeroes.
 *   <li><b>W-5</b> A trimmed range reads as anything until it is written again; its neighbours are
 *       unchanged.
 *   <li><b>W-6</b> {@link #FUA} is passed to a layer only if its {@code canFua} is {@link
 *       Support#NATIVE}; the operation then returns when its own data is durable.
 *   <li><b>W-7</b> Without {@link #MAY_TRIM} a zeroed range stays allocated, as far as the layer
 *       can tell.
 *   <li><b>W-8</b> With {@link #FAST_ZERO} the layer zeroes faster than a write could or fails at
 *       once with {@link NbdError#ENOTSUP}, having changed nothing.
 *   <li><b>W-9</b> A plugin's {@code zero} may fail with {@link NbdError#ENOTSUP}; unless {@link
 *       #FAST_ZERO} was given the server then writes zeroes itself.
 *   <li><b>W-10</b> Counts are 64 bits wide: a zero or trim of any length inside the export is done
 *       wholly or fails.
 *   <li><b>W-11</b> {@code flush} returns when every write, zero and trim that completed before it
 *       began, on this handle (on every handle, if the export can multi-conn), is durable.
 *   <li><b>W-12</b> A buffer passed to {@code pwrite} is read-only to the layer, wholly consumed
 *       (position at limit) or not looked at afterwards, and not kept after the call returns.
 *   <li><b>W-13</b> With {@link #MAY_TRIM} a layer whose {@code trim} makes holes should make one
 *       of the zeroed range.
 * </ul>
 *
 * @since 0.1
 */
public enum Flag {
  /**
   * Force unit access: the operation's data is durable when it returns. For {@code pwrite}, {@code
   * zero}, {@code trim}.
   */
  FUA(1),
  /**
   * The zeroed range may become a hole. For {@code zero}; the inverse of the protocol's NO_HOLE.
   */
  MAY_TRIM(2),
  /** Zero only if that is faster than writing. For {@code zero}. */
  FAST_ZERO(4),
  /** The caller looks at the first extent only. For {@code extents}. */
  REQ_ONE(8);

  /** The flag's own bit in a set of {@link Flags}. */
  final int bit;

  Flag(int bit) {
    this.bit = bit;
  }
}
