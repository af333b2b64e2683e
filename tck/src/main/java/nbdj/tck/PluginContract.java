package nbdj.tck;

import java.util.List;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import org.junit.jupiter.api.Nested;

/**
 * The contract of a plugin.
 *
 * <pre>{@code
 * class HelloPluginTests extends PluginContract {
 *   @Override
 *   protected Plugin plugin() {
 *     return new HelloPlugin();
 *   }
 * }
 * }</pre>
 *
 * @since 0.1
 */
public abstract non-sealed class PluginContract extends LayerContract {
  /** Made by JUnit. */
  protected PluginContract() {}

  /** Make a plugin, fresh from its constructor. */
  protected abstract Plugin plugin();

  @Override
  final Stage stage(boolean readOnly) {
    return Stage.of(this, readOnly);
  }

  @Override
  final Stage stageAfter(Stage stopped) {
    return Stage.of(this, false);
  }

  @Override
  final List<Parameter> declared() {
    return plugin().parameters();
  }

  @Override
  final String description() {
    return plugin().description();
  }

  /** Proves from load to unload. */
  @Nested
  public class Lifecycle extends LifecycleChapter {
    /** Made by JUnit. */
    public Lifecycle() {
      super(PluginContract.this);
    }
  }

  /** Proves parameters. */
  @Nested
  public class Configuration extends ConfigurationChapter {
    /** Made by JUnit. */
    public Configuration() {
      super(PluginContract.this);
    }
  }

  /** Proves names and lists of exports. */
  @Nested
  public class Exports extends ExportsChapter {
    /** Made by JUnit. */
    public Exports() {
      super(PluginContract.this);
    }
  }

  /** Proves size and capabilities, both ways. */
  @Nested
  public class Capabilities extends CapabilitiesChapter {
    /** Made by JUnit. */
    public Capabilities() {
      super(PluginContract.this);
    }
  }

  /** Proves reading. */
  @Nested
  public class Reading extends ReadingChapter {
    /** Made by JUnit. */
    public Reading() {
      super(PluginContract.this);
    }
  }

  /** Proves writing. */
  @Nested
  public class Writing extends WritingChapter {
    /** Made by JUnit. */
    public Writing() {
      super(PluginContract.this);
    }
  }

  /** Proves zeroing and trimming. */
  @Nested
  public class Zeroing extends ZeroingChapter {
    /** Made by JUnit. */
    public Zeroing() {
      super(PluginContract.this);
    }
  }

  /** Proves block status. */
  @Nested
  public class ExtentMaps extends ExtentMapsChapter {
    /** Made by JUnit. */
    public ExtentMaps() {
      super(PluginContract.this);
    }
  }

  /** Proves metadata contexts. */
  @Nested
  public class MetaContexts extends MetaContextsChapter {
    /** Made by JUnit. */
    public MetaContexts() {
      super(PluginContract.this);
    }
  }

  /** Proves flush and FUA. */
  @Nested
  public class Durability extends DurabilityChapter {
    /** Made by JUnit. */
    public Durability() {
      super(PluginContract.this);
    }
  }

  /** Proves random operations against a model. */
  @Nested
  public class Coherence extends CoherenceChapter {
    /** Made by JUnit. */
    public Coherence() {
      super(PluginContract.this);
    }
  }

  /** Proves thread models. */
  @Nested
  public class Threads extends ThreadsChapter {
    /** Made by JUnit. */
    public Threads() {
      super(PluginContract.this);
    }
  }

  /** Proves errors and their containment. */
  @Nested
  public class Errors extends ErrorsChapter {
    /** Made by JUnit. */
    public Errors() {
      super(PluginContract.this);
    }
  }

  /** Proves the stop, whatever clients are doing. */
  @Nested
  public class Shutdown extends ShutdownChapter {
    /** Made by JUnit. */
    public Shutdown() {
      super(PluginContract.this);
    }
  }

  /** Tells which recommendations the plugin follows. */
  @Nested
  public class Recommendations extends RecommendationsChapter {
    /** Made by JUnit. */
    public Recommendations() {
      super(PluginContract.this);
    }
  }
}
