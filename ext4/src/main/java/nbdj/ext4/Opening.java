package nbdj.ext4;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import nbdj.ext4.Ext4Options.Writing;

/**
 * What is done before the first file can be found: decide whether the filesystem may be written,
 * claim it against others, recover it, and read what all files need. Used by one thread.
 *
 * <p>To be closed when nothing more is written.
 */
final class Opening implements Closeable {

  private final BlockDevice device;
  private final Ext4Options options;
  private final WriteGate gate = new WriteGate();
  private Optional<MultiMountClaim> claim = Optional.empty();
  private boolean replayed;
  private Optional<String> obstacle = Optional.empty();

  private Opening(BlockDevice device, Ext4Options options) {
    this.device = device;
    this.options = options;
  }

  /**
   * Begin with a device.
   *
   * @throws Ext4Exception if there is no filesystem on it that can be read
   */
  static Opening on(BlockDevice device, Ext4Options options) throws IOException {
    if (device.size() < Superblock.OFFSET + Superblock.SIZE) {
      throw Ext4Exception.notSupported(
          "no filesystem found: the device has only %d bytes".formatted(device.size()));
    }
    Opening opening = new Opening(device, options);
    opening.reasonAgainst(readable(device)).ifPresent(opening.gate::close);
    return opening;
  }

  private static Superblock readable(BlockDevice device) throws IOException {
    Superblock superblock = Superblock.read(device);
    FeaturePolicy.checkReadable(superblock);
    return superblock;
  }

  private Optional<String> reasonAgainst(Superblock superblock) {
    if (device.readOnly()) {
      return Optional.of("the device is read-only");
    }
    if (options.writing() == Writing.NONE) {
      return Optional.of("the filesystem was opened for reading only");
    }
    return FeaturePolicy.readOnlyReason(superblock, options.force());
  }

  /** Tell others that the filesystem is in use, if it is to be written and has a place for that. */
  void claim(MultiMountClaim.Waiting waiting) throws IOException {
    Superblock superblock = readable(device);
    if (!gate.isOpen() || !superblock.has(Feature.MMP)) {
      return;
    }
    Volume volume = Volume.open(device, superblock);
    try {
      claim = Optional.of(MultiMountClaim.take(volume, waiting, gate::close));
    } catch (Ext4Exception e) {
      gate.close(e.getMessage());
    }
  }

  /**
   * Bring the filesystem to its last consistent state, in memory if it may not be written, and open
   * it.
   *
   * @throws Ext4Exception if it or its journal is damaged or not supported
   */
  Volume volume() throws IOException {
    BlockDevice usable = claim.isPresent() ? new FencedDevice(device, gate) : device;
    // Whoever else had claimed the filesystem may have changed it until now.
    Superblock found = readable(usable);
    if (found.has(Feature.RECOVER)) {
      usable = JournalReplay.run(usable, found, gate.isOpen());
      replayed = true;
    }
    Superblock superblock = readable(usable);
    Volume volume = Volume.open(usable, superblock);
    Optional<String> damage = SystemFiles.mark(volume);
    obstacle = FeaturePolicy.readOnlyReason(superblock, options.force()).or(() -> damage);
    reasonAgainst(superblock).or(() -> damage).ifPresent(gate::close);
    if (volume.inodes.readNamed(InodeTable.ROOT).type() != Inode.Type.DIRECTORY) {
      throw Ext4Exception.corrupt("the root inode is not a directory: run e2fsck");
    }
    if (!gate.isOpen()) {
      close();
    }
    return volume;
  }

  /** Tell what is known of the filesystem that was opened. */
  FileSystemFacts facts(Volume volume) {
    return FileSystemFacts.of(volume.superblock, volume.geometry, replayed, obstacle);
  }

  WriteGate gate() {
    return gate;
  }

  /** Give the filesystem to others. */
  @Override
  public void close() throws IOException {
    if (claim.isPresent()) {
      claim.get().close();
    }
  }
}
