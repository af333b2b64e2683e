package nbdj.ext4;

/**
 * How a filesystem is opened. Immutable.
 *
 * @param writing what may be written
 * @param force whether a filesystem is written although it says that it has errors or was not
 *     closed; what is wrong with it may become worse
 * @param discard whether the device is told of space that files give up
 * @since 0.1
 */
public record Ext4Options(Writing writing, boolean force, boolean discard) {

  /**
   * What may be written.
   *
   * @since 0.1
   */
  public enum Writing {
    /** Whatever fits: space is allocated and given up as files need it. */
    FULL,
    /** Blocks that hold data already, in place; nothing that would change metadata. */
    OVERWRITE,
    /** Nothing: not one byte of the device is changed, be it by a replay of the journal. */
    NONE
  }

  /**
   * What is done if nothing else is said: everything is written that can be, nothing is forced, and
   * the device is not told of space that is given up.
   */
  public static final Ext4Options DEFAULT = new Ext4Options(Writing.FULL, false, false);

  /** Return these options with another limit to what may be written. */
  public Ext4Options withWriting(Writing writing) {
    return new Ext4Options(writing, force, discard);
  }

  /** Return these options with the filesystem's own doubts heeded or not. */
  public Ext4Options withForce(boolean force) {
    return new Ext4Options(writing, force, discard);
  }

  /** Return these options with the device told of space that is given up, or not. */
  public Ext4Options withDiscard(boolean discard) {
    return new Ext4Options(writing, force, discard);
  }
}
