package nbdj.ext4;

/**
 * An entry of an inner node of an extent tree.
 *
 * @param logical first logical block of the first entry below
 * @param block where the node lies that it leads to; below 0 while that has no place yet
 */
record ExtentIndex(long logical, long block) {}
