package nbdj.error;

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
 * Has requests fail on command, so that a client's handling of errors can be tested.
 *
 * <p>The command is given by parameters or, inside a program, by an {@link Errors}; then there are
 * no parameters.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "error", api = Nbdj.API_VERSION)
public final class ErrorFilter implements Filter {
  private final Errors errors;
  private final boolean configurable;
  private final ErrorParameters parameters = new ErrorParameters();

  /** Make a filter that its parameters control. */
  public ErrorFilter() {
    this(new Errors(), true);
  }

  /**
   * Make a filter that a program controls.
   *
   * @param errors what fails; may be shared by several filters
   */
  public ErrorFilter(Errors errors) {
    this(errors, false);
  }

  ErrorFilter(Errors errors, boolean configurable) {
    this.errors = errors;
    this.configurable = configurable;
  }

  @Override
  public String description() {
    return "have requests fail, to test how a client takes it";
  }

  @Override
  public List<Parameter> parameters() {
    return configurable ? ErrorParameters.declare() : List.of();
  }

  @Override
  public void config(Backend next, String key, String value) {
    parameters.give(key, value);
  }

  @Override
  public void configComplete(Backend next) throws IOException {
    if (configurable) {
      parameters.apply(errors);
    }
    next.configComplete();
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    errors.check(Operation.OPEN, 0, 0);
    context.openNext(request.readOnly(), request.exportName());
    return new ErrorHandle(errors);
  }
}
