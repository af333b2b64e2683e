package nbdj.ext4;

import java.io.IOException;

/**
 * One thing that can be wrong with an image.
 *
 * @param name what is done
 * @param old whether it is done to the image without checksums
 * @param words what one of the refusals must say, or nothing where the fault may go unnoticed
 * @param damage does it
 */
record Fault(String name, boolean old, String words, Damage damage) {

  /** What a fault does to an image. */
  interface Damage {
    void doTo(Surgeon surgeon) throws IOException;
  }

  @Override
  public String toString() {
    return name + (old ? " (old)" : "");
  }
}
