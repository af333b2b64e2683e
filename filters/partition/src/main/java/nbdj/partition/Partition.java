package nbdj.partition;

/**
 * Where a partition lies.
 *
 * @param number as people count, from 1
 * @param start where it begins in the disk, in bytes
 * @param size how long it is, in bytes
 */
record Partition(int number, long start, long size) {}
