package nbdj.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import nbdj.api.ConfigException;
import nbdj.api.Flags;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;
import nbdj.api.ThreadModel;
import nbdj.memory.MemoryPlugin;
import org.jspecify.annotations.Nullable;

/**
 * Serve a small disk whose content is given on the command line.
 *
 * <p>It is a disk in memory that begins with that content instead of zeroes: all but the content is
 * that of the plugin {@code memory}.
 *
 * @since 0.1
 */
@AutoService(Plugin.class)
@Registered(name = "data", api = Nbdj.API_VERSION)
public final class DataPlugin implements Plugin {
  private static final String DATA = "data";
  private static final String RAW = "raw";
  private static final String BASE64 = "base64";
  private static final String SIZE = "size";
  private static final String ALLOCATOR = "allocator";

  private static final Pattern VARIABLE = Pattern.compile("\\$([A-Za-z][A-Za-z0-9_-]*)");

  private final MemoryPlugin disk = new MemoryPlugin();
  private final Map<String, String> given = new HashMap<>();

  /** What the disk begins with, from {@link #configComplete} on. */
  private @Nullable Content content;

  /** Make the plugin. */
  public DataPlugin() {}

  @Override
  public String description() {
    return "a small disk whose content is given on the command line";
  }

  @Override
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    all.add(
        Parameter.of(
                DATA,
                Parameter.Type.STRING,
                "The content, for example '0 1 2 3 @0x1fe 0x55 0xaa'; see docs/data.md.")
            .magic());
    all.add(Parameter.of(BASE64, Parameter.Type.STRING, "The content in base64."));
    all.add(Parameter.of(RAW, Parameter.Type.STRING, "The content as it is."));
    all.add(
        Parameter.of(
            SIZE,
            Parameter.Type.SIZE,
            "Size of the disk: what is more is cut off, what is missing is zeroes."));
    for (Parameter parameter : disk.parameters()) {
      if (parameter.name().equals(ALLOCATOR)) {
        all.add(parameter);
      }
    }
    for (String name : variables()) {
      all.add(
          Parameter.of(
              name, Parameter.Type.STRING, "What $%s stands for in data.".formatted(name)));
    }
    return all;
  }

  /** Get the names of variables in all that was given; they are parameters too. */
  private Set<String> variables() {
    Set<String> names = new TreeSet<>();
    for (Map.Entry<String, String> parameter : given.entrySet()) {
      if (!List.of(BASE64, RAW, SIZE, ALLOCATOR).contains(parameter.getKey())) {
        Matcher match = VARIABLE.matcher(parameter.getValue());
        while (match.find()) {
          names.add(match.group(1));
        }
      }
    }
    names.removeAll(List.of(DATA, BASE64, RAW, SIZE, ALLOCATOR));
    return names;
  }

  @Override
  public void config(String key, String value) throws IOException {
    given.put(key, value);
    if (key.equals(SIZE) || key.equals(ALLOCATOR)) {
      disk.config(key, value);
    }
  }

  @Override
  public void configComplete() throws IOException {
    List<String> sources = List.of(DATA, BASE64, RAW).stream().filter(given::containsKey).toList();
    if (sources.size() != 1) {
      throw new ConfigException(
          "exactly one of data, base64 and raw must be given, and %s"
              .formatted(sources.isEmpty() ? "none is" : String.join(" and ", sources) + " are"));
    }
    Content whole = content(sources.getFirst());
    if (!given.containsKey(SIZE)) {
      disk.config(SIZE, Long.toString(whole.size()));
    }
    content = whole;
    disk.configComplete();
  }

  private Content content(String source) throws IOException {
    String value = given.getOrDefault(source, "");
    try {
      return switch (source) {
        case RAW -> new Bytes(value.getBytes(UTF_8));
        case BASE64 -> new Bytes(Base64.getDecoder().decode(value.replaceAll("\\s", "")));
        default -> Parser.parse(value, this::variable);
      };
    } catch (IllegalArgumentException e) {
      throw new ConfigException("base64: not base64: " + e.getMessage(), e);
    } catch (ConfigException e) {
      throw new ConfigException("%s: %s".formatted(source, e.getMessage()), e);
    }
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(given.get(name)).or(() -> Optional.ofNullable(System.getenv(name)));
  }

  @Override
  public ThreadModel threadModel() {
    return disk.threadModel();
  }

  @Override
  public Map<String, String> dump() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("data_base64", "yes");
    lines.putAll(disk.dump());
    return lines;
  }

  @Override
  public void getReady(ThreadModel model) throws IOException {
    if (content == null) {
      throw new IllegalStateException("getReady before configComplete");
    }
    disk.getReady(model);
    PluginHandle handle = disk.open(OpenRequest.of(false, ""));
    try {
      content.put(0, Math.min(content.size(), handle.size()), 0, target(handle));
    } finally {
      handle.close();
    }
  }

  private static Content.Target target(PluginHandle handle) {
    return new Content.Target() {
      @Override
      public void write(long offset, byte[] bytes, int from, int to) throws IOException {
        handle.pwrite(
            ByteBuffer.wrap(bytes, from, to - from).asReadOnlyBuffer(), offset, Flags.NONE);
      }

      @Override
      public void zero(long offset, long count) throws IOException {
        handle.zero(offset, count, Flags.NONE);
      }
    };
  }

  @Override
  public PluginHandle open(OpenRequest request) {
    return disk.open(request);
  }

  @Override
  public void unload() {
    disk.unload();
  }
}
