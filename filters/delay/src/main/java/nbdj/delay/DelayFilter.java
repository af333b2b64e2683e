package nbdj.delay;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.List;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Registered;

/**
 * Delays requests, as a slow or distant disk does.
 *
 * <p>The delays are given by parameters or, inside a program, by a {@link Delays}; then there are
 * no parameters. A request waits on the thread that the server performs it on; a stop of the server
 * waits for it within its bounds for any request, unless the program calls {@link Delays#suspend}.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "delay", api = Nbdj.API_VERSION)
public final class DelayFilter implements Filter {
  private final Delays delays;
  private final boolean configurable;
  private final DelayParameters parameters = new DelayParameters();
  private boolean fastZero = true;

  /** Make a filter that its parameters control. */
  public DelayFilter() {
    this(new Delays(), true);
  }

  /**
   * Make a filter that a program controls.
   *
   * @param delays what is delayed; may be shared by several filters
   */
  public DelayFilter(Delays delays) {
    this(delays, false);
  }

  DelayFilter(Delays delays, boolean configurable) {
    this.delays = delays;
    this.configurable = configurable;
  }

  @Override
  public String description() {
    return "delay requests, as a slow or distant disk does";
  }

  @Override
  public List<Parameter> parameters() {
    return configurable ? DelayParameters.declare() : List.of();
  }

  @Override
  public void config(Backend next, String key, String value) {
    parameters.give(key, value);
  }

  @Override
  public void configComplete(Backend next) throws IOException {
    if (configurable) {
      fastZero = parameters.fastZero();
      parameters.apply(delays);
    }
    next.configComplete();
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    delays.hold(Operation.OPEN, 0, 0);
    context.openNext(request.readOnly(), request.exportName());
    return new DelayHandle(delays, fastZero, !request.shared());
  }

  /** Let those go on that the server could not wait for. */
  @Override
  public void cleanup(Backend next) {
    delays.wake();
  }
}
