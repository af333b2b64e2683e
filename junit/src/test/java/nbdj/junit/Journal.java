package nbdj.junit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.PassThrough;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;

/** Writes down the lives of a plugin and of the filters above it. Safe for use by many threads. */
final class Journal {
  private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger filters = new AtomicInteger();

  /** Make a disk that is written about. */
  NbdDisk disk() {
    return NbdDisk.plugin(JournaledPlugin::new)
        .config("journaled", "yes")
        .filter(() -> new JournaledFilter(filters.incrementAndGet()));
  }

  /** Get the calls; those of the plugin's start and end are each one line. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (String call : List.copyOf(calls)) {
      boolean goesOn =
          !lines.isEmpty()
              && !call.startsWith("filter")
              && !List.of("open", "close", "cleanup").contains(call)
              && !lines.getLast().startsWith("filter");
      if (goesOn) {
        lines.set(lines.size() - 1, lines.getLast() + " " + call);
      } else {
        lines.add(call);
      }
    }
    return lines;
  }

  private final class JournaledPlugin implements Plugin {
    @Override
    public List<Parameter> parameters() {
      return List.of(Parameter.of("journaled", Parameter.Type.BOOLEAN, "Whether it is."));
    }

    @Override
    public void load() {
      calls.add("load");
    }

    @Override
    public void config(String key, String value) {
      calls.add("config");
    }

    @Override
    public void configComplete() {
      calls.add("configComplete");
    }

    @Override
    public ThreadModel threadModel() {
      calls.add("threadModel");
      return ThreadModel.PARALLEL;
    }

    @Override
    public void getReady(ThreadModel model) {
      calls.add("getReady");
    }

    @Override
    public void afterFork() {
      calls.add("afterFork");
    }

    @Override
    public PluginHandle open(OpenRequest request) {
      calls.add("open");
      return new ZeroHandle() {
        @Override
        public void close() {
          calls.add("close");
        }
      };
    }

    @Override
    public void cleanup() {
      calls.add("cleanup");
    }

    @Override
    public void unload() {
      calls.add("unload");
    }
  }

  private final class JournaledFilter implements Filter {
    private final int number;

    JournaledFilter(int number) {
      this.number = number;
    }

    @Override
    public void load() {
      calls.add("filter %d load".formatted(number));
    }

    @Override
    public FilterHandle open(Context context, OpenRequest request) throws IOException {
      context.openNext(request.readOnly(), request.exportName());
      return new PassThrough();
    }

    @Override
    public void unload() {
      calls.add("filter %d unload".formatted(number));
    }
  }
}
