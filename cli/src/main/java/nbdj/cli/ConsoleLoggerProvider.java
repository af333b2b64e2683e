package nbdj.cli;

import com.google.auto.service.AutoService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Makes the command's loggers; found by slf4j itself.
 *
 * <p>The level is read from the system property {@value #LEVEL} when the first logger is asked for.
 */
@AutoService(SLF4JServiceProvider.class)
public final class ConsoleLoggerProvider implements SLF4JServiceProvider {
  /** The system property with the name of the least {@link Level} to show. */
  static final String LEVEL = "nbdj.log";

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();
  private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();
  private Level least = Level.WARN;

  /** Make a provider, as slf4j does. */
  public ConsoleLoggerProvider() {}

  @Override
  public ILoggerFactory getLoggerFactory() {
    return name -> loggers.computeIfAbsent(name, n -> new ConsoleLogger(n, least));
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
    least = Level.valueOf(System.getProperty(LEVEL, Level.WARN.name()));
  }
}
