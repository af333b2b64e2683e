package nbdj.tck;

import java.util.List;
import java.util.Map;
import nbdj.api.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Plugins and filters with wrong parameters. */
class BrokenLayerParametersTests {
  @ParameterizedTest
  @EnumSource(Role.class)
  void parameterDeclaredTwice_breaksP8(Role role) {
    declaring(
            role,
            Parameter.of("key", Parameter.Type.STRING, "A key."),
            Parameter.of("key", Parameter.Type.SIZE, "A size."))
        .breaks("P-8")
        .saying("key", "twice");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void parameterWithoutHelp_breaksP8(Role role) {
    declaring(role, Parameter.of("key", Parameter.Type.STRING, " "))
        .breaks("P-8")
        .saying("key has no help");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void defaultOfAnotherType_breaksP8(Role role) {
    role.judgeManner(() ->
            new Manner() {
              @Override
              List<Parameter> parameters() {
                return List.of(
                    Parameter.of("key", Parameter.Type.STRING, "A key."),
                    Parameter.of("size", Parameter.Type.SIZE, "A size.").withDefault("a lot"));
              }
            })
        .breaks("P-8")
        .saying("parameters threw", "default 'a lot' of parameter 'size': not a size");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void declarationFails_breaksP8(Role role) {
    role.judgeManner(() ->
            new Manner() {
              @Override
              List<Parameter> parameters() {
                throw new IllegalStateException("load comes first");
              }
            })
        .breaks("P-8")
        .saying("parameters", "load comes first");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void passwordDumped_breaksP7(Role role) {
    role.judgeManner(
            () ->
                new Manner() {
                  @Override
                  List<Parameter> parameters() {
                    return List.of(Parameter.of("secret", Parameter.Type.PASSWORD, "A secret."));
                  }

                  @Override
                  Map<String, String> dump() {
                    return Map.of("url", "nbd://me:open%sesame@localhost");
                  }
                },
            Map.of("secret", "open%sesame"),
            "",
            "")
        .breaks("P-7")
        .saying("dump shows a password");
  }

  private static Verdict declaring(Role role, Parameter... parameters) {
    return role.judgeManner(() ->
        new Manner() {
          @Override
          List<Parameter> parameters() {
            return List.of(parameters);
          }
        });
  }
}
