package nbdj.tck;

import nbdj.api.ExtentType;

/** An extent that a layer added to a sink. */
record Extent(long offset, long length, ExtentType type) implements Span {}
