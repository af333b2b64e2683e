"""Print a result of JMH as a table: nanoseconds and bytes allocated for each operation."""

import json
import sys

print(f"{'operation':<32} {'with':<22} {'ns':>10} {'+-':>8} {'bytes':>10}")
for run in json.load(open(sys.argv[1])):
    name = run["benchmark"].rsplit(".", 2)
    score = run["primaryMetric"]
    error = score["scoreError"]
    allocated = run["secondaryMetrics"].get("gc.alloc.rate.norm", {}).get("score", float("nan"))
    parameters = " ".join(f"{key}={value}" for key, value in run.get("params", {}).items())
    print(
        f"{name[1].removesuffix('Benchmark') + ' ' + name[2]:<32} {parameters:<22} "
        f"{score['score']:>10.1f} {0.0 if error == 'NaN' else error:>8.1f} {allocated:>10.2f}")
