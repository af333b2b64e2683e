package nbdj.tck;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.Parameter;
import nbdj.api.Registered;
import org.junit.jupiter.api.Timeout;

/**
 * What the author of any layer tells the contract about it.
 *
 * <p>The hooks here are asked again for every test. A test class may use JUnit's own means,
 * {@code @TempDir} and {@code @BeforeEach} among them, to prepare what the configuration names.
 *
 * @since 0.1
 */
@Timeout(120)
public abstract sealed class LayerContract permits PluginContract, FilterContract {
  LayerContract() {}

  /** Get the parameters with which the layer is served, in their order; none by default. */
  protected Map<String, String> config() {
    return Map.of();
  }

  /** Get the export to open, {@code ""} for the default one. */
  protected String exportName() {
    return "";
  }

  /** Get an export name that must be refused; empty, as by default, if the layer knows none. */
  protected Optional<String> missingExport() {
    return Optional.empty();
  }

  /**
   * Get the content that a fresh export has, if that is known; the export's size is then its
   * length.
   */
  protected Optional<byte[]> expectedContent() throws IOException {
    return Optional.empty();
  }

  /**
   * Get the range that tests may change; all of the export by default. Data outside it is read but
   * never written.
   *
   * @param size the size of the export in bytes
   */
  protected Range writable(long size) {
    return new Range(0, size);
  }

  /** Tell whether what was written and flushed is there after the server has started again. */
  protected boolean keepsContent() {
    return false;
  }

  /**
   * Tell whether the layer's extents know allocated zeroes from a hole. A layer that asks a file
   * system for its holes may not: some show space reserved for zeroes as a hole.
   */
  protected boolean tellsAllocation() {
    return true;
  }

  /** Make a stage with the layer in it, not started. */
  abstract Stage stage(boolean readOnly) throws IOException;

  /** Make a stage that finds what the stopped stage left. */
  abstract Stage stageAfter(Stage stopped);

  /** Get the parameters that the layer declares. */
  abstract List<Parameter> parameters();

  /** Get the name of a layer for messages. */
  static String nameOf(Object layer) {
    Registered registered = layer.getClass().getAnnotation(Registered.class);
    return registered == null ? layer.getClass().getSimpleName() : registered.name();
  }
}
