package nbdj.ext4;

/** The hashes by which indexed directories order names. */
final class NameHash {

  static final int LEGACY = 0;
  static final int HALF_MD4 = 1;
  static final int TEA = 2;

  /** No hash may be this; it marks the end of a directory to those who seek in it. */
  private static final int END_OF_DIRECTORY = 0xFFFF_FFFE;

  private static final int[] DEFAULT_SEED = {0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476};

  private NameHash() {}

  /**
   * Hash a name.
   *
   * @param version {@link #LEGACY}, {@link #HALF_MD4} or {@link #TEA}
   * @param unsigned whether bytes of the name are taken as 0 to 255 and not -128 to 127
   * @param seed the filesystem's four words, or all zero
   * @return the hash, whose lowest bit is 0
   */
  static int of(byte[] name, int version, boolean unsigned, int[] seed) {
    boolean given = (seed[0] | seed[1] | seed[2] | seed[3]) != 0;
    int[] state = given ? seed.clone() : DEFAULT_SEED.clone();
    int hash =
        switch (version) {
          case LEGACY -> legacy(name, unsigned);
          case HALF_MD4 -> halfMd4(name, unsigned, state);
          case TEA -> tea(name, unsigned, state);
          default -> throw new IllegalArgumentException("unknown hash version " + version);
        };
    int even = hash & ~1;
    return even == END_OF_DIRECTORY ? END_OF_DIRECTORY - 2 : even;
  }

  private static int legacy(byte[] name, boolean unsigned) {
    int older = 0x37AB_E8F9;
    int newer = 0x12A3_FE2D;
    for (byte b : name) {
      int hash = older + (newer ^ (character(b, unsigned) * 7152373));
      if (hash < 0) {
        hash -= 0x7FFF_FFFF;
      }
      older = newer;
      newer = hash;
    }
    return newer << 1;
  }

  private static int halfMd4(byte[] name, boolean unsigned, int[] state) {
    int[] words = new int[8];
    for (int at = 0; at < name.length; at += 32) {
      fill(words, name, at, unsigned);
      halfMd4Round(state, words);
    }
    return state[1];
  }

  private static final int[] ORDER = {
    0, 1, 2, 3, 4, 5, 6, 7, 1, 3, 5, 7, 0, 2, 4, 6, 3, 7, 2, 6, 1, 5, 0, 4
  };
  private static final int[] SHIFTS = {3, 7, 11, 19, 3, 5, 9, 13, 3, 9, 11, 15};
  private static final int[] CONSTANTS = {0, 0x5A82_7999, 0x6ED9_EBA1};

  private static void halfMd4Round(int[] state, int[] words) {
    int a = state[0];
    int b = state[1];
    int c = state[2];
    int d = state[3];
    for (int step = 0; step < ORDER.length; step++) {
      int round = step / 8;
      int mixed =
          switch (round) {
            case 0 -> d ^ (b & (c ^ d));
            case 1 -> (b & c) + ((b ^ c) & d);
            default -> b ^ c ^ d;
          };
      int sum = a + mixed + words[ORDER[step]] + CONSTANTS[round];
      a = d;
      d = c;
      c = b;
      b = Integer.rotateLeft(sum, SHIFTS[round * 4 + step % 4]);
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
  }

  private static int tea(byte[] name, boolean unsigned, int[] state) {
    int[] words = new int[4];
    for (int at = 0; at < name.length; at += 16) {
      fill(words, name, at, unsigned);
      int first = state[0];
      int second = state[1];
      int sum = 0;
      for (int i = 0; i < 16; i++) {
        sum += 0x9E37_79B9;
        first += ((second << 4) + words[0]) ^ (second + sum) ^ ((second >>> 5) + words[1]);
        second += ((first << 4) + words[2]) ^ (first + sum) ^ ((first >>> 5) + words[3]);
      }
      state[0] += first;
      state[1] += second;
    }
    return state[0];
  }

  /** Fill words with the name from an index on, padded with what remains of its length. */
  private static void fill(int[] words, byte[] name, int from, boolean unsigned) {
    int remaining = name.length - from;
    int pad = (remaining & 0xFF) * 0x0101_0101;
    int end = from + Math.min(remaining, 4 * words.length);
    for (int word = 0; word < words.length; word++) {
      int value = pad;
      for (int at = from + 4 * word; at < Math.min(end, from + 4 * word + 4); at++) {
        value = character(name[at], unsigned) + (value << 8);
      }
      words[word] = value;
    }
  }

  private static int character(byte b, boolean unsigned) {
    return unsigned ? b & 0xFF : b;
  }
}
