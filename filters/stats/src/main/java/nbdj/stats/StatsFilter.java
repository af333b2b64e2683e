package nbdj.stats;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import nbdj.api.Backend;
import nbdj.api.ConfigException;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Registered;
import nbdj.api.ThreadModel;
import nbdj.api.Values;
import org.jspecify.annotations.Nullable;

/**
 * Counts requests, and writes down at the end how many there were, how large they were and how long
 * they took.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "stats", api = Nbdj.API_VERSION)
public final class StatsFilter implements Filter {
  private static final String FILE = "statsfile";
  private static final String APPEND = "statsappend";
  private static final String THRESHOLD = "statsthreshold";

  private @Nullable Path file;
  private boolean append;

  /** The percentage of requests after which a table may end; 0 for no tables. */
  private int threshold = 95;

  private final Statistics statistics = new Statistics();

  /** When clients could come, in nanoseconds. */
  private long began;

  /** Make the filter. */
  public StatsFilter() {}

  @Override
  public String description() {
    return "write down at the end how many requests there were, and how long they took";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of(FILE, Parameter.Type.PATH, "The file that statistics are written to.")
            .required(),
        Parameter.of(
                APPEND,
                Parameter.Type.BOOLEAN,
                "Whether the file is continued (true) or begins anew (false).")
            .withDefault("false"),
        Parameter.of(
                THRESHOLD,
                Parameter.Type.INTEGER,
                "Tables leave out what is rare once they show this percentage of the requests; 0"
                    + " for no tables.")
            .withDefault("95"));
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    switch (key) {
      case FILE -> file = Values.path(value);
      case APPEND -> append = Values.bool(value);
      default -> threshold = (int) Values.integer(value, 0, 100);
    }
  }

  /** Open the file once, so that a server whose statistics would be lost does not start. */
  @Override
  public void getReady(ThreadModel model) throws IOException {
    if (file == null) {
      throw new ConfigException("the parameter statsfile is missing (try statsfile=stats.txt)");
    }
    write("");
    append = true;
  }

  @Override
  public void afterFork(Backend next) {
    began = System.nanoTime();
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new StatsHandle(statistics);
  }

  @Override
  public void cleanup(Backend next) throws IOException {
    write(Report.of(statistics, System.nanoTime() - began, threshold));
  }

  private void write(String text) throws IOException {
    if (file != null) {
      Files.writeString(
          file,
          text,
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          append ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
    }
  }
}
