package nbdj.runtime.protocol;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;
import org.jspecify.annotations.Nullable;

/**
 * A request, as the flight recorder keeps it. Unless a recording says otherwise only those that
 * take a millisecond or more are kept.
 */
@Name("nbdj.Request")
@Label("NBD Request")
@Category("NBD")
@Description("A request of an NBD client, from its arrival to its answer")
@Threshold("1 ms")
@StackTrace(false)
final class RequestEvent extends Event {
  @Label("Connection")
  String connection = "";

  @Label("Export")
  String export = "";

  @Label("Command")
  String command = "";

  @Label("Offset")
  @Description("In the export, in bytes")
  @DataAmount
  long offset;

  @Label("Length")
  @DataAmount
  long length;

  @Label("Error")
  @Description("The error that the client got; empty if the request succeeded")
  String error = "";

  /** Begin an event, or get null if nobody records any. */
  static @Nullable RequestEvent beginIfWanted() {
    RequestEvent event = new RequestEvent();
    if (!event.isEnabled()) {
      // As it does not leave this method it costs no memory.
      return null;
    }
    event.begin();
    return event;
  }

  /** End the event, and keep it if it is long enough. */
  void end(String from, String of, Request request, String failure) {
    end();
    if (shouldCommit()) {
      connection = from;
      export = of;
      command = Request.nameOf(request.type());
      offset = request.offset();
      length = request.count();
      error = failure;
      commit();
    }
  }
}
