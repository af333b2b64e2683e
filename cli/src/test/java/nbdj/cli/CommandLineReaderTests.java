package nbdj.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import nbdj.runtime.server.TlsMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CommandLineReaderTests {
  private static Options read(String... words) throws UsageException {
    return CommandLineReader.parse(words).options(OptionalInt.empty(), Manners.NBDJ);
  }

  private static String refusal(OptionalInt activated, String... words) {
    return String.valueOf(
        assertThrows(
                UsageException.class,
                () -> CommandLineReader.parse(words).options(activated, Manners.NBDJ))
            .getMessage());
  }

  @Test
  void firstWord_withoutPluginOption_isThePlugin() throws UsageException {
    Options options = read("memory", "64M", "allocator=malloc");
    assertEquals(Optional.of("memory"), options.plugin());
    assertEquals(List.of(Setting.of("64M"), Setting.of("allocator=malloc")), options.settings());
  }

  @Test
  void firstWord_withPluginOption_isAParameter() throws UsageException {
    Options options = read("--filter", "ext2", "--plugin", "file", "disk.img", "ext2file=/one");
    assertEquals(Optional.of("file"), options.plugin());
    assertEquals(List.of(Setting.of("disk.img"), Setting.of("ext2file=/one")), options.settings());
  }

  @Test
  void options_afterThePlugin_areRead() throws UsageException {
    Options options =
        read("memory", "-r", "size=1M", "--filter=a", "-Usock", "--filter", "b", "--threads=3");
    assertEquals(List.of("a", "b"), options.filters());
    assertEquals(new Endpoint.Unix(Path.of("sock")), options.endpoint());
    assertEquals(List.of(Setting.of("size=1M")), options.settings());
    assertEquals(OptionalInt.of(3), options.limits().threads());
    assertTrue(options.readOnly());
  }

  @Test
  void limits_areRead() throws UsageException {
    ClientLimits limits =
        read(
                "memory",
                "--timeout=5",
                "--idle-timeout=600",
                "--stall-timeout=500ms",
                "--max-connections=7",
                "--max-options=8",
                "--request-memory=1G",
                "--connection-memory=64M")
            .limits();
    assertEquals(
        new ClientLimits(
            OptionalInt.empty(),
            OptionalInt.of(7),
            OptionalInt.of(8),
            Optional.of(Duration.ofSeconds(5)),
            Optional.of(Duration.ofMinutes(10)),
            Optional.of(Duration.ofMillis(500)),
            Optional.of(1L << 30),
            Optional.of(64L << 20)),
        limits);
  }

  @Test
  void tls_isRead() throws UsageException {
    assertEquals(tls(TlsMode.OFF, Tls.Missing.FAILS), read("memory").tls());
    assertEquals(
        new Tls(TlsMode.REQUIRE, Optional.of(Path.of("/pki")), true, Tls.Missing.FAILS),
        read("memory", "--tls=require", "--tls-certificates=/pki", "--tls-verify-peer").tls());
    assertEquals(tls(TlsMode.ON, Tls.Missing.FAILS), read("memory", "--tls", "on").tls());
  }

  private static Tls tls(TlsMode mode, Tls.Missing missing) {
    return new Tls(mode, Optional.empty(), false, missing);
  }

  @ParameterizedTest
  @CsvSource({
    "--readonly, ON, IS_FINE",
    "--tls=on, ON, WARNS",
    "--tls-verify-peer, ON, WARNS",
    "--tls=require, REQUIRE, FAILS",
    "--tls=off, OFF, WARNS"
  })
  void tls_withNbdkitsManners_isOnWhereItCanBe(String word, TlsMode mode, Tls.Missing missing)
      throws UsageException {
    Tls tls =
        CommandLineReader.parse("memory", word).options(OptionalInt.empty(), Manners.NBDKIT).tls();
    assertEquals(mode, tls.mode());
    assertEquals(missing, tls.missing());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--tls=yes | --tls yes: must be off, on or require",
        "--tls-verify-peer | --tls-verify-peer needs --tls on or --tls require",
        "--tls-certificates=/pki | --tls-certificates needs --tls on or --tls require",
        "--timeout=0 | --timeout 0: a handshake takes some time",
        "--max-options=0 | --max-options 0: not a number from 1 to 1000000",
        "--request-memory=1M | --request-memory 1M: must be from 64M, the longest request, to 1T",
      })
  void valueThatCannotBe_isSaidSo(String word, String message) {
    assertEquals(message, refusal(OptionalInt.empty(), "memory", word));
  }

  @Test
  void keysSharedBeforehand_areRefusedWithAWayOut() {
    String message = refusal(OptionalInt.empty(), "memory", "--tls=on", "--tls-psk=keys");
    assertTrue(message.contains("--tls-certificates"), message);
  }

  @Test
  void words_afterTwoHyphens_areNotOptions() throws UsageException {
    assertEquals(List.of(Setting.of("-r")), read("memory", "--", "-r").settings());
  }

  @Test
  void wordThatBeginsWithAnAt_standsForTheLinesOfAFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("f"), "# all\nsize=1M\n\n a b \n-r\n@g\n");
    Options options = read("memory", "x=1", "@" + file, "y=2");
    assertEquals(
        Stream.of("x=1", "size=1M", " a b ", "-r", "@g", "y=2").map(Setting::of).toList(),
        options.settings());
    assertFalse(options.readOnly());
  }

  @Test
  void wordThatBeginsWithAnAt_behindTwoHyphens_standsForItself() throws UsageException {
    assertEquals(List.of(Setting.of("@/no")), read("memory", "--", "@/no").settings());
  }

  @Test
  void fileOfWordsThatIsMissing_isRefused() {
    assertEquals(
        "@/no/such: cannot read parameters: /no/such: no such file or folder (-- before it lets the word stand for itself)",
        refusal(OptionalInt.empty(), "memory", "@/no/such"));
  }

  @Test
  void endpoint_withoutOptions_isThePortOfNbdOnThisMachine() throws UsageException {
    assertEquals(
        new Endpoint.Tcp(Optional.empty(), Endpoint.Family.ANY, 10809), read("memory").endpoint());
    assertEquals(
        new Endpoint.Tcp(Optional.empty(), Endpoint.Family.ANY, 0),
        read("memory", "-p", "0").endpoint());
    assertEquals(
        new Endpoint.Tcp(Optional.of("::1"), Endpoint.Family.ANY, 10809),
        read("memory", "-i", "::1").endpoint());
  }

  @Test
  void endpoint_withRun_isPrivateUnlessOneIsNamed() throws UsageException {
    assertEquals(new Endpoint.PrivateUnix(), read("memory", "--run", "true").endpoint());
    assertEquals(new Endpoint.PrivateUnix(), read("memory", "-U", "-").endpoint());
    assertEquals(
        new Endpoint.Tcp(Optional.empty(), Endpoint.Family.ANY, 0),
        read("memory", "--run", "true", "-p", "0").endpoint());
  }

  @Test
  void endpoint_withASocketHandedOver_isThatSocket() throws UsageException {
    assertEquals(
        new Endpoint.Activated(2),
        CommandLineReader.parse("memory").options(OptionalInt.of(2), Manners.NBDJ).endpoint());
  }

  @Test
  void flags_givenTwice_areCountedOrIgnored() throws UsageException {
    assertEquals(2, logging("-v", "-f", "-f", "-v").verbosity());
    assertEquals(2, logging("-vv").verbosity());
    assertEquals(0, logging("memory").verbosity());
  }

  private static Logging logging(String... words) throws UsageException {
    return CommandLineReader.parse(words).logging(Manners.NBDJ);
  }

  @Test
  void logging_isReadAsSaid() throws UsageException {
    assertEquals(new Logging("nbdj", 0, Map.of(), "default"), logging("memory"));
    assertEquals(
        new Logging("disk", 1, Map.of("memory.log", 2, "nbdj.chain", 1), "/tmp/log"),
        logging("-v", "-D", "memory.log=2", "-Dnbdj.chain", "--log=/tmp/log", "--name", "disk"));
    assertEquals("nbdkit", CommandLineReader.parse("m").logging(Manners.NBDKIT).name());
  }

  @Test
  void debugFlag_thatIsNone_isRefused() {
    for (String flag : List.of("memory", "memory.log=x", ".log=1", "memory.log=-1")) {
      assertEquals(
          "--debug %s: must be NAME.FLAG=N".formatted(flag),
          assertThrows(UsageException.class, () -> logging("-D", flag)).getMessage());
    }
  }

  @Test
  void longOptions_canBeCutShort_whileOnlyOneBeginsSo() throws UsageException {
    Options options = read("memory", "--thr=3", "--reado", "--stop", "2", "--pidf", "p");
    assertEquals(OptionalInt.of(3), options.limits().threads());
    assertTrue(options.readOnly());
    assertEquals(Optional.of(Duration.ofSeconds(2)), options.life().stopTimeout());
    assertEquals(Optional.of(Path.of("p")), options.life().pidFile());
    assertEquals(
        "--pl: may be --plugin, --plugin-path",
        refusal(OptionalInt.empty(), "memory", "--pl", "1"));
    assertEquals(Optional.of("--reado"), read("m", "--run", "--reado").life().run());
    assertEquals(List.of(Setting.of("--reado")), read("m", "--", "--reado").settings());
  }

  @Test
  void family_chosen_goesWithPortAndAddress() throws UsageException {
    assertEquals(
        new Endpoint.Tcp(Optional.empty(), Endpoint.Family.IPV6, 10809),
        read("memory", "-6").endpoint());
    assertEquals(
        new Endpoint.Tcp(Optional.of("localhost"), Endpoint.Family.IPV4, 1),
        read("memory", "-4", "-p1", "-ilocalhost").endpoint());
  }

  @Test
  void endpoint_withNbdkitsManners_isEveryAddress() throws UsageException {
    assertEquals(
        new Endpoint.Tcp(Optional.of("*"), Endpoint.Family.ANY, 10809),
        CommandLineReader.parse("memory").options(OptionalInt.empty(), Manners.NBDKIT).endpoint());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--frob; --frob: unknown option (see nbdj --help)",
        "--filtr x; --filtr: unknown option (did you mean --filter?)",
        "m -U; --unix: a value is needed: PATH|-",
        "m -p many; --port many: not a number from 0 to 65535",
        "m -p 65536; --port 65536: not a number from 0 to 65535",
        "m -p -1; --port -1: not a number from 0 to 65535",
        "m -t 0; --threads 0: not a number from 1 to 1024",
        "m -p 1 -p 2; --port: given more than once",
        "m -U a -p 2; --unix and --port exclude each other",
        "m -U a -i ::1; --unix and --ipaddr exclude each other",
        "m -s -U a; --unix and --single exclude each other",
        "m -s --run true; --single and --run exclude each other",
        "m -s --print-uri; --single and --print-uri exclude each other",
        "m --pidfile=; --pidfile: an empty path",
        "m -4 -6; --ipv4-only and --ipv6-only exclude each other",
        "m -U a -4; --unix and --ipv4-only exclude each other",
        "m --stop-timeout x; --stop-timeout x: not a duration (try 100ms, 2.5s)",
        "m -s --background; --single and --background exclude each other",
        "m --run true --background; --run and --background exclude each other",
        "m -f --background; --foreground and --background exclude each other",
        "m --exit-with-parent --background; --exit-with-parent and --background exclude each other",
        "m --swap; --swap: a Java process cannot lock all it needs into memory, so nbdj is no place to swap to",
      })
  void wrongCommand_isRefusedWithASentence(String command, String sentence) {
    assertEquals(sentence, refusal(OptionalInt.empty(), command.split(" ")));
  }

  @Test
  void socketHandedOver_withAnotherEndpoint_isRefused() {
    assertEquals(
        "--unix cannot go with a socket that LISTEN_FDS hands over",
        refusal(OptionalInt.of(1), "m", "-U", "a"));
    assertEquals(
        "--run cannot go with a socket that LISTEN_FDS hands over",
        refusal(OptionalInt.of(1), "m", "--run", "true"));
    assertEquals(
        "LISTEN_FDS=0: from 1 to 16 sockets can be handed over", refusal(OptionalInt.of(0), "m"));
    assertEquals(
        "LISTEN_FDS=17: from 1 to 16 sockets can be handed over", refusal(OptionalInt.of(17), "m"));
  }

  @Test
  void optionsOfNbdkit_thatAreNotHere_areRefusedByName() {
    for (RefusedOption option : RefusedOption.all()) {
      for (String name : option.names()) {
        String[] words =
            option.takesValue() ? new String[] {"m", name, "x"} : new String[] {"m", name};
        assertEquals(option.name() + ": " + option.reason(), refusal(OptionalInt.empty(), words));
      }
    }
  }

  @Test
  void servingWithoutAPlugin_isRefused() throws UsageException {
    Options options = read("-r");
    assertEquals(
        "no plugin is named (try nbdj memory 64M, nbdj --list, nbdj --help)",
        assertThrows(UsageException.class, options::requirePlugin).getMessage());
  }

  @Test
  void helpOption_describesEveryOption() {
    String help = new picocli.CommandLine(CommandLineOptions.spec()).getUsageMessage();
    CommandLineOptions.names()
        .forEach(name -> assertTrue(help.contains(name), () -> name + " is missing in " + help));
  }

  @ParameterizedTest
  @CsvSource({
    "size=1M, size, 1M",
    "a.b-c_d=e=f, a.b-c_d, e=f",
    "text=, text, ''",
    "/path/x=y, , /path/x=y",
    "64M, , 64M",
    "=x, , =x",
    "1a=x, , 1a=x",
  })
  void setting_splitsAtTheFirstEqualsSignAfterAKey(String word, String key, String value) {
    assertEquals(new Setting(Optional.ofNullable(key), value), Setting.of(word));
  }
}
