package nbdj.runtime.chain;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A call of a layer's code that has a result. */
@FunctionalInterface
interface LayerCall<T extends @Nullable Object> {
  T run() throws IOException;
}
