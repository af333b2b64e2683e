"""Servers under load: what bench/run and bench/cost drive, and how they measure it."""

import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")

# name: (fio's options, what counts)
FIO_LOADS = {
    "4k randread QD1": ("--rw=randread --bs=4k --iodepth=1", "read", "iops"),
    "4k randread QD16": ("--rw=randread --bs=4k --iodepth=16", "read", "iops"),
    "4k randread QD64": ("--rw=randread --bs=4k --iodepth=64", "read", "iops"),
    "4k randread QD16 x 4 clients": ("--rw=randread --bs=4k --iodepth=16 --numjobs=4", "read", "iops"),
    "4k randread QD4 x 16 clients": ("--rw=randread --bs=4k --iodepth=4 --numjobs=16", "read", "iops"),
    "4k randwrite QD16": ("--rw=randwrite --bs=4k --iodepth=16", "write", "iops"),
    "64k randread QD16": ("--rw=randread --bs=64k --iodepth=16", "read", "iops"),
    "256k read QD4": ("--rw=read --bs=256k --iodepth=4", "read", "bw"),
    "1M read QD4": ("--rw=read --bs=1M --iodepth=4", "read", "bw"),
    "1M write QD4": ("--rw=write --bs=1M --iodepth=4", "write", "bw"),
}


class Server:
    """One server process, the socket it listens on and what it has used."""

    def __init__(self, name, command, folder):
        self.name = name
        self.socket = folder / (name.replace(" ", "-").replace("/", "-") + ".sock")
        words = [word.replace("SOCKET", str(self.socket)) for word in command]
        self.log = open(folder / (self.socket.stem + ".log"), "w")
        began = time.monotonic()
        self.process = subprocess.Popen(words, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        while not self.socket.exists():
            if self.process.poll() is not None or time.monotonic() - began > 30:
                sys.exit(f"bench: {name} did not start: see {self.log.name}: {' '.join(words)}")
            time.sleep(0.002)
        self.start_seconds = time.monotonic() - began

    def uri(self):
        return f"nbd+unix:///?socket={self.socket}"

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def rss_mib(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()


class Sample:
    """What one round gave: operations or bytes a second, CPU for each, latencies in microseconds."""

    def __init__(self, rate, cpu, client_cpu=0.0, p50=0.0, p99=0.0, p999=0.0):
        self.rate, self.cpu, self.client_cpu = rate, cpu, client_cpu
        self.p50, self.p99, self.p999 = p50, p99, p999


def fio(server, load, seconds, size):
    options, side, unit = FIO_LOADS[load]
    return fio_with(server, options, side, unit, seconds, size)


def fio_with(server, options, side, unit, seconds, size):
    """Drive a server with some options of fio, and count operations or bytes of one side."""
    before = server.cpu_seconds()
    done = subprocess.run(
        ["fio", "--name=x", "--ioengine=nbd", f"--uri={server.uri()}", f"--size={size}M", "--time_based",
         f"--runtime={seconds}", "--ramp_time=0.5", "--randrepeat=1", "--group_reporting", "--output-format=json", *options.split()],
        capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench: fio failed on {server.name}: {done.stdout} {done.stderr}")
    job = json.loads(done.stdout[done.stdout.index("{"):])["jobs"][0]
    side_of_job = job[side]
    # The ramp is part of the server's CPU, so it is put down to all that was done.
    done_in_all = max(1, side_of_job["total_ios"] * (seconds + 0.5) / seconds)
    cpu = (server.cpu_seconds() - before) / done_in_all
    # fio tells its own CPU in percent of the run time.
    client = (job["usr_cpu"] + job["sys_cpu"]) / 100 * seconds / max(1, side_of_job["total_ios"])
    percentiles = side_of_job["clat_ns"].get("percentile", {})
    return Sample(
        side_of_job["iops"] if unit == "iops" else side_of_job["bw_bytes"] / 2**20, cpu * 1e6, client * 1e6,
        *(percentiles.get(p, 0) / 1000 for p in ("50.000000", "99.000000", "99.900000")))


def copy_out(server, size, connections=None):
    """Read a whole disk, with as many connections as nbdcopy likes or as are given."""
    some = [] if connections is None else [f"--connections={connections}"]
    return copy(server, size, [*some, server.uri(), "null:"])


def copy_in(server, size):
    return copy(server, size, [str(server.socket.parent / "source"), server.uri()])


def copy(server, size, places):
    before, began = server.cpu_seconds(), time.monotonic()
    subprocess.run(["nbdcopy", *places], check=True)
    took = time.monotonic() - began
    return Sample(size / took, (server.cpu_seconds() - before) / size * 1024 * 1e6)


def connections(server, seconds):
    before, began, count = server.cpu_seconds(), time.monotonic(), 0
    script = (
        "import nbd, time\n"
        f"end = time.monotonic() + {seconds}\nn = 0\n"
        "while time.monotonic() < end:\n"
        f"    h = nbd.NBD(); h.connect_unix({str(server.socket)!r}); h.shutdown(); n += 1\n"
        "print(n)\n")
    done = subprocess.run(["/usr/bin/python3", "-c", script], check=True, capture_output=True, text=True)
    count = int(done.stdout)
    return Sample(count / (time.monotonic() - began), (server.cpu_seconds() - before) / max(1, count) * 1e6)


def unit(load):
    return "op/s" if FIO_LOADS[load][2] == "iops" else "MiB/s"
