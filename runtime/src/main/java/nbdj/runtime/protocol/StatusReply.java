package nbdj.runtime.protocol;

import java.io.IOException;
import java.util.List;
import nbdj.api.Flag;
import nbdj.api.Flags;
import nbdj.api.NbdException;
import nbdj.api.Next;

/**
 * The reply to one request for block status: a chunk for each metadata context that is asked about.
 * Reused from request to request by one thread.
 */
final class StatusReply {
  /** How many descriptors a reply has at most, those of all contexts together. */
  private static final int MOST = 8 << 10;

  private static final Flags REQ_ONE = Flags.of(Flag.REQ_ONE);

  private final List<MetaContext> contexts;

  /** What each context says, in the order of the contexts. */
  private final StatusAnswer[] answers;

  StatusReply(List<MetaContext> contexts) {
    this.contexts = contexts;
    this.answers = new StatusAnswer[contexts.size()];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = new StatusAnswer(MOST / answers.length);
    }
  }

  /** Have a layer answer a request. */
  void ask(Request request, Next next) throws IOException {
    Flags flags = request.has(Wire.FLAG_REQ_ONE) ? REQ_ONE : Flags.NONE;
    for (int i = 0; i < answers.length; i++) {
      if (request.asksFor(i)) {
        answers[i].begin();
        contexts.get(i).ask(next, request.offset(), request.count(), flags, answers[i]);
      }
    }
  }

  /**
   * Write the reply.
   *
   * @throws NbdException if it cannot be told; nothing was written then
   */
  void write(Request request, Outbox outbox) throws IOException {
    int last = 0;
    for (int i = 0; i < answers.length; i++) {
      if (request.asksFor(i)) {
        answers[i].end(request, contexts.get(i), outbox.capacity());
        last = i;
      }
    }
    for (int i = 0; i <= last; i++) {
      if (request.asksFor(i)) {
        int flags = i == last ? Wire.CHUNK_DONE : 0;
        answers[i].write(request, contexts.get(i), flags, outbox);
      }
    }
  }
}
