package nbdj.ext4;

import java.io.IOException;

/** Metadata that can only be read. File data may be overwritten all the same. */
final class ReadOnlyStore implements MetadataStore {

  private final BlockDevice device;
  private final MetadataReader reader;
  private final String reason;

  /**
   * Make a store that changes nothing.
   *
   * @param reason one sentence for a person, without its full stop
   */
  ReadOnlyStore(BlockDevice device, MetadataReader reader, String reason) {
    this.device = device;
    this.reader = reader;
    this.reason = reason;
  }

  @Override
  public byte[] read(long block, String what) throws IOException {
    return reader.block(block, what);
  }

  @Override
  public void checkUsable() {}

  @Override
  public Change begin(int blocks) throws IOException {
    throw new Ext4Exception(Ext4Exception.Kind.READ_ONLY, reason);
  }

  @Override
  public int mostBlocks() {
    return 0;
  }

  @Override
  public boolean atomic() {
    return true;
  }

  @Override
  public void flush() throws IOException {
    if (!device.readOnly()) {
      device.flush();
    }
  }
}
