package nbdj.tck;

/** A run of bytes that a layer has told something about. */
sealed interface Span permits Extent, MetaExtent {
  long offset();

  long length();
}
