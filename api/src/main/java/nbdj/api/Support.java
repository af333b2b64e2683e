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

  /**
   * Get how a filter supports an operation that it passes to a layer with this support: by its own
   * wherever the layer below can be asked for it, in whatever way it is done there.
   */
  public Support passedOn() {
    return available() ? NATIVE : NONE;
  }
}
