package nbdj.runtime.chain;

import static nbdj.runtime.chain.Calls.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import nbdj.api.Backend;
import nbdj.api.ConfigException;
import nbdj.api.Parameter;
import nbdj.api.ThreadModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The way of parameters to their layers: rules P-1 to P-7 and L-2 to L-3. */
class ParameterTests {
  private final Journal journal = new Journal();
  private final JournalPlugin plugin =
      new JournalPlugin(journal) {
        @Override
        public List<Parameter> parameters() {
          return List.of(
              Parameter.of("size", Parameter.Type.SIZE, "Size of the disk.").required().magic(),
              Parameter.of("tag", Parameter.Type.STRING, "A tag.").repeatable(),
              Parameter.of("password", Parameter.Type.PASSWORD, "A secret."),
              Parameter.choice("kind", "A kind.", "sparse", "malloc"));
        }

        @Override
        public void config(String key, String value) throws IOException {
          journal.add("plugin %s=%s".formatted(key, value));
        }

        @Override
        public Map<String, String> dump() {
          return Map.of("events", journal.events().toString());
        }
      };
  private final JournalFilter filter =
      new JournalFilter(journal, "filter") {
        @Override
        public List<Parameter> parameters() {
          return List.of(
              Parameter.of("tag", Parameter.Type.STRING, "A tag for both."),
              Parameter.of("delay", Parameter.Type.DURATION, "A delay."),
              Parameter.of("own", Parameter.Type.STRING, "Needs a config of its own."));
        }

        @Override
        public void config(Backend next, String key, String value) throws IOException {
          journal.add("filter %s=%s".formatted(key, value));
          if (!key.equals("delay")) {
            next.config(key, value);
          }
        }
      };
  private final Chain chain =
      Chain.builder().filter("filter", filter).plugin("memory", plugin).build();

  @BeforeEach
  void load() throws IOException {
    chain.load();
    journal.take();
  }

  @Test
  void parameters_goToTheOutermostThatDeclaresThem_inOrder() throws IOException {
    chain.config("kind", "sparse");
    chain.config("tag", "t");
    chain.config("delay", "10ms");
    chain.configBare("1M");
    chain.configComplete();
    assertEquals(
        List.of(
            "plugin kind=sparse",
            "filter tag=t",
            "plugin tag=t",
            "filter delay=10ms",
            "plugin size=1M",
            "filter configComplete",
            "plugin configComplete"),
        journal.take());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sise|1M|memory: sise=1M: unknown parameter (did you mean size?)",
        "SIZE|1M|memory: SIZE=1M: unknown parameter (did you mean size?)",
        "dealy|1|memory: dealy=1: unknown parameter (did you mean delay?)",
        "colour|red|memory: colour=red: unknown parameter (known: tag, delay, own, size, tag, password, kind)",
        "pasword|hunter2|memory: pasword=***: unknown parameter (did you mean password?)",
        "size|12Q|memory: size=12Q: not a size (try 64M, 1G)",
        "kind|odd|memory: kind=odd: not one of sparse, malloc",
        "delay|soon|filter: delay=soon: not a duration (try 100ms, 2.5s)",
        "own|x|memory: own=x: unknown parameter (known: size, tag, password, kind)"
      })
  void wrongParameter_isRefusedByName(String key, String value, String expected) {
    assertEquals(expected, message(() -> chain.config(key, value)));
    assertFalse(journal.events().contains("plugin %s=%s".formatted(key, value)));
  }

  @Test
  void parameterGivenTwice_isRefusedUnlessRepeatable() throws IOException {
    chain.config("size", "1M");
    assertEquals(
        "memory: size=2M: the parameter is given twice (give it once)",
        message(() -> chain.config("size", "2M")));
  }

  @Test
  void repeatableParameter_mayBeGivenTwice() throws IOException {
    Chain plain = Chain.builder().plugin("memory", plugin).build();
    plain.load();
    plain.config("tag", "a");
    plain.config("tag", "b");
    assertTrue(journal.events().containsAll(List.of("plugin tag=a", "plugin tag=b")));
  }

  @Test
  void missingParameter_isNamedBeforeTheLayersConfigComplete() {
    ConfigException failure = assertThrows(ConfigException.class, chain::configComplete);
    assertEquals(
        "memory: the parameter size is missing (add size=...): Size of the disk.",
        failure.getMessage());
    assertEquals(List.of("filter configComplete"), journal.take());
  }

  @Test
  void password_thatTheLayerRefuses_isNotShown() {
    journal.fail("plugin password=hunter2", new ConfigException("too short"));
    assertEquals(
        "memory: password=***: too short", message(() -> chain.config("password", "hunter2")));
  }

  @Test
  void refusalOfSeveralLines_keepsThem_andNoOtherControlCharacter() {
    journal.fail("plugin kind=sparse", new ConfigException("odd\n\tat line 7\u001b[2J"));
    assertEquals(
        "memory: kind=sparse: odd\n\tat line 7\\u001b[2J",
        message(() -> chain.config("kind", "sparse")));
  }

  @Test
  void failureOfAnyKind_inConfig_isNamed() {
    journal.fail("plugin kind=sparse", new IllegalStateException("broken"));
    assertEquals(
        "memory: kind=sparse: config threw java.lang.IllegalStateException: broken",
        message(() -> chain.config("kind", "sparse")));
  }

  @Test
  void bareWord_withoutAMagicParameter_isRefused() throws IOException {
    Chain plain = Chain.builder().plugin("null", new JournalPlugin(journal)).build();
    plain.load();
    assertEquals(
        "null: disk.img: not a parameter (write key=value)",
        message(() -> plain.configBare("disk.img")));
  }

  @Test
  void unknownKey_whereNoLayerTakesAny_saysSo() throws IOException {
    Chain plain = Chain.builder().plugin("null", new JournalPlugin(journal)).build();
    plain.load();
    assertEquals(
        "null: a=b: unknown parameter (no layer takes parameters)",
        message(() -> plain.config("a", "b")));
  }

  @Test
  void parameterDeclaredTwice_isAFaultOfTheLayer() {
    JournalPlugin odd =
        new JournalPlugin(journal) {
          @Override
          public List<Parameter> parameters() {
            Parameter one = Parameter.of("a", Parameter.Type.STRING, "A.");
            return List.of(one, one);
          }
        };
    Chain plain = Chain.builder().plugin("odd", odd).build();
    String message = message(plain::load);
    assertTrue(message.startsWith("odd: ") && message.contains("'a'"), message);
  }

  @Test
  void parameters_thatDependOnAnother_areDeclaredOnceThatIsGiven() throws IOException {
    Chain plain = Chain.builder().plugin("driver", new DriverPlugin(journal)).build();
    plain.load();
    assertEquals(
        "driver: url=x: unknown parameter (known: driver)",
        message(() -> plain.config("url", "x")));
    Chain chosen = Chain.builder().plugin("driver", new DriverPlugin(journal)).build();
    chosen.load();
    chosen.configBare("http");
    assertEquals(
        "driver: url=y: the parameter is given twice (give it once)",
        message(() -> {
          chosen.configBare("x");
          chosen.config("url", "y");
        }));
  }

  @Test
  void requiredParameter_declaredLate_isMissed() throws IOException {
    Chain plain = Chain.builder().plugin("driver", new DriverPlugin(journal)).build();
    plain.load();
    plain.configBare("http");
    assertEquals(
        "driver: the parameter url is missing (add url=...): Where.",
        message(plain::configComplete));
  }

  /** Takes a URL, as a bare word too, once it knows its driver. */
  private static final class DriverPlugin extends JournalPlugin {
    private boolean chosen;

    DriverPlugin(Journal journal) {
      super(journal);
    }

    @Override
    public List<Parameter> parameters() {
      Parameter driver = Parameter.of("driver", Parameter.Type.STRING, "Which.");
      return chosen
          ? List.of(driver, Parameter.of("url", Parameter.Type.STRING, "Where.").required().magic())
          : List.of(driver.magic());
    }

    @Override
    public void config(String key, String value) {
      chosen |= key.equals("driver");
    }
  }

  @Test
  void dump_describesEachLayer_withoutConfigComplete() throws IOException {
    chain.config("size", "1M");
    assertEquals(
        Map.of("memory", Map.of("events", "[plugin size=1M]"), "filter", Map.of()), chain.dump());
    assertEquals("memory", chain.dump().firstEntry().getKey());
  }

  @Test
  void describedModel_isAskedForWithoutConfigComplete_andEndsTheStart() throws IOException {
    assertEquals(ThreadModel.PARALLEL, chain.describeModel());
    assertEquals(List.of("plugin threadModel", "filter threadModel"), journal.take());
    assertThrows(IllegalStateException.class, chain::configComplete);
    chain.stop();
    assertEquals(List.of("plugin unload", "filter unload"), journal.take());
  }

  @Test
  void dump_ofTwoLayersOfOneName_hasBoth() throws IOException {
    Chain twice =
        Chain.builder()
            .filter("log", new JournalFilter(journal, "log"))
            .filter("log", new JournalFilter(journal, "log"))
            .plugin("memory", new JournalPlugin(journal))
            .build();
    twice.load();
    assertEquals(List.of("memory", "log", "log#2"), List.copyOf(twice.dump().sequencedKeySet()));
  }

  @ParameterizedTest
  @CsvSource({
    "size,size,0",
    "sise,size,1",
    "szie,size,1",
    "siz,size,1",
    "sizes,size,1",
    "a,b,1",
    "tag,,3"
  })
  void distance_countsEdits(String from, String to, int expected) {
    assertEquals(expected, Suggestion.distance(from, to == null ? "" : to));
  }
}
