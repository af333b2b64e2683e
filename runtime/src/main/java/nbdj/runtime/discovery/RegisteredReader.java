package nbdj.runtime.discovery;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import nbdj.api.Registered;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link Registered} from a class file: the first annotation that a virtual machine is asked
 * for by reflection takes it a tenth of the whole start of a server.
 *
 * <p>Reads what compilers write and nothing else; reflection decides about the rest.
 */
final class RegisteredReader {
  private static final String DESCRIPTOR = 'L' + Registered.class.getName().replace('.', '/') + ';';

  private static final int MAGIC = 0xcafebabe;

  /** What stands in the constant pool: texts and integers where they are, null elsewhere. */
  private final @Nullable Object[] constants;

  private final DataInputStream in;

  private RegisteredReader(DataInputStream in) throws IOException {
    this.in = in;
    if (in.readInt() != MAGIC) {
      throw new IOException("no class file");
    }
    in.skipNBytes(4);
    constants = new Object[in.readUnsignedShort()];
    for (int i = 1; i < constants.length; i++) {
      i += readConstant(i);
    }
  }

  /** Get the annotation of a class; empty if there is none, or none that can be read here. */
  static Optional<Identity> read(Class<?> type) {
    String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
    try (InputStream bytes = type.getResourceAsStream(file)) {
      if (bytes == null) {
        return Optional.empty();
      }
      return Optional.ofNullable(
          new RegisteredReader(new DataInputStream(new ByteArrayInputStream(bytes.readAllBytes())))
              .identity());
    } catch (IOException | ClassCastException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /** Read a constant, and get how many numbers behind its own it takes. */
  private int readConstant(int index) throws IOException {
    int tag = in.readUnsignedByte();
    switch (tag) {
      case 1 -> constants[index] = in.readUTF();
      case 3 -> constants[index] = in.readInt();
      case 5, 6 -> in.skipNBytes(8);
      case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
      case 15 -> in.skipNBytes(3);
      case 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
      default -> throw new IOException("constant of kind " + tag);
    }
    return tag == 5 || tag == 6 ? 1 : 0;
  }

  private @Nullable Identity identity() throws IOException {
    in.skipNBytes(6);
    in.skipNBytes(2L * in.readUnsignedShort());
    skipMembers();
    skipMembers();
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      boolean annotations = "RuntimeVisibleAnnotations".equals(constant());
      int length = in.readInt();
      if (annotations) {
        return firstAnnotation();
      }
      in.skipNBytes(length);
    }
    return null;
  }

  private void skipMembers() throws IOException {
    for (int members = in.readUnsignedShort(); members > 0; members--) {
      in.skipNBytes(6);
      for (int attributes = in.readUnsignedShort(); attributes > 0; attributes--) {
        in.skipNBytes(2);
        in.skipNBytes(in.readInt());
      }
    }
  }

  /** Read the first annotation; those behind it are left to {@link Class#getAnnotation}. */
  private @Nullable Identity firstAnnotation() throws IOException {
    if (in.readUnsignedShort() == 0 || !DESCRIPTOR.equals(constant())) {
      return null;
    }
    String name = null;
    Integer api = null;
    for (int left = in.readUnsignedShort(); left > 0; left--) {
      Object element = constant();
      int tag = in.readUnsignedByte();
      if ("name".equals(element) && tag == 's') {
        name = (String) constant();
      } else if ("api".equals(element) && tag == 'I') {
        api = (Integer) constant();
      } else {
        return null;
      }
    }
    return name == null || api == null ? null : new Identity(name, api);
  }

  private @Nullable Object constant() throws IOException {
    return constants[in.readUnsignedShort()];
  }

  /**
   * What {@link Registered} says.
   *
   * @param name the name that the layer gives itself
   * @param api the version of the interface it was built against
   */
  record Identity(String name, int api) {
    /** Get what a class says of itself; empty if it says nothing. */
    static Optional<Identity> of(Class<?> type) {
      Optional<Identity> read = RegisteredReader.read(type);
      if (read.isPresent()) {
        return read;
      }
      Registered registered = type.getAnnotation(Registered.class);
      return registered == null
          ? Optional.empty()
          : Optional.of(new Identity(registered.name(), registered.api()));
    }
  }
}
