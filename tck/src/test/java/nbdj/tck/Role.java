package nbdj.tck;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import nbdj.api.Context;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.tck.Verdict.Subject;

/** What a broken handle is part of. */
enum Role {
  /** A plugin over a device of its own. */
  PLUGIN,
  /** A filter over the reference plugin. */
  FILTER;

  /** More than an {@code int}, signed or not, can count. */
  static final long HUGE = 5L << 30;

  private static final Map<String, String> CONFIG = Map.of("key", "value");

  /** Run the contract of the role against a layer with certain handles. */
  Verdict judge(Supplier<? extends FilterHandle> handle) {
    return switch (this) {
      case PLUGIN ->
          Verdict.ofPlugin(
              new Subject<>(() -> plugin(Verdict.device(), handle)).withContentOfDevice());
      case FILTER -> Verdict.ofFilter(new Subject<>(() -> filter(handle)));
    };
  }

  /** Run the contract of the role against a layer of many GiB, all of it a hole at first. */
  Verdict judgeHuge(Supplier<? extends FilterHandle> handle) {
    return switch (this) {
      case PLUGIN ->
          Verdict.ofPlugin(new Subject<>(() -> plugin(new ReferenceDevice(HUGE), handle)));
      case FILTER -> Verdict.ofFilter(new Subject<>(() -> filter(handle)).over(HUGE));
    };
  }

  /** Run the contract of the role against a layer of a certain manner. */
  Verdict judgeManner(Supplier<? extends Manner> manner) {
    return judgeManner(manner, CONFIG, "", "");
  }

  /**
   * Run the contract of the role against a layer that may not return, or whose threads may not end.
   */
  Verdict judgeHanging(Supplier<? extends Manner> manner, Impatience patience) {
    return switch (this) {
      case PLUGIN ->
          Verdict.ofPlugin(
              new Subject<Plugin>(() -> new MannerlyPlugin(manner.get()))
                  .withConfig(CONFIG)
                  .judgedBy(patience));
      case FILTER ->
          Verdict.ofFilter(
              new Subject<Filter>(() -> new MannerlyFilter(manner.get()))
                  .withConfig(CONFIG)
                  .judgedBy(patience));
    };
  }

  /** Run the contract of the role against a layer of a certain manner that knows export names. */
  Verdict judgeManner(
      Supplier<? extends Manner> manner, Map<String, String> config, String name, String missing) {
    return switch (this) {
      case PLUGIN ->
          Verdict.ofPlugin(
              new Subject<Plugin>(() -> new MannerlyPlugin(manner.get()))
                  .withConfig(config)
                  .withExport(name, missing));
      case FILTER ->
          Verdict.ofFilter(
              new Subject<Filter>(() -> new MannerlyFilter(manner.get()))
                  .withConfig(config)
                  .withExport(name, missing));
    };
  }

  /** Make the reference plugin with other handles. */
  static Plugin plugin(ReferenceDevice device, Supplier<? extends FilterHandle> handle) {
    return new ReferencePlugin(device) {
      @Override
      public PluginHandle open(OpenRequest request) {
        return new PluginOfHandle(handle.get(), new DirectNext(new ReferenceHandle(this)));
      }
    };
  }

  /** Make a filter with certain handles, right in everything else. */
  static Filter filter(Supplier<? extends FilterHandle> handle) {
    return new Filter() {
      @Override
      public String description() {
        return "a filter of the tests";
      }

      @Override
      public FilterHandle open(Context context, OpenRequest request) throws IOException {
        context.openNext(request.readOnly(), request.exportName());
        return handle.get();
      }
    };
  }
}
