package nbdj.runtime.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Puts private keys of older forms into PKCS#8, the one that the JDK reads. */
final class Der {
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int OBJECT = 0x06;

  /** The tag of the curve's name inside a key of SEC 1. */
  private static final int PARAMETERS = 0xa0;

  private static final byte[] VERSION = {2, 1, 0};

  /** 1.2.840.113549.1.1.1 and no parameters. */
  private static final byte[] RSA = {
    0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 13, 1, 1, 1, 5, 0
  };

  /** 1.2.840.10045.2.1. */
  private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

  private Der() {}

  /** Wrap a key of PKCS#1. */
  static byte[] wrapRsa(byte[] key) {
    return value(SEQUENCE, VERSION, RSA, value(OCTETS, key));
  }

  /** Wrap a key of SEC 1, which must name its curve. */
  static byte[] wrapEc(Path file, byte[] key) throws IOException {
    byte[] curve = curve(key);
    if (curve.length == 0) {
      throw new IOException(
          file + ": the key does not name its curve; write it as PKCS#8 (openssl pkcs8 -topk8)");
    }
    return value(SEQUENCE, VERSION, value(SEQUENCE, EC, curve), value(OCTETS, key));
  }

  /** Find the curve's name among the members of a key; nothing if it is not there. */
  private static byte[] curve(byte[] key) {
    int at = content(key, 0);
    while (at >= 0 && at < key.length) {
      int begin = content(key, at);
      if (begin < 0) {
        break;
      }
      int end = begin + length(key, at);
      if (end < begin || end > key.length) {
        break;
      }
      if ((key[at] & 0xff) == PARAMETERS && begin < end && key[begin] == OBJECT) {
        return Arrays.copyOfRange(key, begin, end);
      }
      at = end;
    }
    return new byte[0];
  }

  /** Get where the content of a value begins; -1 if the value is cut. */
  private static int content(byte[] bytes, int at) {
    if (at + 2 > bytes.length) {
      return -1;
    }
    int more = (bytes[at + 1] & 0x80) == 0 ? 0 : bytes[at + 1] & 0x7f;
    int begin = at + 2 + more;
    return more > 4 || begin > bytes.length ? -1 : begin;
  }

  private static int length(byte[] bytes, int at) {
    int first = bytes[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      length = (length << 8) | (bytes[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static byte[] value(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      int bytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
      out.write(0x80 | bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        out.write(length >>> (8 * i));
      }
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
