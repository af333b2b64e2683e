package nbdj.ext4;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads and writes the integers of the on-disk format; the caller has checked that they lie inside
 * the array.
 */
final class LittleEndian {

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  /** Return the unsigned byte at an index: 0 to 255. */
  static int u8(byte[] bytes, int at) {
    return bytes[at] & 0xFF;
  }

  /** Return the unsigned 16-bit number at an index: 0 to 65535. */
  static int u16(byte[] bytes, int at) {
    return (short) SHORT.get(bytes, at) & 0xFFFF;
  }

  /** Return the 32 bits at an index, as they are. */
  static int i32(byte[] bytes, int at) {
    return (int) INT.get(bytes, at);
  }

  /** Return the unsigned 32-bit number at an index: 0 to 2^32 - 1. */
  static long u32(byte[] bytes, int at) {
    return (int) INT.get(bytes, at) & 0xFFFF_FFFFL;
  }

  /** Return the 64 bits at an index, as they are. */
  static long i64(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }

  /** Write the low 16 bits of a number at an index. */
  static void set16(byte[] bytes, int at, int value) {
    SHORT.set(bytes, at, (short) value);
  }

  /** Write 32 bits at an index. */
  static void set32(byte[] bytes, int at, int value) {
    INT.set(bytes, at, value);
  }

  /** Write 64 bits at an index. */
  static void set64(byte[] bytes, int at, long value) {
    LONG.set(bytes, at, value);
  }
}
