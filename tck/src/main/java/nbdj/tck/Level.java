package nbdj.tck;

/** How much a rule asks. A sentence with the word "should" is a recommendation. */
enum Level {
  /** A layer that breaks the rule is wrong. */
  MUST,
  /** A layer that breaks the rule works, but not as well as it could. */
  SHOULD;

  /** Get the level of a rule from its sentence. */
  static Level of(String sentence) {
    return sentence.matches(".*\\bshould\\b.*") ? SHOULD : MUST;
  }
}
