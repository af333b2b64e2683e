package nbdj.ext4;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/**
 * Compares names the way casefolded directories do, as nearly as the JDK's own tables allow.
 *
 * <p>The format asks for Unicode 12.1's canonical decomposition with full case folding, without
 * ignorable characters. Here folding is upper-casing and then lower-casing each character, by the
 * JDK's newer Unicode. The two differ for a handful of characters with several lower-case forms in
 * one script; such a name is always found when it is spelled exactly.
 */
final class CaseFold {

  private static final int DOTLESS_I = 0x131;

  private CaseFold() {}

  /**
   * Return the form of a name that all its spellings share, or nothing if the name is not UTF-8.
   */
  static Optional<String> fold(byte[] name) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
    StringBuilder folded = new StringBuilder(text.length());
    Normalizer.normalize(text, Normalizer.Form.NFD)
        .codePoints()
        .filter(c -> !ignorable(c))
        .forEach(c -> fold(c, folded));
    return Optional.of(Normalizer.normalize(folded, Normalizer.Form.NFD));
  }

  private static void fold(int character, StringBuilder folded) {
    if (character == DOTLESS_I) {
      folded.appendCodePoint(character);
      return;
    }
    Character.toString(character)
        .toUpperCase(Locale.ROOT)
        .codePoints()
        .map(Character::toLowerCase)
        .forEach(folded::appendCodePoint);
  }

  private static boolean ignorable(int c) {
    return switch (c) {
      case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFEFF, 0xFFA0 -> true;
      default -> ignorableRange(c);
    };
  }

  private static boolean ignorableRange(int c) {
    return within(c, 0x180B, 0x180E)
        || within(c, 0x200B, 0x200F)
        || within(c, 0x202A, 0x202E)
        || within(c, 0x2060, 0x206F)
        || within(c, 0xFE00, 0xFE0F)
        || within(c, 0xE0000, 0xE0FFF);
  }

  private static boolean within(int c, int first, int last) {
    return c >= first && c <= last;
  }
}
