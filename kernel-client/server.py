"""The server that is tested, on a TCP port of this machine's loopback."""

import pathlib
import re
import signal
import socket
import subprocess
import time


class Failure(Exception):
    """Something is not as it must be."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server process and its log. Used by one thread."""

    def __init__(self, command, words, log):
        self.port = free_port()
        self.log = log
        self._words = [*command, "-i", "127.0.0.1", "-p", str(self.port), *words]
        self._process = None

    def start(self, seconds=60):
        """Start, and wait until it takes connections."""
        with open(self.log, "a") as out:
            self._process = subprocess.Popen(self._words, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        end = time.monotonic() + seconds
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return self
            except OSError:
                if self._process.poll() is not None or time.monotonic() > end:
                    self.kill()
                    raise Failure(f"{' '.join(self._words)} does not start: {self.text()}")
                time.sleep(0.02)

    def stop(self, seconds=60):
        """Stop by SIGTERM, and see that it ended well and complained of nothing that is a fault of its own."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"the server does not stop within {seconds} s: {self.text()}")
        finally:
            self.kill()
        if status not in (0, -signal.SIGTERM):
            raise Failure(f"the server ended with {status}: {self.text()}")
        if re.search(r"^\s+at \S+\(|Exception|\bError:", self.text(), re.MULTILINE):
            raise Failure(f"the server's log has a stack trace: {self.text()}")

    def kill(self):
        """End it by SIGKILL, if it runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def text(self):
        return pathlib.Path(self.log).read_text(errors="replace").strip()
