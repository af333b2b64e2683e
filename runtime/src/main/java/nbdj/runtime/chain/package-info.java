/**
 * The chain of layers: contexts, thread models, derived capabilities and the containment of layers
 * that misbehave.
 *
 * <p>A request arrives from the protocol as a call of the outermost layer's {@link nbdj.api.Next}
 * and leaves as a call of the plugin's handle.
 */
@NullMarked
package nbdj.runtime.chain;

import org.jspecify.annotations.NullMarked;
