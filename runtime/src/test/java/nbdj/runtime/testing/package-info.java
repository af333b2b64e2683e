/**
 * What tests of several packages share: a raw client, an export in memory, a server of the
 * protocol.
 */
@NullMarked
package nbdj.runtime.testing;

import org.jspecify.annotations.NullMarked;
