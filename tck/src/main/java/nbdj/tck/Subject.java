package nbdj.tck;

import java.io.IOException;
import java.util.Optional;
import nbdj.runtime.server.NbdServer;
import nbdj.runtime.server.NbdServerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A layer as its contract describes it, for tests of other packages that serve it in another way.
 *
 * <p>For one test: it remembers what it served last, so that a server can be started again over
 * what the one before left.
 *
 * @since 0.1
 */
public final class Subject {
  private final LayerContract contract;
  private @Nullable ReferenceDevice device;

  private Subject(LayerContract contract) {
    this.contract = contract;
  }

  /** Get the layer that a contract is about. */
  public static Subject of(LayerContract contract) {
    return new Subject(contract);
  }

  /**
   * Begin a server of the layer with its parameters; a filter is served over a device, which is
   * fresh.
   */
  public NbdServerBuilder server() throws IOException {
    device = contract instanceof FilterContract filter ? filter.newDevice() : null;
    return serverAgain();
  }

  /** Begin a server over what the last one left; a plugin is made anew in any case. */
  public NbdServerBuilder serverAgain() {
    NbdServerBuilder server = NbdServer.builder();
    switch (contract) {
      case PluginContract of -> {
        var plugin = of.plugin();
        server.plugin(LayerContract.nameOf(plugin), plugin);
      }
      case FilterContract of -> {
        var filter = of.filter();
        server
            .filter(LayerContract.nameOf(filter), filter)
            .plugin("reference", new ReferencePlugin(served()));
      }
    }
    for (Argument word : contract.words()) {
      if (word.isBare()) {
        server.configBare(word.value());
      } else {
        server.config(word.key(), word.value());
      }
    }
    return server;
  }

  private ReferenceDevice served() {
    if (device == null) {
      throw new IllegalStateException("nothing was served yet");
    }
    return device;
  }

  /** Get the export to open, {@code ""} for the default one. */
  public String exportName() {
    return contract.exportName();
  }

  /** Get an export name that must be refused; empty if the layer knows none. */
  public Optional<String> missingExport() {
    return contract.missingExport();
  }

  /** Get the content that a fresh export has, if that is known. */
  public Optional<byte[]> expectedContent() throws IOException {
    return contract.expectedContent();
  }

  /**
   * Get the range that tests may change.
   *
   * @param size the size of the export in bytes
   */
  public Range writable(long size) {
    return contract.writable(size);
  }

  /** Tell whether what was written and flushed is there after the server has started again. */
  public boolean keepsContent() {
    return contract.keepsContent();
  }

  /** Tell whether the layer's extents know allocated zeroes from a hole. */
  public boolean tellsAllocation() {
    return contract.tellsAllocation();
  }
}
