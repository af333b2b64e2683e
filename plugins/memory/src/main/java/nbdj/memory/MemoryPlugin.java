package nbdj.memory;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import nbdj.api.ConfigException;
import nbdj.api.Nbdj;
import nbdj.api.OpenRequest;
import nbdj.api.Parameter;
import nbdj.api.Plugin;
import nbdj.api.PluginHandle;
import nbdj.api.Registered;
import nbdj.api.ThreadModel;
import nbdj.api.Values;
import org.jspecify.annotations.Nullable;

/**
 * Serve a disk in memory.
 *
 * <p>All connections, and all export names, see the same disk. It begins as zeroes and is lost when
 * the server ends.
 *
 * @since 0.1
 */
@AutoService(Plugin.class)
@Registered(name = "memory", api = Nbdj.API_VERSION)
public final class MemoryPlugin implements Plugin {
  private final LongSupplier available;
  private long size = -1;
  private String allocator = "sparse";

  /** The disk, from {@link #getReady} to {@link #unload}. */
  private @Nullable Store store;

  /** Make the plugin. */
  public MemoryPlugin() {
    this(new AvailableMemory(Path.of("/")));
  }

  /** Make the plugin with another way to tell how many bytes the system can still give. */
  MemoryPlugin(LongSupplier available) {
    this.available = available;
  }

  @Override
  public String description() {
    return "a disk in memory, shared by all clients and lost when the server ends";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.of("size", Parameter.Type.SIZE, "Size of the disk, for example 64M or 1G.")
            .required()
            .magic(),
        Parameter.choice(
                "allocator",
                "Where the bytes live: sparse takes memory for what is written and frees what is"
                    + " trimmed, malloc takes the whole size at the start.",
                "sparse",
                "malloc")
            .withDefault("sparse"));
  }

  @Override
  public void config(String key, String value) throws IOException {
    switch (key) {
      case "size" -> size = Values.size(value);
      case "allocator" -> allocator = Values.choice(value, List.of("sparse", "malloc"));
      default -> throw new ConfigException("not a parameter of this plugin (try size, allocator)");
    }
  }

  @Override
  public void configComplete() throws IOException {
    if (size < 0) {
      throw new ConfigException("the parameter size is missing (try size=1G)");
    }
  }

  @Override
  public ThreadModel threadModel() {
    return ThreadModel.PARALLEL;
  }

  @Override
  public Map<String, String> dump() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("memory_allocators", "sparse,malloc");
    lines.put("memory_allocator", allocator);
    lines.put("memory_page_size", Integer.toString(PagePool.PAGE));
    if (size >= 0) {
      lines.put("memory_size", Long.toString(size));
    }
    return lines;
  }

  @Override
  public void getReady(ThreadModel model) throws IOException {
    store =
        allocator.equals("malloc")
            ? new ContiguousStore(size, available)
            : new SparseStore(size, available);
  }

  @Override
  public PluginHandle open(OpenRequest request) {
    Store disk = store;
    if (disk == null) {
      throw new IllegalStateException("open before getReady or after unload");
    }
    return new MemoryHandle(disk, size);
  }

  @Override
  public void unload() {
    Store disk = store;
    store = null;
    if (disk != null) {
      disk.close();
    }
  }
}
