package nbdj.stats;

/** What is counted, by the names that a report has. */
enum Operation {
  READ("read"),
  WRITE("write"),
  TRIM("trim"),
  ZERO("zero"),
  EXTENTS("extents"),
  CACHE("cache"),
  FLUSH("flush");

  private final String word;

  Operation(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }
}
