package nbdj.runtime.chain;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import nbdj.api.ConfigException;
import nbdj.api.Parameter;
import org.jspecify.annotations.Nullable;

/** The parameters that one layer declares, and which of them it was given. Used by one thread. */
final class LayerParameters {
  private final String layer;
  private Map<String, Parameter> declared = Map.of();
  private final Set<String> given = new HashSet<>();

  /**
   * Take a layer's declarations.
   *
   * @throws IllegalArgumentException if a key is declared twice
   */
  LayerParameters(String layer, List<Parameter> parameters) {
    this.layer = layer;
    declare(parameters);
  }

  /**
   * Take a layer's declarations in place of those before (rule P-9). What was given stays given.
   *
   * @throws IllegalArgumentException if a key is declared twice
   */
  final void declare(List<Parameter> parameters) {
    Map<String, Parameter> byName = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      if (byName.put(parameter.name(), parameter) != null) {
        throw new IllegalArgumentException(
            "parameter '%s' is declared twice".formatted(parameter.name()));
      }
    }
    declared = byName;
  }

  /** Find a declaration. */
  @Nullable Parameter find(String key) {
    return declared.get(key);
  }

  /** Find the key that a bare word stands for. */
  @Nullable String magicKey() {
    for (Parameter parameter : declared.values()) {
      if (parameter.isMagic()) {
        return parameter.name();
      }
    }
    return null;
  }

  /** Get all keys, in the order of their declaration. */
  Collection<String> keys() {
    return declared.keySet();
  }

  /**
   * Check that the layer may be given a value: rules P-2 and P-3.
   *
   * @param parameter one of the declared
   */
  void accept(Parameter parameter, String value) throws ConfigException {
    if (!given.add(parameter.name()) && !parameter.isRepeatable()) {
      throw StartFailure.config(
          describe(parameter, value) + ": the parameter is given twice (give it once)");
    }
    try {
      parameter.check(value);
    } catch (ConfigException e) {
      throw StartFailure.config(describe(parameter, value) + ": " + e.getMessage(), e);
    }
  }

  /** Check that no required parameter is missing: rule P-4. */
  void checkRequired() throws ConfigException {
    for (Parameter parameter : declared.values()) {
      if (parameter.isRequired() && !given.contains(parameter.name())) {
        throw StartFailure.config(
            "%s: the parameter %s is missing (add %s=...): %s"
                .formatted(layer, parameter.name(), parameter.name(), parameter.help()));
      }
    }
  }

  /** Write a parameter as messages show it; the value of a password is not (rule P-7). */
  String describe(Parameter parameter, String value) {
    String shown = parameter.type() == Parameter.Type.PASSWORD ? "***" : value;
    return layer + ": " + parameter.name() + "=" + shown;
  }
}
