"""What scenarios work with: a guest, servers and disks, and how findings are told."""

import pathlib
import shutil
import tempfile

import machine
import server

DEVICE = "/dev/nbd0"
QUEUE = "/sys/block/nbd0/queue"


class Lab:
    """The place of one scenario. Used by one thread."""

    def __init__(self, guest, command, pki):
        self._guest = guest
        self._command = command
        self.pki = pki
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nbdj-kernel-"))
        self._servers = []
        self.seen = []

    def see(self, text):
        """Note something that goes into the line of a scenario that succeeds."""
        self.seen.append(str(text))

    def disk(self, mib, content=b""):
        """Make a sparse file."""
        path = self.folder / "disk"
        with open(path, "wb") as file:
            file.write(content)
            file.truncate(mib << 20)
        return path

    def serve(self, *words):
        made = server.Server(self._command, [str(word) for word in words], self.folder / f"server{len(self._servers)}.log")
        self._servers.append(made)
        return made.start()

    def run(self, script, seconds=120):
        """Run a script in the guest, which must succeed; get what it says."""
        status, said = self._guest.run(script, seconds)
        if status != 0:
            raise server.Failure(f"in the guest: {script}\nended with {status}: {said}")
        return said

    def fails(self, script):
        """Run a script in the guest that must fail."""
        status, said = self._guest.run(script)
        check(status != 0, f"in the guest: {script}\nsucceeded: {said}")

    def attach(self, served, *options, export=""):
        """Attach an export by nbd-client, and wait until the kernel has its size."""
        name = f"-N '{export}' " if export else ""
        self.run(f"nbd_client {name}{machine.HOST} {served.port} {DEVICE} {' '.join(options)}")
        self.run(f"for i in $(seq 100); do [ $(blockdev --getsize64 {DEVICE}) != 0 ] && exit; sleep 0.1; done; false")

    def attach_durably(self, served, connections=1):
        """Attach an export such that requests wait up to a minute for a server that has gone."""
        self.run(f"python3 -SI /bin/attach.py 0 {machine.HOST} {served.port} '' {connections} 60 < /dev/null > /tmp/attach 2>&1"
                 " || { cat /tmp/attach; false; }")

    def detach(self):
        """Detach the device, and wait until its connections are closed."""
        self.run(f"nbd_client -d {DEVICE}; for i in $(seq 100); do [ -e /sys/block/nbd0/pid ] || exit 0; sleep 0.1; done; false")

    def fio(self, options, seconds=240):
        """Let fio do something with the device in the guest."""
        return self.run(fio(options) + f" > /tmp/fio 2>&1 || {{ tail -20 /tmp/fio; false; }}", seconds)

    def start_fio(self, options):
        """Let fio do something in the background; see await_fio."""
        self.run(f"rm -f /tmp/status; ({fio(options)} > /tmp/fio 2>&1; echo $? > /tmp/status) &")

    def await_fio(self, seconds=240):
        self.run(f"for i in $(seq {seconds * 2}); do [ -e /tmp/status ] && break; sleep 0.5; done; tail -20 /tmp/fio; [ $(cat /tmp/status) = 0 ]",
                 seconds + 30)

    def written(self):
        """How many writes of the device have ended."""
        return int(self.run("cat /sys/block/nbd0/stat").split()[4])

    def queue(self, name):
        return self.run(f"cat {QUEUE}/{name} 2> /dev/null || echo none")

    def clean(self):
        """Leave the guest without a device."""
        self._guest.run(f"umount /mnt 2> /dev/null; nbd_client -d {DEVICE}\n"
                        "for i in $(seq 50); do [ -e /sys/block/nbd0/pid ] || break; sleep 0.1; done")

    def stop_servers(self):
        """Stop the servers, each of which must end well."""
        for served in self._servers:
            served.stop()

    def close(self):
        for served in self._servers:
            served.kill()
        shutil.rmtree(self.folder)


def fio(options):
    return f"fio --name=x --filename={DEVICE} --direct=1 --ioengine=libaio {options}"


def check(condition, otherwise):
    if not condition:
        raise server.Failure(otherwise)


def same(expected, seen, what):
    check(str(expected) == str(seen), f"{what} is {seen}, where it must be {expected}")
