/**
 * The chain of layers: contexts, thread models, derived capabilities and the containment of layers
 * that misbehave.
 *
 * <p>A request arrives from the protocol as a call of the outermost layer's {@link nbdj.api.Next}
 * and leaves as a call of the plugin's handle. On its way it passes, in each layer:
 *
 * <ol>
 *   <li>{@code LayerContext}: is the handle open, the range inside the export, the operation
 *       offered? {@code Answers} knows what was asked before; {@code Zeroing} and {@code
 *       ExtentChecker} do what takes more than one call.
 *   <li>{@code GuardedCalls}: takes the lock that the thread model wants, and contains what the
 *       layer throws or answers wrongly; {@code Faults} logs it.
 *   <li>{@code PluginCalls} or {@code FilterCalls}: the callback itself; a filter's receives the
 *       {@code LayerContext} of the layer below that its {@code Hold} has at that moment.
 * </ol>
 *
 * <p>{@code Chain} starts and stops the {@code Layer}s; {@code Lifespan} finalizes and closes
 * handles for their {@code Owner}.
 */
@NullMarked
package nbdj.runtime.chain;

import org.jspecify.annotations.NullMarked;
