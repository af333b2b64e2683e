package nbdj.ext4;

import static nbdj.ext4.Ext4Exception.corrupt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Follows a path to its inode, through symbolic links. For one thread and one path.
 *
 * <p>Parents are remembered on the way down, so that {@code ..} needs no entry in a directory and
 * cannot be led astray by one.
 */
final class PathResolver {

  /** Most symbolic links on one way. */
  private static final int MAX_LINKS = 40;

  /** Most components on one way, those of symbolic links included. */
  private static final int MAX_COMPONENTS = 4096;

  /** Most bytes of a path or of a symbolic link's target. */
  private static final int MAX_LENGTH = 4096;

  private static final int MAX_NAME = 255;
  private static final byte[] DOT = {'.'};
  private static final byte[] DOT_DOT = {'.', '.'};

  private final Volume volume;
  private final String path;

  /** Components still to be followed. */
  private final Deque<byte[]> pending = new ArrayDeque<>();

  /** Inodes of the directories from the root to where the walk is. */
  private final List<Long> parents = new ArrayList<>();

  private final LookupBudget budget;
  private int links;
  private int components;

  private PathResolver(Volume volume, String path) {
    this.volume = volume;
    this.path = path;
    this.budget = LookupBudget.of(volume.geometry);
  }

  /**
   * Follow a path.
   *
   * @param path absolute: begins with a slash
   * @return the inode it leads to, never a symbolic link
   * @throws Ext4Exception if it leads nowhere or through what cannot be read
   */
  static Inode resolve(Volume volume, String path) throws IOException {
    return new PathResolver(volume, path).walk();
  }

  private Inode walk() throws IOException {
    byte[] bytes = encode();
    if (bytes.length == 0 || bytes[0] != '/') {
      throw failure(Ext4Exception.Kind.INVALID, "is not absolute: begin it with /");
    }
    if (bytes.length > MAX_LENGTH) {
      throw failure(Ext4Exception.Kind.INVALID, "is longer than %d bytes".formatted(MAX_LENGTH));
    }
    push(bytes);
    Inode here = volume.inodes.readNamed(InodeTable.ROOT);
    parents.add(InodeTable.ROOT);
    while (!pending.isEmpty()) {
      here = step(here, pending.pop());
    }
    return here;
  }

  private Inode step(Inode here, byte[] name) throws IOException {
    if (++components > MAX_COMPONENTS) {
      throw failure(
          Ext4Exception.Kind.LOOP,
          "goes through more than %d components".formatted(MAX_COMPONENTS));
    }
    if (here.type() != Inode.Type.DIRECTORY) {
      throw failure(
          Ext4Exception.Kind.NOT_A_DIRECTORY, "goes on after something that is not a directory");
    }
    if (Arrays.equals(name, DOT)) {
      return here;
    }
    if (Arrays.equals(name, DOT_DOT)) {
      if (parents.size() > 1) {
        parents.removeLast();
      }
      return volume.inodes.readNamed(parents.getLast());
    }
    long number = name.length > MAX_NAME ? 0 : new Directory(volume, here, budget).find(name);
    if (number == 0) {
      throw failure(
          Ext4Exception.Kind.NOT_FOUND,
          "does not exist: there is no %s".formatted(Printable.name(name)));
    }
    Inode next = volume.inodes.readNamed(number);
    switch (next.type()) {
      case SYMLINK -> {
        return follow(here, next);
      }
      case DIRECTORY -> parents.add(number);
      case REGULAR, OTHER -> {}
    }
    return next;
  }

  private Inode follow(Inode here, Inode link) throws IOException {
    if (++links > MAX_LINKS) {
      throw failure(
          Ext4Exception.Kind.LOOP, "goes through more than %d symbolic links".formatted(MAX_LINKS));
    }
    byte[] target = target(link);
    push(target);
    if (target[0] != '/') {
      return here;
    }
    parents.subList(1, parents.size()).clear();
    return volume.inodes.readNamed(InodeTable.ROOT);
  }

  private byte[] target(Inode link) throws IOException {
    long most = Math.min(volume.geometry.blockSize, MAX_LENGTH);
    if (link.size == 0 || link.size > most) {
      throw corrupt(
          "symbolic link inode %d has impossible length %d: run e2fsck"
              .formatted(link.number, link.size));
    }
    byte[] target;
    if (!link.has(Inode.FLAG_INLINE_DATA | Inode.FLAG_EXTENTS) && link.size < Inode.MAP_LENGTH) {
      target = Arrays.copyOfRange(link.raw, Inode.MAP, Inode.MAP + (int) link.size);
    } else {
      FileContent content = new FileContent(volume, link, new MapBudget(0));
      target = new byte[(int) link.size];
      content.walk(0, link.size, new ContentReader(volume.device, ByteBuffer.wrap(target)));
    }
    for (byte b : target) {
      if (b == 0) {
        throw corrupt(
            "symbolic link inode %d has a NUL in its target: run e2fsck".formatted(link.number));
      }
    }
    return target;
  }

  /**
   * Put the components of a path before all that are pending. A slash at its end asks for a
   * directory, as a dot does.
   */
  private void push(byte[] text) {
    int end = text.length;
    if (text[end - 1] == '/') {
      pending.push(DOT);
    }
    while (end > 0) {
      int start = end;
      while (start > 0 && text[start - 1] != '/') {
        start--;
      }
      if (start < end) {
        pending.push(Arrays.copyOfRange(text, start, end));
      }
      end = start - 1;
    }
  }

  private byte[] encode() throws Ext4Exception {
    if (path.indexOf('\0') >= 0) {
      throw failure(Ext4Exception.Kind.INVALID, "has a NUL in it");
    }
    try {
      ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(path));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw failure(Ext4Exception.Kind.INVALID, "cannot be written in UTF-8");
    }
  }

  private Ext4Exception failure(Ext4Exception.Kind kind, String how) {
    return new Ext4Exception(kind, "path %s %s".formatted(Printable.text(path), how));
  }
}
