package nbdj.tck;

/** An extent as a layer gave it of a metadata context. */
record MetaExtent(long offset, long length, long status) implements Span {}
