package nbdj.stats;

import java.util.Locale;
import java.util.stream.IntStream;

/** Statistics as people read them. */
final class Report {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private final StringBuilder text = new StringBuilder();
  private final long elapsed;
  private final int threshold;

  private Report(long elapsed, int threshold) {
    this.elapsed = elapsed;
    this.threshold = threshold;
  }

  /**
   * Write statistics.
   *
   * @param elapsed how long the server served, in nanoseconds
   * @param threshold the percentage of requests after which a table may end; 0 for no tables
   */
  static String of(Statistics statistics, long elapsed, int threshold) {
    Report report = new Report(elapsed, threshold);
    report.total(statistics);
    for (Operation operation : Operation.values()) {
      Tally tally = statistics.of(operation);
      if (tally.requests() > 0) {
        report.operation(operation, tally);
      }
    }
    return report.text.toString();
  }

  private void total(Statistics statistics) {
    long requests = 0;
    long bytes = 0;
    for (Operation operation : Operation.values()) {
      requests += statistics.of(operation).requests();
      bytes += statistics.of(operation).bytes();
    }
    line(
        String.format(
            Locale.ROOT,
            "total: %d ops, %s, %s, %s/s",
            requests,
            seconds(elapsed),
            size(bytes),
            size(rate(bytes, elapsed))));
  }

  private void operation(Operation operation, Tally tally) {
    String failed = tally.failures() == 0 ? "" : ", %d failed".formatted(tally.failures());
    line(
        String.format(
            Locale.ROOT,
            "%s: %d ops%s, %s, %s, %s/s op, %s/s total",
            operation.word(),
            tally.requests(),
            failed,
            seconds(tally.nanos()),
            size(tally.bytes()),
            size(rate(tally.bytes(), tally.nanos())),
            size(rate(tally.bytes(), elapsed))));
    if (threshold == 0) {
      return;
    }
    latencies(tally);
    if (operation != Operation.FLUSH) {
      sizes(tally);
      alignments(tally);
    }
    text.append('\n');
  }

  private void latencies(Tally tally) {
    line("  How long they took:");
    long[] counts = tally.latencies();
    long before = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        before += counts[i];
        line(
            String.format(
                Locale.ROOT,
                "    less than %9s: %5.1f%% (%d reqs), %5.1f%% up to here",
                time(i),
                percent(counts[i], tally),
                counts[i],
                percent(before, tally)));
      }
    }
  }

  /** Write the upper end of a class of latencies. */
  private static String time(int bits) {
    double micros = Math.scalb(1.0, bits);
    if (micros < 1000) {
      return String.format(Locale.ROOT, "%.0f us", micros);
    }
    return micros < 1_000_000
        ? String.format(Locale.ROOT, "%.1f ms", micros / 1000)
        : String.format(Locale.ROOT, "%.1f s", micros / 1_000_000);
  }

  private void sizes(Tally tally) {
    line("  How large they were:");
    long[] counts = tally.sizes();
    long[] bytes = tally.sizeBytes();
    long shown = 0;
    for (int bits : mostFirst(counts)) {
      if (counts[bits] == 0 || percent(shown, tally) >= threshold) {
        break;
      }
      shown += counts[bits];
      line(
          String.format(
              Locale.ROOT,
              "    %s to less than %s: %5.1f%% (%d reqs, %s total)",
              size(bits == 0 ? 0.0 : Math.scalb(1.0, bits - 1)),
              size(Math.scalb(1.0, bits)),
              percent(counts[bits], tally),
              counts[bits],
              size(bytes[bits])));
    }
    rest(tally, shown);
  }

  private void alignments(Tally tally) {
    line("  What they were aligned to:");
    long[] counts = tally.alignments();
    long shown = 0;
    for (int bits : mostFirst(counts)) {
      if (counts[bits] == 0 || percent(shown, tally) >= threshold) {
        break;
      }
      shown += counts[bits];
      line(
          String.format(
              Locale.ROOT,
              "    %s: %5.1f%% (%d reqs)",
              size(Math.scalb(1.0, bits)),
              percent(counts[bits], tally),
              counts[bits]));
    }
    rest(tally, shown);
  }

  private void rest(Tally tally, long shown) {
    long rest = tally.requests() - shown;
    if (rest > 0) {
      line(String.format(Locale.ROOT, "    others: %5.1f%% (%d reqs)", percent(rest, tally), rest));
    }
  }

  /** Get the classes, the one with the most requests first. */
  private static int[] mostFirst(long[] counts) {
    return IntStream.range(0, counts.length)
        .boxed()
        .sorted((a, b) -> Long.compare(counts[b], counts[a]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static double percent(long part, Tally tally) {
    return 100.0 * part / tally.requests();
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.6f s", nanos / 1e9);
  }

  private static double rate(long bytes, long nanos) {
    return nanos == 0 ? 0 : bytes / (nanos / 1e9);
  }

  private static String size(long bytes) {
    return size((double) bytes);
  }

  private static String size(double bytes) {
    int unit = 0;
    double number = bytes;
    while (number >= 1024 && unit < UNITS.length - 1) {
      number /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.2f %s", number, UNITS[unit]);
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
