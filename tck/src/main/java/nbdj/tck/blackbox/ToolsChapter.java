package nbdj.tck.blackbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import nbdj.client.BlockSizes;
import nbdj.client.ExportFlag;
import nbdj.client.Extent;
import nbdj.client.NbdExport;
import nbdj.tck.Breach;
import nbdj.tck.Range;
import nbdj.tck.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libnbd's tools, where they are installed, see what our own client sees. */
abstract class ToolsChapter extends Chapter {
  /** The largest export that is copied, in bytes. */
  private static final long COPIED = 64 << 20;

  private static final Pattern FINDING = Pattern.compile("([A-Z]-[0-9]+) (.*)");

  ToolsChapter(BlackBox box) {
    super(box);
  }

  @Test
  @Rule("C-2")
  void nbdinfo_facts_areOurs(@TempDir Path folder) throws Exception {
    Tool nbdinfo = tool("nbdinfo");
    Served served = serve();
    NbdExport ours = facts(served);
    Tool.Result said = nbdinfo.run(folder, "--json", served.uri().toString());
    if (said.exit() != 0) {
      throw Breach.of("X-4", "nbdinfo failed: " + said.output());
    }
    expected(ours)
        .forEach((key, value) -> {
          String theirs = value(said.output(), key);
          if (!value.equals(theirs)) {
            throw Breach.of(
                "C-2", "nbdinfo says that %s is %s, our client %s".formatted(key, theirs, value));
          }
        });
  }

  private Tool tool(String name) {
    applies(box.settings().tools(), "nbdj.tck.tools is false");
    return Tool.named(name);
  }

  private NbdExport facts(Served served) {
    Disk disk = open(served);
    disk.client().close();
    return disk.export();
  }

  private static Map<String, String> expected(NbdExport export) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("export-size", String.valueOf(export.size()));
    Map<String, ExportFlag> flags = new LinkedHashMap<>();
    flags.put("is_rotational", ExportFlag.ROTATIONAL);
    flags.put("is_read_only", ExportFlag.READ_ONLY);
    flags.put("can_cache", ExportFlag.SEND_CACHE);
    flags.put("can_df", ExportFlag.SEND_DF);
    flags.put("can_fast_zero", ExportFlag.SEND_FAST_ZERO);
    flags.put("can_flush", ExportFlag.SEND_FLUSH);
    flags.put("can_fua", ExportFlag.SEND_FUA);
    flags.put("can_multi_conn", ExportFlag.CAN_MULTI_CONN);
    flags.put("can_trim", ExportFlag.SEND_TRIM);
    flags.put("can_zero", ExportFlag.SEND_WRITE_ZEROES);
    flags.forEach((key, flag) -> facts.put(key, String.valueOf(export.has(flag))));
    BlockSizes sizes = export.blockSizes();
    if (sizes.advertised()) {
      facts.put("block_size_minimum", String.valueOf(sizes.minimum()));
      facts.put("block_size_preferred", String.valueOf(sizes.preferred()));
      facts.put("block_size_maximum", String.valueOf(sizes.maximum()));
    }
    return facts;
  }

  private static String value(String json, String key) {
    Matcher match = Pattern.compile("\"" + key + "\": *([^,\\s]+)").matcher(json);
    return match.find() ? match.group(1) : "missing";
  }

  @Test
  @Rule("E-5")
  void nbdinfo_map_isOurs(@TempDir Path folder) throws Exception {
    Tool nbdinfo = tool("nbdinfo");
    Served served = serve();
    Disk disk = open(served);
    needsSmall(disk);
    applies(!disk.export().contexts().isEmpty(), "the export does not offer block status");
    StringBuilder ours = new StringBuilder();
    for (Extent extent : disk.allocation(new Range(0, disk.size()))) {
      ours.append("%d %d %d%n".formatted(extent.offset(), extent.length(), extent.flags()));
    }
    disk.client().close();
    Tool.Result said = nbdinfo.run(folder, "--map", served.uri().toString());
    StringBuilder theirs = new StringBuilder();
    for (String line : said.output().lines().toList()) {
      String[] words = line.strip().split("\\s+", 4);
      theirs.append("%s %s %s%n".formatted(words[0], words[1], words[2]));
    }
    if (said.exit() != 0 || !theirs.toString().contentEquals(ours)) {
      throw Breach.of("E-5", "nbdinfo has the map%n%s%nour client%n%s".formatted(theirs, ours));
    }
  }

  @Test
  @Rule("E-5")
  void nbdcopy_out_isWhatWeRead(@TempDir Path folder) throws Exception {
    Tool nbdcopy = tool("nbdcopy");
    Served served = serve();
    Disk disk = open(served);
    needsSmall(disk);
    byte[] ours = disk.read(0, (int) disk.size());
    disk.client().close();
    Path copy = folder.resolve("copy");
    Tool.Result said = nbdcopy.run(folder, served.uri().toString(), copy.toString());
    if (said.exit() != 0) {
      throw Breach.of("C-5", "nbdcopy failed: " + said.output());
    }
    same(ours, Files.readAllBytes(copy), 0, "E-5", "copied out by nbdcopy");
  }

  @Test
  @Rule("W-2")
  void nbdcopy_in_isWhatWeReadThen(@TempDir Path folder) throws Exception {
    Tool nbdcopy = tool("nbdcopy");
    Served served = serve();
    Disk disk = open(served);
    needsSmall(disk);
    Range all = new Range(0, disk.size());
    applies(!disk.export().isReadOnly(), "the export is read-only");
    applies(box.writable(disk.size()).equals(all), "not all of the export may be written");
    applies(
        disk.has(ExportFlag.CAN_MULTI_CONN) || box.keepsContent(),
        "connections need not see each other's writes: CAN_MULTI_CONN is not offered");
    disk.client().close();
    byte[] bytes = new nbdj.tck.Pattern(17).bytes(0, (int) all.length());
    Arrays.fill(bytes, bytes.length / 4, bytes.length / 2, (byte) 0);
    Path image = Files.write(folder.resolve("image"), bytes);
    Tool.Result said = nbdcopy.run(folder, "--flush", image.toString(), served.uri().toString());
    if (said.exit() != 0) {
      throw Breach.of("C-5", "nbdcopy failed: " + said.output());
    }
    same(bytes, open(served).read(all), 0, "W-2", "copied in by nbdcopy");
  }

  private static void needsSmall(Disk disk) {
    needsAnyLength(disk);
    applies(disk.size() > 0, "the export is empty");
    applies(disk.size() <= COPIED, "the export is larger than 64 MiB");
  }

  @Test
  @Rule({"R-2", "R-1", "W-1", "W-2", "W-4", "E-5"})
  void nbdsh_itsOwnChecks_findNothing(@TempDir Path folder) throws Exception {
    Tool nbdsh = tool("nbdsh");
    Served served = serve();
    Disk disk = open(served);
    needsAnyLength(disk);
    Range head = head(disk);
    Range ground =
        disk.export().isReadOnly()
            ? new Range(0, 0)
            : Ranges.first(box.writable(disk.size()), GROUND);
    Path ours = Files.write(folder.resolve("head"), disk.read(head));
    disk.client().close();
    Path script = Files.write(folder.resolve("checks.py"), script());
    Tool.Result said =
        nbdsh.run(
            folder,
            "--base-allocation",
            "-u",
            served.uri().toString(),
            "-c",
            "HEAD = %s; GROUND = (%d, %d)"
                .formatted(python(ours), ground.offset(), ground.length()),
            "-c",
            "exec(open(%s).read())".formatted(python(script)));
    List<String> lines = said.output().lines().toList();
    for (String line : lines) {
      Matcher finding = FINDING.matcher(line);
      if (finding.matches()) {
        throw Breach.of(finding.group(1), "nbdsh: " + finding.group(2));
      }
    }
    if (said.exit() != 0 || !lines.equals(List.of("done"))) {
      throw Breach.of("C-5", "nbdsh failed: " + said.output());
    }
  }

  private static void needsAnyLength(Disk disk) {
    applies(
        disk.export().blockSizes().minimum() == 1,
        "the minimum block size is not 1, which these tools keep to");
  }

  /** Write a path as a Python expression, whatever it is made of. */
  private static String python(Path path) {
    String hex = HexFormat.of().formatHex(path.toString().getBytes(StandardCharsets.UTF_8));
    return "bytes.fromhex('%s')".formatted(hex);
  }

  private static byte[] script() throws IOException {
    try (InputStream in = ToolsChapter.class.getResourceAsStream("checks.py")) {
      if (in == null) {
        throw new IllegalStateException("nbdj-tck was built without its checks.py");
      }
      return in.readAllBytes();
    }
  }
}
