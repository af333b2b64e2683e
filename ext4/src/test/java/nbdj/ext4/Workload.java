package nbdj.ext4;

import java.io.IOException;

/** Something that is done to a filesystem while the device is recorded. */
interface Workload {

  /**
   * Do it.
   *
   * @param device holds a filesystem that nobody has open
   * @param ledger is told what was written, and what is durable from when on
   */
  void run(RecordingDevice device, Ledger ledger) throws IOException;
}
