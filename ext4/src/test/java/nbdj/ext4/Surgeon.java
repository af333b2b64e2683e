package nbdj.ext4;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Changes metadata of an image in memory and puts its checksum right again, so that the change
 * itself must be noticed. Finds everything through an intact copy.
 */
final class Surgeon {

  private final byte[] image;
  private final Volume volume;
  private final Descriptors descriptors;

  Surgeon(byte[] image) throws IOException {
    this.image = image;
    BlockDevice intact = new MemoryDevice(image.clone(), true);
    this.volume = Volume.open(intact, Superblock.read(intact));
    this.descriptors =
        Descriptors.read(volume.superblock, volume.geometry, volume.reader, new SystemZones());
  }

  int blockSize() {
    return volume.geometry.blockSize;
  }

  Patch patch() {
    return new Patch(image);
  }

  /** Change the superblock; offsets are from its own beginning. */
  void superblock(Consumer<Field> change) {
    change.accept(new Field(Superblock.OFFSET));
    if (volume.checksums) {
      patch()
          .set32(Superblock.OFFSET + 0x3FCL, Checksums.crc32c(~0, image, Superblock.OFFSET, 0x3FC));
    }
  }

  /** Change the descriptor of a group. */
  void descriptor(int group, Consumer<Field> change) {
    int size = volume.geometry.descriptorSize;
    int at = (int) (volume.geometry.descriptorBlock(0) << volume.geometry.blockBits) + group * size;
    change.accept(new Field(at));
    if (volume.checksums) {
      patch().set16(at + 0x1EL, 0);
      int state = Checksums.crc32c(volume.superblock.checksumSeed(), group);
      patch().set16(at + 0x1EL, Checksums.crc32c(state, image, at, size));
    }
  }

  Inode inode(String path) throws IOException {
    return PathResolver.resolve(volume, path);
  }

  /** Return the inode that a name in the root stands for, without following it. */
  long number(String name) throws IOException {
    return new Directory(volume, inode("/"), LookupBudget.of(volume.geometry))
        .find(name.getBytes(StandardCharsets.UTF_8));
  }

  /** Return where in the image an inode begins. */
  int inodeAt(long number) {
    return (int) descriptors.inodeOffset(number);
  }

  /** Change an inode. */
  void inode(long number, Consumer<Field> change) {
    int at = inodeAt(number);
    change.accept(new Field(at));
    if (volume.checksums) {
      int size = volume.geometry.inodeSize;
      patch().set16(at + 0x7CL, 0).set16(at + 0x82L, 0);
      int computed = Checksums.crc32c(seed(number), image, at, size);
      patch().set16(at + 0x7CL, computed).set16(at + 0x82L, computed >>> 16);
    }
  }

  /** Change an extent block of an inode. */
  void extentBlock(long inode, long block, Consumer<Field> change) {
    int at = (int) (block << volume.geometry.blockBits);
    change.accept(new Field(at));
    int end = 12 + 12 * patch().get16(at + 4L);
    if (volume.checksums && end + 4 <= blockSize()) {
      patch().set32(at + (long) end, Checksums.crc32c(seed(inode), image, at, end));
    }
  }

  /** Change a leaf block of a directory. */
  void leafBlock(long inode, long block, Consumer<Field> change) {
    int at = (int) (block << volume.geometry.blockBits);
    change.accept(new Field(at));
    if (volume.checksums) {
      int tail = at + blockSize() - 12;
      patch().set32(tail + 8L, Checksums.crc32c(seed(inode), image, at, blockSize() - 12));
    }
  }

  /** Change an index block of a directory whose entries begin at an offset. */
  void indexBlock(long inode, long block, int entries, Consumer<Field> change) {
    int at = (int) (block << volume.geometry.blockBits);
    change.accept(new Field(at));
    int limit = patch().get16(at + (long) entries);
    int count = patch().get16(at + entries + 2L);
    int tail = entries + 8 * limit;
    if (volume.checksums && tail + 8 <= blockSize() && entries + 8 * count <= blockSize()) {
      int state = Checksums.crc32c(seed(inode), image, at, entries + 8 * count);
      state = Checksums.crc32c(state, image, at + tail, 4);
      patch().set32(at + tail + 4L, Checksums.crc32c(state, 0));
    }
  }

  /** Return the block of the device that holds a block of a file. */
  long place(String path, long block) throws IOException {
    Inode inode = inode(path);
    MapLeaf leaf = new FileContent(volume, inode, new MapBudget(0)).map().leafAt(block);
    int index = leaf.indexOf(block);
    return leaf.physical(index) + (block - leaf.first(index));
  }

  private int seed(long number) {
    int generation = patch().get32(inodeAt(number) + 0x64L);
    return Checksums.crc32c(
        Checksums.crc32c(volume.superblock.checksumSeed(), (int) number), generation);
  }

  /** The structure at hand; offsets are from its beginning. */
  final class Field {
    private final long at;

    private Field(long at) {
      this.at = at;
    }

    int get16(int offset) {
      return patch().get16(at + offset);
    }

    int get32(int offset) {
      return patch().get32(at + offset);
    }

    Field set8(int offset, int value) {
      patch().set8(at + offset, value);
      return this;
    }

    Field set16(int offset, int value) {
      patch().set16(at + offset, value);
      return this;
    }

    Field set32(int offset, int value) {
      patch().set32(at + offset, value);
      return this;
    }
  }
}
