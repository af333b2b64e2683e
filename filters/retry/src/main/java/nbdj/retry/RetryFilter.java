package nbdj.retry;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Registered;
import nbdj.api.Values;

/**
 * Opens the layer below again when a request fails, and tries the request again.
 *
 * <p>For layers that lose their connection to something. A request waits on the thread that the
 * server performs it on.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "retry", api = Nbdj.API_VERSION)
public final class RetryFilter implements Filter {
  private static final String RETRIES = "retries";
  private static final String DELAY = "retry-delay";
  private static final String EXPONENTIAL = "retry-exponential";
  private static final String READ_ONLY = "retry-readonly";

  private int retries = 5;
  private Duration delay = Duration.ofSeconds(2);
  private boolean exponential = true;
  private boolean readOnly;

  /** Wakes those who wait, when the server ends. */
  private final Pause pause = new Pause();

  /** Make the filter. */
  public RetryFilter() {}

  @Override
  public String description() {
    return "open the layer below again when a request fails";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of(
                RETRIES, Parameter.Type.INTEGER, "How often a request that fails is tried again.")
            .withDefault("5"),
        Parameter.of(DELAY, Parameter.Type.DURATION, "How long to wait before it is tried again.")
            .withDefault("2s"),
        Parameter.of(
                EXPONENTIAL,
                Parameter.Type.BOOLEAN,
                "Whether each further wait for one request is twice as long.")
            .withDefault("true"),
        Parameter.of(
                READ_ONLY,
                Parameter.Type.BOOLEAN,
                "Whether the layer below is opened again read-only.")
            .withDefault("false"));
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    switch (key) {
      case RETRIES -> retries = (int) Values.integer(value, 0, 1_000_000);
      case DELAY -> delay = Values.duration(value);
      case EXPONENTIAL -> exponential = Values.bool(value);
      default -> readOnly = Values.bool(value);
    }
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    Policy policy = new Policy(retries, delay.toNanos(), exponential, readOnly, pause);
    return new RetryHandle(Reopened.open(context, request), policy);
  }

  /** Let those go on that the server could not wait for. */
  @Override
  public void cleanup(Backend next) {
    pause.end();
  }
}
