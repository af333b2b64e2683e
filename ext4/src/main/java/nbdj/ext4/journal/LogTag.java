package nbdj.ext4.journal;

/**
 * What a descriptor block says of one logged block.
 *
 * @param block its place in the filesystem
 * @param escaped whether its first four bytes stand as zeroes in the log, since they are those that
 *     control blocks begin with
 * @param checksum as the log's format has it, perhaps of no meaning
 */
public record LogTag(long block, boolean escaped, int checksum) {}
