package nbdj.junit;

import java.io.IOException;
import java.util.Optional;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Flags;
import nbdj.api.NbdException;
import nbdj.api.OpenRequest;

/** Logs what clients ask for, and lets them only read if the disk is to be read-only. */
final class RecordingFilter implements Filter {
  private final OperationLog log;

  private final boolean readOnly;

  RecordingFilter(OperationLog log, boolean readOnly) {
    this.log = log;
    this.readOnly = readOnly;
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    int client = log.newClient();
    LogEntry entry = log.begin(client, Operation.OPEN, 0, 0, Flags.NONE);
    try {
      context.openNext(readOnly || request.readOnly(), request.exportName());
      entry.end(Optional.empty());
      return new RecordingHandle(log, client);
    } catch (IOException | RuntimeException | Error e) {
      entry.end(Optional.of(NbdException.errorOf(e)));
      throw e;
    }
  }
}
