package nbdj.tck.blackbox;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import nbdj.runtime.server.NbdServerBuilder;
import nbdj.tck.Range;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tests that drive a server through a socket, and what they must be told about its export.
 *
 * <p>Every test has a server of its own where the server is ours to start. The hooks are asked
 * again for every test.
 *
 * @since 0.1
 */
@Timeout(120)
@ExtendWith(BlackBoxExtension.class)
public abstract sealed class BlackBox permits LayerBlackBox, JarBlackBox, ServerBlackBox {
  /** Set by the extension before any test. */
  private Settings settings = Settings.of(name -> Optional.empty());

  BlackBox() {}

  final void set(Settings value) {
    settings = value;
  }

  /** Get what is set for the run. */
  final Settings settings() {
    return settings;
  }

  /** Get the export to open, {@code ""} for the default one. */
  protected String exportName() {
    return "";
  }

  /** Get an export name that must be refused; empty, as by default, if none is known. */
  protected Optional<String> missingExport() {
    return Optional.empty();
  }

  /** Get the content that a fresh export has, if that is known. */
  protected Optional<byte[]> expectedContent() throws IOException {
    return Optional.empty();
  }

  /**
   * Get the range that tests may change; all of the export by default.
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

  /** Tell whether the extents know allocated zeroes from a hole. */
  protected boolean tellsAllocation() {
    return true;
  }

  /** Start a server over fresh content, or find the one that runs. */
  abstract Served serve(boolean readOnly) throws IOException;

  /** Start a server over what the last one left; only if that was ours. */
  abstract Served serveAgain() throws IOException;

  /** Start a server of ours. */
  final Served start(NbdServerBuilder builder) throws IOException {
    var server =
        builder.exportName(exportName()).stopTimeout(Duration.ofSeconds(5)).privateSocket().start();
    return new Served(server.uri(), server);
  }

  /** Proves what is told before an export is opened. */
  @Nested
  public class Handshake extends HandshakeChapter {
    /** Made by JUnit. */
    public Handshake() {
      super(BlackBox.this);
    }
  }

  /** Proves that flags and behaviour agree. */
  @Nested
  public class Flags extends FlagsChapter {
    /** Made by JUnit. */
    public Flags() {
      super(BlackBox.this);
    }
  }

  /** Proves reading and writing. */
  @Nested
  public class Data extends DataChapter {
    /** Made by JUnit. */
    public Data() {
      super(BlackBox.this);
    }
  }

  /** Proves zeroing, trimming and block status. */
  @Nested
  public class Holes extends HolesChapter {
    /** Made by JUnit. */
    public Holes() {
      super(BlackBox.this);
    }
  }

  /** Proves refusals, after which the connection goes on. */
  @Nested
  public class Refusals extends RefusalsChapter {
    /** Made by JUnit. */
    public Refusals() {
      super(BlackBox.this);
    }
  }

  /** Proves many requests and many clients at once. */
  @Nested
  public class Crowd extends CrowdChapter {
    /** Made by JUnit. */
    public Crowd() {
      super(BlackBox.this);
    }
  }

  /** Proves what is there after a stop. */
  @Nested
  public class Restart extends RestartChapter {
    /** Made by JUnit. */
    public Restart() {
      super(BlackBox.this);
    }
  }

  /** Proves that clients of others see the same. */
  @Nested
  public class Tools extends ToolsChapter {
    /** Made by JUnit. */
    public Tools() {
      super(BlackBox.this);
    }
  }
}
