package nbdj.log;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import nbdj.api.Backend;
import nbdj.api.Context;
import nbdj.api.Export;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Registered;
import nbdj.api.ThreadModel;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what clients ask for: as lines for people, as calls of a script, and as a transaction
 * log in the form of nbd-server's.
 *
 * <p>A request that is being written down waits for it; one that cannot be written down is served
 * all the same.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "log", api = Nbdj.API_VERSION)
public final class LogFilter implements Filter {
  private final LogParameters parameters = new LogParameters();

  /** What is told, from {@link #getReady} to {@link #unload}. */
  private Journal journal = new Journal(List.of());

  private @Nullable TransactionLog transactions;

  private final AtomicLong lastClient = new AtomicLong();
  private final AtomicLong lastListing = new AtomicLong();
  private final AtomicLong lastConnection = new AtomicLong();

  /** Make the filter. */
  public LogFilter() {}

  @Override
  public String description() {
    return "write down what clients ask for";
  }

  @Override
  public List<Parameter> parameters() {
    return LogParameters.declare();
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    parameters.give(key, value);
  }

  @Override
  public void getReady(ThreadModel model) throws IOException {
    List<EventSink> sinks = new ArrayList<>();
    if (parameters.file() != null) {
      sinks.add(new LogFile(Output.to(parameters.file(), parameters.append())));
    }
    if (parameters.script() != null) {
      sinks.add(new LogScript(parameters.script()));
    }
    journal = new Journal(sinks);
    if (parameters.transactionLog() != null) {
      transactions =
          new TransactionLog(
              Output.to(parameters.transactionLog(), parameters.append()), parameters.data());
    }
    journal.print("Ready", Fields.of("thread_model", number(model)));
  }

  /** Get the number that nbdkit's log has for a model. */
  private static long number(ThreadModel model) {
    return switch (model) {
      case SERIALIZE_CONNECTIONS -> 0;
      case SERIALIZE_ALL_REQUESTS -> 1;
      case SERIALIZE_REQUESTS -> 2;
      case PARALLEL -> 3;
    };
  }

  @Override
  public void afterFork(Backend next) throws IOException {
    journal.print("Fork", Fields.NONE);
  }

  @Override
  public void preconnect(Backend next, boolean readOnly) throws IOException {
    Journal.Call call =
        journal.enter("Preconnect", lastClient.incrementAndGet(), Fields.of("readonly", readOnly));
    call.around(() -> next.preconnect(readOnly));
  }

  @Override
  public List<Export> listExports(Backend next, boolean readOnly, boolean tls) throws IOException {
    Journal.Call call =
        journal.enter(
            "ListExports",
            lastListing.incrementAndGet(),
            Fields.of("readonly", readOnly).and("tls", tls));
    List<Export> exports = new ArrayList<>();
    call.around(() -> {
      exports.addAll(next.listExports(readOnly, tls));
      return Fields.ofQuoted(
          "exports",
          exports.stream()
              .map(export -> Fields.quoted(export.name()))
              .collect(Collectors.joining(" ", "(", ")")));
    });
    return List.copyOf(exports);
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    context.openNext(request.readOnly(), request.exportName());
    return new LogHandle(
        journal.connection(lastConnection.incrementAndGet()), transactions, request);
  }

  @Override
  public void unload() throws IOException {
    try {
      journal.close();
    } finally {
      if (transactions != null) {
        transactions.close();
      }
    }
  }
}
