package nbdj.api;

/**
 * An error as a client sees it: the error values of the NBD specification.
 *
 * @since 0.1
 */
public enum NbdError {
  /** Operation not permitted; also for a write to a read-only export. */
  EPERM(1),
  /** Input or output error. */
  EIO(5),
  /** Cannot allocate memory. */
  ENOMEM(12),
  /** Invalid argument. */
  EINVAL(22),
  /** No space left on the device. */
  ENOSPC(28),
  /** Value too large. */
  EOVERFLOW(75),
  /** Operation not supported. */
  ENOTSUP(95),
  /** The server is shutting down. */
  ESHUTDOWN(108);

  private final int number;

  NbdError(int number) {
    this.number = number;
  }

  /** Get the number of the error on the wire. */
  public int number() {
    return number;
  }
}
