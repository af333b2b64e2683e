package nbdj.script;

import com.google.auto.service.AutoService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import nbdj.api.ConfigException;
import nbdj.api.Export;
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
 * Serve what one Java source file says.
 *
 * <p>The file is compiled when its name is given: from then on its own parameters are declared in
 * place of those that came before it, and every callback is the script's.
 *
 * @since 0.1
 */
@AutoService(Plugin.class)
@Registered(name = "script", api = Nbdj.API_VERSION)
public final class ScriptPlugin implements Plugin {
  private static final Parameter SCRIPT =
      Parameter.of(
              "script",
              Parameter.Type.PATH,
              "The Java source file, - for standard input. What follows it is for the script.")
          .required();

  private static final Parameter CLASSPATH =
      Parameter.of(
              "classpath",
              Parameter.Type.STRING,
              "A jar, a folder of classes, or FOLDER/* for its jars, for the script to use. It"
                  + " stands in front of the script.")
          .repeatable();

  private static final Parameter RELOAD =
      Parameter.of(
              "reload",
              Parameter.Type.BOOLEAN,
              "Compile the file anew for clients that come after it was changed.")
          .withDefault("false");

  private static final List<Parameter> OWN = List.of(SCRIPT, CLASSPATH, RELOAD);

  private final Compilation compilation;
  private final ClassPath classPath = new ClassPath();
  private String name = "";
  private boolean reload;

  /** The script, from its parameter to {@link #unload}. */
  private @Nullable LiveScript script;

  /** Make the plugin. */
  public ScriptPlugin() {
    this(SystemCompilation::compile);
  }

  /** Make the plugin with another way to compile. */
  ScriptPlugin(Compilation compilation) {
    this.compilation = compilation;
  }

  @Override
  public String description() {
    return "what one Java source file says, compiled in memory";
  }

  @Override
  public List<Parameter> parameters() {
    if (script == null) {
      return List.of(SCRIPT.magic(), CLASSPATH, RELOAD);
    }
    // A further bare word is the script's, so the parameter is no longer magic.
    List<Parameter> all = new ArrayList<>(script.now().parameters());
    all.addAll(OWN);
    return all;
  }

  @Override
  public void config(String key, String value) throws IOException {
    switch (key) {
      case "script" -> {
        name = value;
        script = new LiveScript(new Recipe(value, classPath, compilation));
        checkNames();
      }
      case "classpath" -> {
        if (script != null) {
          throw new ConfigException(
              "the class path stands in front of the script (nbdj script classpath=%s %s)"
                  .formatted(value, name));
        }
        classPath.add(value);
      }
      case "reload" -> reload = Values.bool(value);
      default -> {
        script().config(key, value);
        checkNames();
      }
    }
  }

  /** See that the script leaves this plugin's own parameters alone. */
  private void checkNames() throws IOException {
    for (Parameter parameter : script().now().parameters()) {
      if (OWN.stream().anyMatch(own -> own.name().equals(parameter.name()))) {
        throw new ConfigException(
            "%s: the parameter %s cannot be the script's (choose another name)"
                .formatted(name, parameter.name()));
      }
    }
  }

  private LiveScript script() {
    LiveScript running = script;
    if (running == null) {
      throw new IllegalStateException("no script was given, or it was unloaded");
    }
    return running;
  }

  @Override
  public void configComplete() throws IOException {
    if (script == null) {
      throw new ConfigException("the parameter script is missing (try nbdj script Disk.java)");
    }
    if (reload && name.equals("-")) {
      throw new ConfigException("reload=true: standard input cannot be read again (use a file)");
    }
    script.now().configComplete();
  }

  @Override
  public ThreadModel threadModel() throws IOException {
    return script == null ? Plugin.super.threadModel() : script.now().threadModel();
  }

  @Override
  public Map<String, String> dump() throws IOException {
    Map<String, String> lines = new LinkedHashMap<>();
    if (script != null) {
      lines.put("script", name);
      lines.putAll(script.now().dump());
    }
    return lines;
  }

  @Override
  public void getReady(ThreadModel model) throws IOException {
    script().getReady(reload, model);
  }

  @Override
  public void afterFork() throws IOException {
    script().now().afterFork();
  }

  @Override
  public void preconnect(boolean readOnly) throws IOException {
    script().preconnect(readOnly);
  }

  @Override
  public List<Export> listExports(boolean readOnly, boolean tls) throws IOException {
    return script().call(running -> running.listExports(readOnly, tls));
  }

  @Override
  public Optional<String> defaultExport(boolean readOnly, boolean tls) throws IOException {
    return script().call(running -> running.defaultExport(readOnly, tls));
  }

  @Override
  public PluginHandle open(OpenRequest request) throws IOException {
    return script().open(request);
  }

  @Override
  public void cleanup() throws IOException {
    script().now().cleanup();
  }

  @Override
  public void unload() throws IOException {
    LiveScript last = script;
    script = null;
    if (last != null) {
      try (Script ending = last.now()) {
        ending.unload();
      }
    }
  }
}
