package nbdj.ext4;

/**
 * What a device may hold after a power cut.
 *
 * @param time the cut is just before the event of this time
 * @param image owned by whoever takes the state
 * @param description which operations survived
 */
record CrashState(int time, PagedImage image, String description) {}
