package nbdj.retry;

/**
 * How often, and when, a request is tried again.
 *
 * @param retries how often at most
 * @param delay how long to wait before, in nanoseconds
 * @param exponential each further wait is twice as long
 * @param readOnly the layer below is opened again read-only
 * @param pause what waits
 */
record Policy(int retries, long delay, boolean exponential, boolean readOnly, Pause pause) {
  /**
   * Wait before a try.
   *
   * @param number which try again it is, from 1
   */
  void pauseBefore(int number) {
    pause.await(delayBefore(number));
  }

  /** Get how long to wait before a try, in nanoseconds. */
  long delayBefore(int number) {
    int doublings = exponential ? Math.min(number - 1, 62) : 0;
    return delay > (Long.MAX_VALUE / 2) >> doublings ? Long.MAX_VALUE / 2 : delay << doublings;
  }

  /** Tell whether a request that has been tried again a number of times may be once more. */
  boolean allows(int tried) {
    return tried < retries && !pause.hasEnded();
  }
}
