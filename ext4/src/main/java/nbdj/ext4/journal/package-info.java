/**
 * The journal of a filesystem (jbd2): what its blocks look like, and how what it holds is found
 * again. It knows blocks by their numbers and nothing of what they hold. Internal to the engine.
 *
 * <p>{@link nbdj.ext4.journal.JournalSuperblock} says where the log begins and how it is written;
 * {@link nbdj.ext4.journal.LogFormat} reads and makes its blocks; {@link nbdj.ext4.journal.LogScan}
 * walks it and returns a {@link nbdj.ext4.journal.Recovery}: the newest durable content of every
 * block in it.
 *
 * <p>Source: the journal chapter of the Linux kernel's "ext4 Data Structures and Algorithms". All
 * numbers in a journal are big-endian.
 */
@NullMarked
package nbdj.ext4.journal;

import org.jspecify.annotations.NullMarked;
