package nbdj.runtime.discovery;

import java.util.Locale;
import nbdj.api.Filter;
import nbdj.api.Plugin;

/** What a jar can hold. */
public enum LayerKind {
  /** A source of exports. */
  PLUGIN(Plugin.class),
  /** A layer over another. */
  FILTER(Filter.class);

  private final Class<?> service;

  LayerKind(Class<?> service) {
    this.service = service;
  }

  /** Get the type that the jar's provider implements. */
  Class<?> service() {
    return service;
  }

  /** Write the kind as in a command: {@code "plugin"}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
