package nbdj.exportname;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import nbdj.api.Backend;
import nbdj.api.ConfigException;
import nbdj.api.Context;
import nbdj.api.Export;
import nbdj.api.Filter;
import nbdj.api.FilterHandle;
import nbdj.api.NbdError;
import nbdj.api.NbdException;
import nbdj.api.Nbdj;
import nbdj.api.Next;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.PassThrough;
import nbdj.api.Registered;
import nbdj.api.Values;

/**
 * Changes which exports clients see, which they get without a name, and which they may open.
 *
 * @since 0.1
 */
@AutoService(Filter.class)
@Registered(name = "exportname", api = Nbdj.API_VERSION)
public final class ExportNameFilter implements Filter {
  private static final String DEFAULT = "default-export";
  private static final String LIST = "exportname-list";
  private static final String STRICT = "exportname-strict";
  private static final String NAME = "exportname";
  private static final String DESCRIPTION = "exportdesc";

  /** What a list of exports shows. */
  private enum Listing {
    KEEP,
    ERROR,
    EMPTY,
    DEFAULTONLY,
    EXPLICIT
  }

  /** What the empty name stands for; {@code ""} if the layer below says it. */
  private String defaultName = "";

  private Listing listing = Listing.KEEP;

  /** Only the names given may be opened. */
  private boolean strict;

  /** The names given, in their order. */
  private final Set<String> names = new LinkedHashSet<>();

  private Descriptions descriptions = Descriptions.KEPT;

  /** Make the filter. */
  public ExportNameFilter() {}

  @Override
  public String description() {
    return "other export names than those of the layer below";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of(
            DEFAULT,
            Parameter.Type.STRING,
            "The export that clients get who ask for none. Without it the layer below decides."),
        Parameter.choice(
                LIST,
                "What a list of exports shows: what the layer below lists, an error, nothing, the"
                    + " default export, or those given with exportname.",
                "keep",
                "error",
                "empty",
                "defaultonly",
                "explicit")
            .withDefault("keep"),
        Parameter.of(
                STRICT,
                Parameter.Type.BOOLEAN,
                "Whether only exports given with exportname may be opened.")
            .withDefault("false"),
        Parameter.of(NAME, Parameter.Type.STRING, "The name of an export, for the two above.")
            .repeatable(),
        Parameter.of(
                DESCRIPTION,
                Parameter.Type.STRING,
                "Descriptions: keep, none, fixed:TEXT, or script:COMMAND, which prints that of the"
                    + " export $name.")
            .withDefault("keep"));
  }

  @Override
  public void config(Backend next, String key, String value) throws IOException {
    switch (key) {
      case DEFAULT -> defaultName = checked(value);
      case LIST -> listing = Listing.valueOf(value.toUpperCase(Locale.ROOT));
      case STRICT -> strict = Values.bool(value);
      case NAME -> names.add(checked(value));
      default -> descriptions = Descriptions.of(value);
    }
  }

  /** Get a name that the protocol allows. */
  private static String checked(String name) throws ConfigException {
    try {
      return Export.of(name).name();
    } catch (IllegalArgumentException e) {
      throw new ConfigException("not a name that the protocol allows: " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<String> defaultExport(Backend next, boolean readOnly, boolean tls)
      throws IOException {
    return defaultName.isEmpty() ? next.defaultExport(readOnly, tls) : Optional.of(defaultName);
  }

  @Override
  public List<Export> listExports(Backend next, boolean readOnly, boolean tls) throws IOException {
    Stream<Export> exports =
        switch (listing) {
          case KEEP -> next.listExports(readOnly, tls).stream().filter(e -> allows(e.name()));
          case ERROR ->
              throw new NbdException(
                  NbdError.EPERM,
                  "exports are not listed here (the server has exportname-list=error)");
          case EMPTY -> Stream.of();
          case DEFAULTONLY -> defaultExport(next, readOnly, tls).map(Export::of).stream();
          case EXPLICIT -> names.stream().map(Export::of);
        };
    return exports.map(e -> described(e)).toList();
  }

  private Export described(Export export) {
    Optional<String> kept = Optional.of(export.description()).filter(text -> !text.isEmpty());
    return new Export(export.name(), descriptions.of(export.name(), kept).orElse(""));
  }

  private boolean allows(String name) {
    return !strict || names.contains(name);
  }

  @Override
  public FilterHandle open(Context context, OpenRequest request) throws IOException {
    String name = request.exportName();
    if (!allows(name)) {
      throw new NbdException(
          NbdError.EPERM,
          "no export '%s' (the server has exportname-strict and does not name it)".formatted(name));
    }
    context.openNext(request.readOnly(), name);
    return new PassThrough() {
      @Override
      public Optional<String> description(Next next) throws IOException {
        return descriptions.of(name, next.description());
      }
    };
  }
}
