package nbdj.runtime.protocol;

import java.util.List;

/** Where the bytes of an answer to a read are sent from. */
enum Source {
  /** A buffer of the server's, into which a layer or the server has put them. */
  BUFFER(0),
  /** Memory that a layer has lent. */
  MEMORY(1),
  /** A file, from which the kernel takes them. */
  FILE(2),
  /** Nowhere: the client is told of a hole. */
  HOLE(3);

  static final List<Source> ALL = List.of(values());

  /** Its place in an array of all. */
  final int place;

  Source(int place) {
    this.place = place;
  }
}
