package nbdj.tck.blackbox;

import java.io.IOException;
import java.util.Optional;
import nbdj.tck.LayerContract;
import nbdj.tck.Range;
import nbdj.tck.Subject;

/**
 * The black box tests of a plugin or filter that has a contract, which says all there is to say.
 *
 * <pre>{@code
 * class HelloPluginTests extends PluginContract {
 *   @Override
 *   protected Plugin plugin() {
 *     return new HelloPlugin();
 *   }
 *
 *   @Nested
 *   class ThroughASocket extends LayerBlackBox {
 *     ThroughASocket() {
 *       super(HelloPluginTests.this);
 *     }
 *   }
 * }
 * }</pre>
 *
 * @since 0.1
 */
public abstract non-sealed class LayerBlackBox extends BlackBox {
  private final Subject subject;

  /**
   * Test the layer of a contract.
   *
   * @param contract the test around this one
   */
  protected LayerBlackBox(LayerContract contract) {
    subject = Subject.of(contract);
  }

  @Override
  protected final String exportName() {
    return subject.exportName();
  }

  @Override
  protected final Optional<String> missingExport() {
    return subject.missingExport();
  }

  @Override
  protected final Optional<byte[]> expectedContent() throws IOException {
    return subject.expectedContent();
  }

  @Override
  protected final Range writable(long size) {
    return subject.writable(size);
  }

  @Override
  protected final boolean keepsContent() {
    return subject.keepsContent();
  }

  @Override
  protected final boolean tellsAllocation() {
    return subject.tellsAllocation();
  }

  @Override
  final Served serve(boolean readOnly) throws IOException {
    return start(subject.server().readOnly(readOnly));
  }

  @Override
  final Served serveAgain() throws IOException {
    return start(subject.serverAgain());
  }
}
