package nbdj.runtime.protocol;

import nbdj.api.NbdException;
import org.jspecify.annotations.Nullable;

/**
 * Measures one request at a time: for the meter, and for the flight recorder. Where neither wants
 * to know it looks at two constants. Used by one thread at a time.
 */
final class Measurement {
  /** A virtual machine may be made without the flight recorder. */
  private static final boolean RECORDABLE = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private final Meter meter;
  private final String connection;
  private final String export;

  /** When the request began. */
  private long began;

  /** Null while nobody records. */
  private @Nullable RequestEvent event;

  Measurement(Meter meter, String connection, String export) {
    this.meter = meter;
    this.connection = connection;
    this.export = export;
  }

  void begin(Request request) {
    if (RECORDABLE) {
      event = RequestEvent.beginIfWanted();
    }
    if (meter.isOn()) {
      meter.begin(request);
      began = System.nanoTime();
    }
  }

  void end(Request request, @Nullable Throwable failure) {
    if (meter.isOn()) {
      meter.end(request, System.nanoTime() - began, failure != null);
    }
    RequestEvent open = event;
    if (open != null) {
      event = null;
      String error = failure == null ? "" : NbdException.errorOf(failure).name();
      open.end(connection, export, request, error);
    }
  }
}
