package nbdj.api;

/**
 * How a layer supports an operation that the server can emulate.
 *
 * @since 0.1
 */
public enum Support {
  /** Not at all: the operation is not offered to clients, and never called. */
  NONE,
  /**
   * By other operations of the layer, called by the server; the layer's own operation is never
   * called.
   */
  EMULATE,
  /** By the layer's own operation. */
  NATIVE;

  /** Tell whether the operation can be asked for, in whatever way it is done. */
  public boolean available() {
    return this != NONE;
  }
}
