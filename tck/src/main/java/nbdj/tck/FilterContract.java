package nbdj.tck;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import nbdj.api.Filter;
import nbdj.api.Parameter;
import org.junit.jupiter.api.Nested;

/**
 * The contract of a filter, which is served over a {@link ReferencePlugin}.
 *
 * <pre>{@code
 * class RateFilterTests extends FilterContract {
 *   @Override
 *   protected Filter filter() {
 *     return new RateFilter();
 *   }
 * }
 * }</pre>
 *
 * <p>A filter that moves addresses gives its {@link #addressMap}. One that shows something else
 * than the device below overrides {@link #preservesContent} and, where the device must hold
 * something that the filter understands, {@link #deviceSize} and {@link #fill}; with {@link
 * #expectedContent} it says what is to be seen through the filter. What a filter is excused from so
 * is shown in the summary of the run.
 *
 * @since 0.1
 */
public abstract non-sealed class FilterContract extends LayerContract {
  /** Made by JUnit. */
  protected FilterContract() {}

  /** Make a filter, fresh from its constructor. */
  protected abstract Filter filter();

  /** Get the size of the device below, in bytes: a little more than a MiB by default. */
  protected long deviceSize() {
    return (1 << 20) + 512;
  }

  /**
   * Fill the device below, which is one hole; by default with a pattern in which every third piece
   * of 64 KiB stays a hole. Called once for a class: every test gets a copy.
   */
  protected void fill(ReferenceDevice device) throws IOException {
    Pattern content = new Pattern(session().settings().seed());
    int piece = 64 << 10;
    for (long at = 0; at < device.size(); at += piece) {
      if (at / piece % 3 != 2) {
        int count = (int) Math.min(piece, device.size() - at);
        device.write(ByteBuffer.wrap(content.bytes(at, count)), at);
      }
    }
  }

  /**
   * Tell whether the export is the device below, byte for byte; by default it is. What {@link
   * #addressMap} says goes before this.
   */
  protected boolean preservesContent() {
    return true;
  }

  /**
   * Get where the bytes of the export lie in the device below; by default where they are in the
   * export, if it {@linkplain #preservesContent preserves} them, and unknown otherwise.
   *
   * @param deviceSize the size of the device below in bytes; not always {@link #deviceSize}
   */
  protected Optional<AddressMap> addressMap(long deviceSize) {
    return preservesContent() ? Optional.of(AddressMap.identity(deviceSize)) : Optional.empty();
  }

  /**
   * Get the name of the export of the device below on which an export of the filter lies; by
   * default its own. The device serves every name alike; its default export has the name {@code
   * ""}.
   *
   * @param exportName the name that the filter is asked for, in the place of an empty one that of
   *     the default export
   */
  protected String exportBelow(String exportName) {
    return exportName;
  }

  /**
   * Tell whether what is written through the filter is written to the device below, in the end; by
   * default it is. A filter that keeps changes elsewhere says no, and then changes nothing below.
   */
  protected boolean writesThrough() {
    return true;
  }

  /**
   * Tell whether the filter can go on where the device below fails for good, by means of a copy
   * elsewhere; by default it cannot, and somebody must be told. To try again is no such means.
   */
  protected boolean survivesErrors() {
    return false;
  }

  /**
   * Get the content of a fresh export; by default that of the device below at the addresses of the
   * {@link #addressMap}.
   */
  @Override
  protected Optional<byte[]> expectedContent() throws IOException {
    Optional<AddressMap> map = addressMap(deviceSize());
    return map.isEmpty()
        ? Optional.empty()
        : new Mapped(map.get()).content(newDevice(), new Range(0, map.get().size()));
  }

  /** A filter keeps what the device below keeps. */
  @Override
  protected boolean keepsContent() {
    return true;
  }

  /** Make a device as a fresh stage has it below the filter. */
  final ReferenceDevice newDevice() throws IOException {
    return session()
        .device(() -> {
          ReferenceDevice device = new ReferenceDevice(deviceSize());
          fill(device);
          return device;
        });
  }

  /** Tell whether bytes of the export lie at other addresses than those of the device below. */
  final boolean movesAddresses() {
    return addressMap(deviceSize()).filter(map -> !map.isIdentity(deviceSize())).isPresent();
  }

  @Override
  final List<String> optedOut() {
    List<String> said = new ArrayList<>(super.optedOut());
    if (addressMap(deviceSize()).isEmpty()) {
      said.add("addressMap() is unknown: the export is not compared with the device below");
    }
    if (!writesThrough()) {
      said.add("writesThrough() is false: nothing written may reach the device below");
    }
    if (survivesErrors()) {
      said.add("survivesErrors() is true: errors of the device below may be hidden");
    }
    return said;
  }

  @Override
  final Stage stage(boolean readOnly) throws IOException {
    return Stage.of(this, readOnly, new ReferencePlugin(newDevice()));
  }

  /** Make a stage over a plugin of the test's own. */
  final Stage stage(ReferencePlugin below) {
    return Stage.of(this, false, below);
  }

  /** Make a stage over another filter and a plugin. */
  final Stage stage(ReferencePlugin below, Filter between) {
    return Stage.of(this, false, below, List.of(between));
  }

  @Override
  final Stage stageAfter(Stage stopped) {
    return Stage.of(this, false, new ReferencePlugin(stopped.device().device()));
  }

  @Override
  final List<Parameter> declared() {
    return filter().parameters();
  }

  @Override
  final String description() {
    return filter().description();
  }

  /** Proves from load to unload. */
  @Nested
  public class Lifecycle extends LifecycleChapter {
    /** Made by JUnit. */
    public Lifecycle() {
      super(FilterContract.this);
    }
  }

  /** Proves parameters. */
  @Nested
  public class Configuration extends ConfigurationChapter {
    /** Made by JUnit. */
    public Configuration() {
      super(FilterContract.this);
    }
  }

  /** Proves names and lists of exports. */
  @Nested
  public class Exports extends ExportsChapter {
    /** Made by JUnit. */
    public Exports() {
      super(FilterContract.this);
    }
  }

  /** Proves size and capabilities, both ways. */
  @Nested
  public class Capabilities extends CapabilitiesChapter {
    /** Made by JUnit. */
    public Capabilities() {
      super(FilterContract.this);
    }
  }

  /** Proves reading. */
  @Nested
  public class Reading extends ReadingChapter {
    /** Made by JUnit. */
    public Reading() {
      super(FilterContract.this);
    }
  }

  /** Proves writing. */
  @Nested
  public class Writing extends WritingChapter {
    /** Made by JUnit. */
    public Writing() {
      super(FilterContract.this);
    }
  }

  /** Proves zeroing and trimming. */
  @Nested
  public class Zeroing extends ZeroingChapter {
    /** Made by JUnit. */
    public Zeroing() {
      super(FilterContract.this);
    }
  }

  /** Proves block status. */
  @Nested
  public class ExtentMaps extends ExtentMapsChapter {
    /** Made by JUnit. */
    public ExtentMaps() {
      super(FilterContract.this);
    }
  }

  /** Proves metadata contexts. */
  @Nested
  public class MetaContexts extends MetaContextsChapter {
    /** Made by JUnit. */
    public MetaContexts() {
      super(FilterContract.this);
    }
  }

  /** Proves flush and FUA. */
  @Nested
  public class Durability extends DurabilityChapter {
    /** Made by JUnit. */
    public Durability() {
      super(FilterContract.this);
    }
  }

  /** Proves random operations against a model. */
  @Nested
  public class Coherence extends CoherenceChapter {
    /** Made by JUnit. */
    public Coherence() {
      super(FilterContract.this);
    }
  }

  /** Proves thread models. */
  @Nested
  public class Threads extends ThreadsChapter {
    /** Made by JUnit. */
    public Threads() {
      super(FilterContract.this);
    }
  }

  /** Proves errors and their containment. */
  @Nested
  public class Errors extends ErrorsChapter {
    /** Made by JUnit. */
    public Errors() {
      super(FilterContract.this);
    }
  }

  /** Proves what a filter passes on and what it must not. */
  @Nested
  public class Layering extends LayeringChapter {
    /** Made by JUnit. */
    public Layering() {
      super(FilterContract.this);
    }
  }

  /** Proves whose handle is whose. */
  @Nested
  public class Ownership extends OwnershipChapter {
    /** Made by JUnit. */
    public Ownership() {
      super(FilterContract.this);
    }
  }

  /** Proves what a filter opens below, and for whom. */
  @Nested
  public class Opening extends OpeningChapter {
    /** Made by JUnit. */
    public Opening() {
      super(FilterContract.this);
    }
  }

  /** Proves filters over a device that fails or lacks something. */
  @Nested
  public class Below extends BelowChapter {
    /** Made by JUnit. */
    public Below() {
      super(FilterContract.this);
    }
  }

  /** Proves filters over a device that is slow, breaks down or takes turns. */
  @Nested
  public class Hostile extends HostileChapter {
    /** Made by JUnit. */
    public Hostile() {
      super(FilterContract.this);
    }
  }

  /** Proves that all operations move addresses alike. */
  @Nested
  public class Mapping extends MappingChapter {
    /** Made by JUnit. */
    public Mapping() {
      super(FilterContract.this);
    }
  }

  /** Proves the stop, whatever clients are doing. */
  @Nested
  public class Shutdown extends ShutdownChapter {
    /** Made by JUnit. */
    public Shutdown() {
      super(FilterContract.this);
    }
  }

  /** Tells which recommendations the filter follows. */
  @Nested
  public class Recommendations extends RecommendationsChapter {
    /** Made by JUnit. */
    public Recommendations() {
      super(FilterContract.this);
    }
  }
}
