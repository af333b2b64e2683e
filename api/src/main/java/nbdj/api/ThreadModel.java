package nbdj.api;

/**
 * How many calls a plugin or filter can take at once.
 *
 * <p>The models are in ascending order of freedom. Rules:
 *
 * <ul>
 *   <li><b>T-1</b> The model of a chain is the strictest of the models of its layers; a filter may
 *       tighten the model of the layer below, never relax it.
 *   <li><b>T-2</b> Under {@link #SERIALIZE_CONNECTIONS} at most one handle of the layer is open at
 *       a time; a client that would open a second one waits, and an open that could never succeed,
 *       because a filter holds the handle, fails at once.
 *   <li><b>T-3</b> Under {@link #SERIALIZE_ALL_REQUESTS} at most one call runs in all handles of
 *       the layer at a time.
 *   <li><b>T-4</b> Under {@link #SERIALIZE_REQUESTS} at most one call runs in one handle of the
 *       layer at a time, however many connections share that handle.
 *   <li><b>T-5</b> Under {@link #PARALLEL} any number of calls may run in one handle at a time.
 *   <li><b>T-6</b> Calls of one handle may come from different threads; what one call wrote is
 *       visible to the next.
 *   <li><b>T-7</b> No lock of the server is held while it waits for a client.
 *   <li><b>T-8</b> A thread that runs a layer's code is never interrupted by the server while it is
 *       inside a data operation, because an interrupt closes a {@link
 *       java.nio.channels.FileChannel} for everyone.
 * </ul>
 *
 * @since 0.1
 */
public enum ThreadModel {
  /** One open handle at a time. */
  SERIALIZE_CONNECTIONS,
  /** Many handles, one call at a time in all of them together. */
  SERIALIZE_ALL_REQUESTS,
  /** Many handles, one call at a time in each. */
  SERIALIZE_REQUESTS,
  /** Many handles, many calls in each. */
  PARALLEL;

  /** Get the stricter of this model and another. */
  public ThreadModel min(ThreadModel other) {
    return compareTo(other) <= 0 ? this : other;
  }
}
