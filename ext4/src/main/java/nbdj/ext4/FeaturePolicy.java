package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.notSupported;

import java.util.Optional;

/**
 * Decides from a superblock's features and state whether a filesystem may be read and whether it
 * may be written.
 */
final class FeaturePolicy {

  private FeaturePolicy() {}

  /**
   * Refuse what must not even be read.
   *
   * @throws Ext4Exception naming the feature
   */
  static void checkReadable(Superblock superblock) throws Ext4Exception {
    if (superblock.has(Feature.JOURNAL_DEV)) {
      throw notSupported("this is an external journal device, not a filesystem");
    }
    if (superblock.has(Feature.COMPRESSION)) {
      throw notSupported("filesystem uses compression (e2compr), which is not supported");
    }
    if (superblock.has(Feature.DIRDATA)) {
      throw notSupported("filesystem keeps data in directories (dirdata), which is not supported");
    }
    int unknown = Feature.Group.INCOMPAT.unknown(superblock.features(Feature.Group.INCOMPAT));
    if (unknown != 0) {
      throw notSupported("filesystem has unknown incompatible feature(s) 0x%x".formatted(unknown));
    }
  }

  /**
   * Return why a filesystem must not be written, if so.
   *
   * @param force whether one may be that is only doubtful
   */
  static Optional<String> readOnlyReason(Superblock superblock, boolean force) {
    int unknown = Feature.Group.RO_COMPAT.unknown(superblock.features(Feature.Group.RO_COMPAT));
    if (unknown != 0) {
      return Optional.of(
          "filesystem has unknown read-only-compatible feature(s) 0x%x".formatted(unknown));
    }
    if (superblock.has(Feature.READONLY)) {
      return Optional.of("filesystem is marked read-only: clear it with tune2fs -O ^read-only");
    }
    if (superblock.has(Feature.SHARED_BLOCKS)) {
      return Optional.of("filesystem shares blocks between files: run e2fsck -E unshare_blocks");
    }
    if (superblock.has(Feature.HAS_SNAPSHOT) || superblock.has(Feature.EXCLUDE_BITMAP)) {
      return Optional.of("filesystem has snapshots, which are not supported");
    }
    if (superblock.has(Feature.REPLICA)) {
      return Optional.of("filesystem has replicas, which are not supported");
    }
    return stateReason(superblock, force);
  }

  private static Optional<String> stateReason(Superblock superblock, boolean force) {
    int state = superblock.state();
    if ((state & Superblock.STATE_FAST_COMMIT_REPLAY) != 0) {
      return Optional.of("filesystem was left during journal recovery: mount it once");
    }
    if (!force && (state & Superblock.STATE_ERRORS) != 0) {
      return Optional.of("filesystem is marked as having errors: run e2fsck");
    }
    if (!force && (state & Superblock.STATE_VALID) == 0 && !superblock.has(Feature.HAS_JOURNAL)) {
      return Optional.of("filesystem has no journal and was not cleanly unmounted: run e2fsck");
    }
    return Optional.empty();
  }

  /** Return why a file must not be written, if so. */
  static Optional<String> readOnlyReason(Inode inode) {
    if (inode.has(Inode.FLAG_IMMUTABLE)) {
      return Optional.of("file is immutable: clear it with chattr -i");
    }
    if (inode.has(Inode.FLAG_APPEND_ONLY)) {
      return Optional.of("file may only be appended to: clear it with chattr -a");
    }
    if (inode.has(Inode.FLAG_VERITY)) {
      return Optional.of("file is protected by fs-verity");
    }
    if (inode.has(Inode.FLAG_JOURNAL_DATA)) {
      return Optional.of(
          "file's data goes through the journal, which is not supported: clear it with chattr -j");
    }
    return Optional.empty();
  }
}
