package nbdj.ext4;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a filesystem is, for a person.
 *
 * @param blockSize bytes of a block: a power of two, 1024 to 65536
 * @param clusterSize bytes of what is allocated at once: a power of two, at least a block
 * @param blocks number of blocks
 * @param inodes number of inodes, in use or not
 * @param groups number of block groups
 * @param revision 0 or 1
 * @param label the volume's name, perhaps empty, without control characters
 * @param uuid the volume's identity
 * @param features names of all features, as mke2fs and dumpe2fs have them
 * @param state {@code clean}, {@code not clean} or {@code clean with errors} and the like
 * @param journal what there is of a journal, and whether it was needed
 * @param obstacle why the filesystem must not be written, whatever may be done to the device; empty
 *     if it may
 * @since 0.1
 */
public record FileSystemFacts(
    int blockSize,
    int clusterSize,
    long blocks,
    long inodes,
    int groups,
    int revision,
    String label,
    UUID uuid,
    List<String> features,
    String state,
    Journal journal,
    Optional<String> obstacle) {

  /**
   * What there is of a journal.
   *
   * @since 0.1
   */
  public enum Journal {
    /** None: the filesystem was never promised to survive a power cut. */
    NONE,
    /** One with nothing in it that was not in its place. */
    CLEAN,
    /** One that was replayed when the filesystem was opened, on the device or in memory. */
    REPLAYED,
    /** One on another device. */
    EXTERNAL
  }

  /**
   * Tell what is known of a filesystem.
   *
   * @param replayed whether its journal was
   */
  static FileSystemFacts of(
      Superblock superblock, Geometry geometry, boolean replayed, Optional<String> obstacle) {
    String state = (superblock.state() & Superblock.STATE_VALID) != 0 ? "clean" : "not clean";
    if ((superblock.state() & Superblock.STATE_ERRORS) != 0) {
      state += " with errors";
    }
    return new FileSystemFacts(
        geometry.blockSize,
        geometry.clusterSize,
        geometry.blocks,
        geometry.inodes,
        geometry.groups,
        superblock.revision(),
        superblock.label(),
        superblock.uuid(),
        superblock.featureNames(),
        state,
        journal(superblock, replayed),
        obstacle);
  }

  private static Journal journal(Superblock superblock, boolean replayed) {
    if (!superblock.has(Feature.HAS_JOURNAL)) {
      return Journal.NONE;
    }
    if (superblock.journalInode() == 0) {
      return Journal.EXTERNAL;
    }
    return replayed ? Journal.REPLAYED : Journal.CLEAN;
  }
}
