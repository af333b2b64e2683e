package nbdj.tck;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import nbdj.api.ConfigException;
import nbdj.api.Parameter;
import org.junit.jupiter.api.Test;

/** The parameters of a layer. */
abstract class ConfigurationChapter extends Chapter {
  ConfigurationChapter(LayerContract contract) {
    super(contract);
  }

  @Test
  @Rule("P-8")
  void parameters_declarations_helpAPersonAndDifferInName() {
    Set<String> names = new HashSet<>();
    for (Parameter parameter : contract.parameters()) {
      BrokenRule.unless(
          names.add(parameter.name()), "P-8", "%s is declared twice", parameter.name());
      BrokenRule.unless(!parameter.help().isBlank(), "P-8", "%s has no help", parameter.name());
    }
  }

  @Test
  @Rule("P-2")
  void valueOfAnotherType_config_isRefusedBeforeTheLayerSeesIt() throws IOException {
    boolean any = false;
    for (Parameter parameter : contract.parameters()) {
      Optional<String> wrong = wrongValue(parameter.type());
      if (wrong.isPresent()) {
        any = true;
        refused(parameter.name(), wrong.get(), "P-2");
      }
    }
    applies(any, "no parameter has a type with wrong values");
  }

  @Test
  @Rule("P-3")
  void parameterGivenTwice_config_isRefusedUnlessRepeatable() throws IOException {
    boolean any = false;
    for (Parameter parameter : contract.parameters()) {
      Optional<String> value = given(parameter);
      if (value.isEmpty() || parameter.isRepeatable()) {
        continue;
      }
      any = true;
      Stage stage = keep(contract.stage(false));
      stage.run(Phase.LOAD);
      stage.chain().config(parameter.name(), value.get());
      refused(stage, parameter.name(), value.get(), 1, "P-3");
    }
    applies(any, "no parameter is given that may be given only once");
  }

  @Test
  @Rule("P-4")
  void requiredParameterMissing_configComplete_isRefusedBeforeTheLayerSeesIt() throws IOException {
    List<Parameter> required =
        contract.parameters().stream()
            .filter(Parameter::isRequired)
            .filter(parameter -> given(parameter).isPresent())
            .toList();
    applies(!required.isEmpty(), "no required parameter is given");
    for (Parameter missing : required) {
      Stage stage = keep(contract.stage(false));
      stage.run(Phase.LOAD);
      try {
        for (Argument argument : contract.words()) {
          if (!argument.gives(missing)) {
            // Refused where it is only declared in view of the missing one (rule P-9).
            Phase.give(stage.chain(), argument);
          }
        }
        stage.chain().configComplete();
      } catch (ConfigException expected) {
        BrokenRule.unless(
            stage.watch().of("configComplete").isEmpty(),
            "P-4",
            "configComplete was called without %s",
            missing.name());
        continue;
      }
      throw new BrokenRule("P-4", "a start without %s succeeded".formatted(missing.name()));
    }
  }

  @Test
  @Rule("P-6")
  void keyThatNoLayerDeclares_config_isRefused() throws IOException {
    refused("no-such-parameter-of-any-layer", "1", "P-6");
  }

  @Test
  @Rule("P-7")
  void passwordGiven_dump_doesNotShowIt() throws IOException {
    List<String> secrets =
        contract.parameters().stream()
            .filter(parameter -> parameter.type() == Parameter.Type.PASSWORD)
            .map(parameter -> given(parameter).orElse(""))
            .filter(secret -> !secret.isEmpty())
            .toList();
    applies(!secrets.isEmpty(), "no password is given");
    Stage stage = keep(contract.stage(false));
    stage.run(Phase.LOAD);
    stage.run(Phase.CONFIG);
    String dump = stage.chain().dump().toString();
    for (String secret : secrets) {
      BrokenRule.unless(!dump.contains(secret), "P-7", "dump shows a password");
    }
  }

  @Test
  @Rule("L-3")
  void configured_dump_worksWithoutConfigComplete() throws IOException {
    Stage stage = keep(contract.stage(false));
    stage.run(Phase.LOAD);
    stage.run(Phase.CONFIG);
    try {
      stage.chain().dump();
    } catch (IOException e) {
      throw new BrokenRule("L-3", "dump failed: " + e.getMessage(), e);
    }
    BrokenRule.unless(
        stage.watch().of("configComplete").isEmpty(), "L-3", "dump called configComplete");
  }

  /** Get the first value that a parameter is given. */
  private Optional<String> given(Parameter parameter) {
    return contract.words().stream()
        .filter(argument -> argument.gives(parameter))
        .map(Argument::value)
        .findFirst();
  }

  private void refused(String key, String value, String rule) throws IOException {
    Stage stage = keep(contract.stage(false));
    stage.run(Phase.LOAD);
    refused(stage, key, value, 0, rule);
  }

  private static void refused(Stage stage, String key, String value, int calls, String rule)
      throws IOException {
    try {
      stage.chain().config(key, value);
    } catch (ConfigException expected) {
      BrokenRule.unless(
          stage.watch().of("config").size() == calls, rule, "%s=%s reached the layer", key, value);
      return;
    }
    throw new BrokenRule(rule, "%s=%s was taken".formatted(key, value));
  }

  private static Optional<String> wrongValue(Parameter.Type type) {
    return switch (type) {
      case STRING, PASSWORD -> Optional.empty();
      case SIZE -> Optional.of("12Q");
      case BOOLEAN -> Optional.of("perhaps");
      case INTEGER -> Optional.of("many");
      case DURATION -> Optional.of("soon");
      case PROBABILITY -> Optional.of("200%");
      case PATH -> Optional.of("");
      case CHOICE -> Optional.of("no such choice");
    };
  }
}
