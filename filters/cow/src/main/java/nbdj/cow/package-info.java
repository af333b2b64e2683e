/** The filter cow: writes that are kept aside. */
@NullMarked
package nbdj.cow;

import org.jspecify.annotations.NullMarked;
