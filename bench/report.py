"""What bench/run found: lines for a person, a table and a picture for the README."""

import dataclasses
import html

BAR = 16
LEFT = 250
SCALE = 110
MOST = 6.0


@dataclasses.dataclass
class Row:
    """One server under one load; ratios are to nbdkit, CPU is a median for one operation or GiB."""

    load: str
    server: str
    rate: float
    unit: str
    ratio: float
    least: float
    greatest: float
    cpu: float
    cpu_unit: str
    cpu_saved: float
    client_cpu: float
    rss: float
    p50: float
    p99: float
    p999: float

    def line(self):
        spread = f"{self.least:.2f}-{self.greatest:.2f}"
        latency = f"{self.p50:8.0f} {self.p99:8.0f} {self.p999:8.0f}" if self.p50 else ""
        return (f"{self.load:<36} {self.server:<13} {self.rate:10.1f} {self.unit:<5} x{self.ratio:<5.2f} {spread:<11}"
                f" {self.cpu:9.1f} {self.cpu_unit:<6} 1/{self.cpu_saved:<5.2f} {self.client_cpu:6.1f} {self.rss:5.0f} MiB {latency}")


def publish(rows, folder):
    """Write benchmarks.md, the table, and benchmarks.svg, the ratios of nbdj to nbdkit."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks.md").write_text(table(rows))
    (folder / "benchmarks.svg").write_text(picture([row for row in rows if row.server == "nbdj" and row.load != "start-up"]))


def table(rows):
    lines = [
        "# Benchmarks",
        "",
        "Made by `bench/run --publish docs`: nbdj beside nbdkit and qemu-nbd, the same loads in interleaved rounds on one machine,",
        "files in memory, unix sockets. A ratio is to nbdkit in the same round; `nbdkit again` is a second nbdkit, so what its ratio",
        "differs from 1 is the noise of the machine. Chains of filters that pass through are held against none. CPU is the server's for",
        "an operation or a GiB, then nbdkit's divided by it.",
        "",
        "![Throughput as a multiple of nbdkit's](benchmarks.svg)",
        "",
        "| load | server | rate | ratio (least to greatest) | server CPU | saves | memory | p50 / p99 / p99.9 µs |",
        "|---|---|--:|---|--:|--:|--:|--:|",
    ]
    for row in rows:
        latency = f"{row.p50:.0f} / {row.p99:.0f} / {row.p999:.0f}" if row.p50 else ""
        lines.append(
            f"| {row.load} | {row.server} | {row.rate:,.0f} {row.unit} | {row.ratio:.2f} ({row.least:.2f} to {row.greatest:.2f}) "
            f"| {row.cpu:,.1f} {row.cpu_unit} | {row.cpu_saved:.1f} | {row.rss:.0f} MiB | {latency} |")
    return "\n".join(lines) + "\n"


def picture(rows):
    height = 40 + len(rows) * (BAR + 6)
    width = LEFT + int(SCALE * MOST) + 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{LEFT}" y="16">throughput of nbdj as a multiple of nbdkit\'s</text>',
    ]
    for i, row in enumerate(rows):
        y = 26 + i * (BAR + 6)
        length = SCALE * min(row.ratio, MOST)
        colour = "#2a7f62" if row.ratio >= 1 else "#b5533c"
        parts.append(f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{html.escape(row.load)}</text>')
        parts.append(f'<rect x="{LEFT}" y="{y}" width="{length:.0f}" height="{BAR}" fill="{colour}"/>')
        parts.append(f'<text x="{LEFT + length + 6:.0f}" y="{y + 12}">{row.ratio:.2f}</text>')
    parts.append(f'<line x1="{LEFT + SCALE}" y1="20" x2="{LEFT + SCALE}" y2="{height - 6}" stroke="black" stroke-dasharray="4 3"/>')
    return "\n".join(parts + ["</svg>"]) + "\n"
