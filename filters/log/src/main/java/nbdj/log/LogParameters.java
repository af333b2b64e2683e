package nbdj.log;

import java.nio.file.Path;
import java.util.List;
import nbdj.api.ConfigException;
import nbdj.api.Parameter;
import nbdj.api.Values;
import org.jspecify.annotations.Nullable;

/** The filter's parameters, as declared and as given. */
final class LogParameters {
  private static final String FILE = "logfile";
  private static final String APPEND = "logappend";
  private static final String SCRIPT = "logscript";
  private static final String TRANSACTIONS = "transactionlog";
  private static final String DATA = "datalog";

  private @Nullable Path file;
  private @Nullable String script;
  private @Nullable Path transactionLog;
  private boolean append;
  private boolean data;

  static List<Parameter> declare() {
    return List.of(
        Parameter.of(FILE, Parameter.Type.PATH, "The file to write lines to."),
        Parameter.of(
                APPEND,
                Parameter.Type.BOOLEAN,
                "Whether files are continued (true) or begin anew (false).")
            .withDefault("false"),
        Parameter.of(
            SCRIPT,
            Parameter.Type.STRING,
            "A shell command to run for each line, with its fields as variables."),
        Parameter.of(
            TRANSACTIONS,
            Parameter.Type.PATH,
            "The file to write requests and replies to in the form of nbd-server's transaction"
                + " log."),
        Parameter.of(
                DATA,
                Parameter.Type.BOOLEAN,
                "Whether the transaction log has the data that is written too.")
            .withDefault("false"));
  }

  void give(String key, String value) throws ConfigException {
    switch (key) {
      case FILE -> file = Values.path(value);
      case APPEND -> append = Values.bool(value);
      case SCRIPT -> script = value;
      case TRANSACTIONS -> transactionLog = Values.path(value);
      default -> data = Values.bool(value);
    }
  }

  @Nullable Path file() {
    return file;
  }

  @Nullable String script() {
    return script;
  }

  @Nullable Path transactionLog() {
    return transactionLog;
  }

  boolean append() {
    return append;
  }

  boolean data() {
    return data;
  }
}
