package nbdj.cli;

import com.google.auto.service.AutoService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Makes the command's loggers; found by slf4j itself.
 *
 * <p>A logger tells as much as the console says when it is first asked for.
 */
@AutoService(SLF4JServiceProvider.class)
public final class ConsoleLoggerProvider implements SLF4JServiceProvider {
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new LogContext();
  private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();

  /** Make a provider, as slf4j does. */
  public ConsoleLoggerProvider() {}

  @Override
  public ILoggerFactory getLoggerFactory() {
    return name -> loggers.computeIfAbsent(name, n -> new ConsoleLogger(n, Console.levels().of(n)));
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }

  @Override
  public void initialize() {
    // All there is was made with the provider.
  }
}
