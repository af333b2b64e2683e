package nbdj.ext4;

import java.util.List;
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
    String state) {

  static FileSystemFacts of(Superblock superblock, Geometry geometry) {
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
        state);
  }
}
