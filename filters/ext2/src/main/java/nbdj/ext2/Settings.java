package nbdj.ext2;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import nbdj.api.ConfigException;
import nbdj.api.Parameter;
import nbdj.api.Values;
import nbdj.ext4.Ext4Options;
import nbdj.ext4.Ext4Options.Writing;

/** What the filter was told by its parameters. Used by one thread until the server has started. */
final class Settings {
  private static final String FILE = "ext2file";
  private static final String WRITE = "ext2write";
  private static final String DISCARD = "ext2discard";
  private static final String FORCE = "ext2force";
  private static final String LIST = "ext2list";

  /** The value of {@code ext2file} that lets each client name its file. */
  private static final String BY_EXPORT_NAME = "exportname";

  private static final Map<String, Writing> WRITINGS =
      Map.of("full", Writing.FULL, "overwrite", Writing.OVERWRITE, "none", Writing.NONE);

  private final Map<String, String> given = new TreeMap<>();
  private String file = "";
  private Ext4Options options = Ext4Options.DEFAULT;
  private boolean listed;

  static List<Parameter> parameters() {
    return List.of(
        Parameter.of(
                FILE,
                Parameter.Type.STRING,
                "Absolute path of the file inside the image, or 'exportname' to let the client's export name choose.")
            .required(),
        Parameter.choice(
                WRITE,
                "What may be written: 'full' allocates and frees blocks, 'overwrite' writes over data that is there, 'none' changes nothing.",
                "full",
                "overwrite",
                "none")
            .withDefault("full"),
        Parameter.of(
                DISCARD,
                Parameter.Type.BOOLEAN,
                "Trim the layer below where the file gives up blocks.")
            .withDefault("false"),
        Parameter.of(
                FORCE,
                Parameter.Type.BOOLEAN,
                "Write a filesystem that is marked as having errors, or has no journal and was not unmounted.")
            .withDefault("false"),
        Parameter.of(
                LIST,
                Parameter.Type.BOOLEAN,
                "List the image's regular files as exports, with ext2file=exportname.")
            .withDefault("false"));
  }

  /**
   * Take a parameter, which has its declared type.
   *
   * @throws ConfigException if its value cannot be
   */
  void take(String key, String value) throws ConfigException {
    switch (key) {
      case FILE -> file = checkedFile(value);
      case WRITE -> options = options.withWriting(writing(value));
      case DISCARD -> options = options.withDiscard(Values.bool(value));
      case FORCE -> options = options.withForce(Values.bool(value));
      case LIST -> listed = Values.bool(value);
      default -> throw new IllegalArgumentException(key);
    }
    given.put(key, value);
  }

  private static String checkedFile(String value) throws ConfigException {
    if (!value.startsWith("/") && !value.equals(BY_EXPORT_NAME)) {
      throw new ConfigException(
          "must be an absolute path inside the image (try /%s), or exportname".formatted(value));
    }
    return value;
  }

  private static Writing writing(String value) throws ConfigException {
    Writing writing = WRITINGS.get(value);
    if (writing == null) {
      throw new ConfigException("must be full, overwrite or none");
    }
    return writing;
  }

  /**
   * Check that the parameters go together.
   *
   * @throws ConfigException if they do not
   */
  void complete() throws ConfigException {
    if (listed && !chosenByClient()) {
      throw new ConfigException(
          "%s=true lists files that clients may choose, but there is only %s (use %s=%s)"
              .formatted(LIST, file, FILE, BY_EXPORT_NAME));
    }
    if (options.writing() == Writing.NONE && options.force()) {
      throw new ConfigException(
          "%s=true is about writing, and %s=none forbids it (leave one out)"
              .formatted(FORCE, WRITE));
    }
  }

  /** Get what was given, for {@code --dump-plugin}. */
  Map<String, String> given() {
    return given;
  }

  Ext4Options options() {
    return options;
  }

  /** Tell whether each client names its file. */
  boolean chosenByClient() {
    return file.equals(BY_EXPORT_NAME);
  }

  /** Tell whether the files that a client may name are listed. */
  boolean listed() {
    return listed;
  }

  /** Get the one file that is served, {@code ""} if none was given. */
  String onlyFile() {
    return chosenByClient() ? "" : file;
  }

  /** Get the absolute path of the file that an export name stands for. */
  String path(String exportName) {
    if (!chosenByClient()) {
      return file;
    }
    return exportName.startsWith("/") ? exportName : "/" + exportName;
  }
}
