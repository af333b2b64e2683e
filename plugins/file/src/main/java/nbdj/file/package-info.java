/**
 * The plugin {@code file}: a file, a block device or a directory of them.
 *
 * <p>{@link nbdj.file.FilePlugin} finds the file of an export, {@code OpenFile} opens it and {@code
 * FileHandle} serves it. Bytes go through {@link java.nio.channels.FileChannel}; what that cannot
 * do (holes, zeroing without writing, advice) is behind {@code FileControl}, done by {@code
 * LinuxFileControl} where it can be and by {@code PortableFileControl}, which does nothing,
 * elsewhere. Only {@code SystemCalls} calls native code.
 */
@NullMarked
package nbdj.file;

import org.jspecify.annotations.NullMarked;
