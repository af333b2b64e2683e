package nbdj.delay;

/** What may be delayed, by the names that the parameters use. */
enum Operation {
  READ("read"),
  WRITE("write"),
  ZERO("zero"),
  TRIM("trim"),
  FLUSH("flush"),
  EXTENTS("extents"),
  CACHE("cache"),
  OPEN("open"),
  CLOSE("close");

  private final String word;

  Operation(String word) {
    this.word = word;
  }

  /** Get the name inside a parameter's. */
  String word() {
    return word;
  }
}
