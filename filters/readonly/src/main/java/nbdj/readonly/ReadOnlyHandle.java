package nbdj.readonly;

import nbdj.api.Next;
import nbdj.api.PassThrough;

/** An export that nobody may write to. */
final class ReadOnlyHandle extends PassThrough {
  @Override
  public boolean canWrite(Next next) {
    return false;
  }
}
