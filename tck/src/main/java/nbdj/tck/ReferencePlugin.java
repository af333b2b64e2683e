package nbdj.tck;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;

/**
 * The plugin that {@link FilterContract} puts below a filter: a {@link ReferenceDevice} that offers
 * everything, less what it is told to lack.
 *
 * <p>It has one export, which answers to every name.
 *
 * @since 0.1
 */
public class ReferencePlugin implements Plugin {
  private final ReferenceDevice device;
  private final Set<Feature> lacking = EnumSet.noneOf(Feature.class);
  private ThreadModel model = ThreadModel.PARALLEL;
  private volatile Hook hook = operation -> {};

  /** Make a plugin that serves a device. */
  public ReferencePlugin(ReferenceDevice device) {
    this.device = device;
  }

  /** Take features away; before the plugin is opened. */
  public final ReferencePlugin without(Feature... features) {
    lacking.addAll(Set.of(features));
    return this;
  }

  /** Set the thread model; before the chain asks for it. */
  public final ReferencePlugin withModel(ThreadModel threadModel) {
    model = threadModel;
    return this;
  }

  /**
   * Set what is run before every callback but {@code description}, {@code parameters} and those
   * about lists of exports; at any time.
   */
  public final ReferencePlugin withHook(Hook before) {
    hook = before;
    return this;
  }

  /** Get the device that is served. */
  public final ReferenceDevice device() {
    return device;
  }

  /** Tell whether a feature is offered. */
  final boolean has(Feature feature) {
    return !lacking.contains(feature);
  }

  final Hook hook() {
    return hook;
  }

  @Override
  public String description() {
    return "reference device of the compatibility tests";
  }

  @Override
  public void load() throws IOException {
    hook.before("load");
  }

  @Override
  public void configComplete() throws IOException {
    hook.before("configComplete");
  }

  @Override
  public ThreadModel threadModel() throws IOException {
    hook.before("threadModel");
    return model;
  }

  @Override
  public void getReady(ThreadModel chain) throws IOException {
    hook.before("getReady");
  }

  @Override
  public void afterFork() throws IOException {
    hook.before("afterFork");
  }

  @Override
  public void preconnect(boolean readOnly) throws IOException {
    hook.before("preconnect");
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    hook.before("open");
    return new ReferenceHandle(this);
  }

  @Override
  public void cleanup() throws IOException {
    hook.before("cleanup");
  }

  @Override
  public void unload() throws IOException {
    hook.before("unload");
  }
}
