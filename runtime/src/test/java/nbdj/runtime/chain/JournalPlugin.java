package nbdj.runtime.chain;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import nbdj.api.Export;
import nbdj.api.OpenRequest;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.ThreadModel;

/** A plugin that writes down every callback. Its handles are {@link MemoryHandle}s. */
class JournalPlugin implements Plugin {
  final Journal journal;
  ThreadModel model = ThreadModel.PARALLEL;
  OpenRequest lastRequest = OpenRequest.of(false, "none yet");

  JournalPlugin(Journal journal) {
    this.journal = journal;
  }

  /** Make what an open returns. */
  PluginHandle handle() {
    return new MemoryHandle(journal, 1 << 16);
  }

  @Override
  public void load() throws IOException {
    journal.add("plugin load");
  }

  @Override
  public void configComplete() throws IOException {
    journal.add("plugin configComplete");
  }

  @Override
  public ThreadModel threadModel() throws IOException {
    journal.add("plugin threadModel");
    return model;
  }

  @Override
  public void getReady(ThreadModel model) throws IOException {
    journal.add("plugin getReady");
  }

  @Override
  public void afterFork() throws IOException {
    journal.add("plugin afterFork");
  }

  @Override
  public void preconnect(boolean readOnly) throws IOException {
    journal.add("plugin preconnect");
  }

  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
    journal.add("plugin listExports");
    return List.of(Export.of("one"), Export.of("two"));
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) throws IOException {
    return Optional.of("default");
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    lastRequest = request;
    journal.add("plugin open");
    return handle();
  }

  @Override
  public void cleanup() throws IOException {
    journal.add("plugin cleanup");
  }

  @Override
  public void unload() throws IOException {
    journal.add("plugin unload");
  }
}
