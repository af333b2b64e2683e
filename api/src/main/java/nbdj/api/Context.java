package nbdj.api;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A filter's hold on one connection: which handle of the layer below its operations receive.
 *
 * <p>Rules of ownership:
 *
 * <ul>
 *   <li><b>O-1</b> A handle opened with {@link #openNext} belongs to the connection, which
 *       prepares, finalizes and closes it together with the filter's own.
 *   <li><b>O-2</b> A handle opened with {@link Backend#open} belongs to the filter that opened it.
 *       {@link #setNext} lends it to the connection; however that connection ends, the handle is
 *       neither finalized nor closed by it.
 *   <li><b>O-3</b> A handle still open when its owner's {@code cleanup} has returned is finalized
 *       and closed by the server.
 *   <li><b>O-4</b> {@link #setNext} returns what the context held. If that belonged to the
 *       connection it still does, and is finalized and closed when the connection ends.
 *   <li><b>O-5</b> Operations that began before {@link #setNext} keep the handle they received;
 *       later ones receive the new one.
 *   <li><b>O-6</b> Only an open handle of the layer directly below can be set.
 *   <li><b>O-7</b> A layer opened, however indirectly, for a shared handle is shared itself.
 *   <li><b>O-8</b> A filter closes each handle that it opened with {@link Backend#open}, in its
 *       {@code cleanup} at the latest, and goes on to the next though closing one has failed.
 *   <li><b>O-9</b> An {@code open} or {@code prepare} that fails leaves no handle of {@link
 *       Backend#open} behind but one that later ones use.
 *   <li><b>O-10</b> A filter opens a handle as shared if it lends it to other connections than the
 *       one for which it opens it, or keeps it when that one has ended.
 * </ul>
 *
 * @since 0.1
 */
public interface Context {
  /** Get the layer below. */
  Backend backend();

  /** Get the handle that operations receive now; {@code null} if there is none yet. */
  @Nullable Next next();

  /**
   * Open the layer below for this connection and set it as the next.
   *
   * @param readOnly nothing will be written; cannot undo what the filter's own open was asked for
   * @param exportName the export, {@code ""} for the default one of the layer below
   * @return the open handle, which the server prepares before it prepares this filter
   * @throws IllegalStateException if the context has a next already
   */
  Next openNext(boolean readOnly, String exportName) throws IOException;

  /**
   * Set the handle that operations receive from now on.
   *
   * @param next an open handle of {@link #backend}, prepared by the time the first operation
   *     arrives; {@code null} to have none
   * @return what was set before, {@code null} if nothing was
   * @throws IllegalArgumentException if {@code next} is a handle of another layer or closed
   */
  @Nullable Next setNext(@Nullable Next next);
}
