package nbdj.error;

import java.util.Set;

/** What may fail, by the names that the parameters use. */
enum Operation {
  READ("pread"),
  WRITE("pwrite"),
  TRIM("trim"),
  ZERO("zero"),
  EXTENTS("extents"),
  CACHE("cache"),
  FLUSH("flush"),
  OPEN("open");

  /** Those for which {@code error-rate} holds where they have no rate of their own. */
  static final Set<Operation> COMMON = Set.of(READ, WRITE, TRIM, ZERO, EXTENTS, CACHE);

  private final String word;

  Operation(String word) {
    this.word = word;
  }

  /** Get the name inside a parameter's, and in messages. */
  String word() {
    return word;
  }
}
