/**
 * Reading and writing regular files inside ext2, ext3 and ext4 filesystem images.
 *
 * <p>{@link nbdj.ext4.Ext4FileSystem} opens a filesystem on a {@link nbdj.ext4.BlockDevice} and
 * hands out {@link nbdj.ext4.Ext4File}s, which map ranges of a file to runs of the device. The
 * image is taken to be hostile: whatever is wrong with it ends in an {@link
 * nbdj.ext4.Ext4Exception} that says what and where.
 *
 * <h2>How metadata is changed</h2>
 *
 * <p>All changes go through a {@code MetadataStore}. With a journal, those that are closed gather
 * in one running transaction. A flush, a full transaction or a timer closes it, writes it to the
 * log, and lets the next one run meanwhile on copies of the blocks that both have; blocks reach
 * their own places when the log fills up, when nothing happens for a while, or when the filesystem
 * is closed. The filesystem is marked as in need of recovery with the first transaction, and no
 * longer when it is closed. Without a journal a transaction is written to its places in two steps,
 * so that what leads to a block is never durable before the block is marked as used.
 *
 * <h2>How space is allocated and given up</h2>
 *
 * <p>A write to a hole claims clusters in memory, with some ahead for the file, and writes its data
 * to them. One change of metadata then marks them as used, counts them and has the file's map lead
 * there. A punched range is unmapped, and its clusters marked as free, in changes that are each as
 * large as a transaction allows; they are claimed again only when that is durable. Overwriting what
 * a file has already changes no metadata. Free space that cannot be had without a flush is asked
 * for with one before anybody is told that there is none.
 *
 * <h2>The order of locks</h2>
 *
 * <p>Stripes of a file; an open change; the map of a file; the bitmap of a group; the usage of
 * quotas; the store's own bookkeeping. A thread takes only what comes after all that it has ({@code
 * LockRank}, checked where assertions are on). Closing a transaction waits for open changes, and
 * these may wait for maps and groups, but nobody who has a change, a map or a group waits for a
 * transaction: so it ends. A thread that has stripes may wait for a transaction, which needs none.
 * No lock is held while a transaction is written or the device is flushed.
 */
@NullMarked
package nbdj.ext4;

import org.jspecify.annotations.NullMarked;
