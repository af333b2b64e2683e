package nbdj.runtime.chain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import nbdj.api.Parameter;
import org.jspecify.annotations.Nullable;

/** Finds the layer that a parameter is for (rule P-6). */
final class ParameterRouter {
  private ParameterRouter() {}

  /**
   * Give a parameter to the first layer that declares it, from one layer inwards.
   *
   * @throws nbdj.api.ConfigException if none declares it
   */
  static void config(Layer from, String key, String value) throws IOException {
    Layer innermost = from;
    for (@Nullable Layer layer = from; layer != null; layer = layer.belowOrNull()) {
      Parameter parameter = layer.parameters().find(key);
      if (parameter != null) {
        layer.config(parameter, value);
        return;
      }
      innermost = layer;
    }
    throw unknown(from, innermost, key, value);
  }

  private static IOException unknown(Layer from, Layer innermost, String key, String value) {
    List<String> known = new ArrayList<>();
    for (@Nullable Layer layer = from; layer != null; layer = layer.belowOrNull()) {
      known.addAll(layer.parameters().keys());
    }
    Optional<String> meant = Suggestion.nearest(key, known);
    String remedy =
        meant
            .map(word -> "did you mean %s?".formatted(word))
            .orElse(
                known.isEmpty()
                    ? "no layer takes parameters"
                    : "known: " + String.join(", ", known));
    boolean secret = meant.isPresent() && isSecret(from, meant.get());
    return StartFailure.config(
        "%s: %s=%s: unknown parameter (%s)"
            .formatted(innermost.name(), key, secret ? "***" : value, remedy));
  }

  private static boolean isSecret(Layer from, String key) {
    for (@Nullable Layer layer = from; layer != null; layer = layer.belowOrNull()) {
      Parameter parameter = layer.parameters().find(key);
      if (parameter != null) {
        return parameter.type() == Parameter.Type.PASSWORD;
      }
    }
    return false;
  }
}
