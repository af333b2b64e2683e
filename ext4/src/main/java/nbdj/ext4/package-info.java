/**
 * Reading and overwriting regular files inside ext2, ext3 and ext4 filesystem images.
 *
 * <p>{@link nbdj.ext4.Ext4FileSystem} opens a filesystem on a {@link nbdj.ext4.BlockDevice} and
 * hands out {@link nbdj.ext4.Ext4File}s, which map ranges of a file to runs of the device. The
 * image is taken to be hostile: whatever is wrong with it ends in an {@link
 * nbdj.ext4.Ext4Exception} that says what and where.
 */
@NullMarked
package nbdj.ext4;

import org.jspecify.annotations.NullMarked;
