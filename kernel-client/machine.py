"""A small virtual machine with a Linux kernel, whose guest runs what it is told over a line of its own."""

import base64
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent

# What the guest runs. Their libraries go with them.
PROGRAMS = ("nbd-client", "fio", "mke2fs", "e2fsck", "blkdiscard")

# What the guest's Python program imports.
IMPORTS = "import os, select, socket, struct, sys, time"

# The modules that the guest loads, with their options; what they need is loaded before them.
MODULES = {"virtio_pci": "", "virtio_net": "", "virtio_console": "", "nbd": "nbds_max=4 max_part=8"}

# The host's loopback, as the guest sees it.
HOST = "10.0.2.2"


class GuestLost(Exception):
    """The guest no longer answers: only a new start helps."""


class Kernel:
    """A Debian package of a kernel, taken apart."""

    def __init__(self, package, folder):
        folder.mkdir(parents=True)
        subprocess.run(["dpkg-deb", "-x", str(package), str(folder)], check=True)
        self.image = next((folder / "boot").glob("vmlinuz-*"))
        self.version = self.image.name.removeprefix("vmlinuz-")
        modules = next(path for path in (folder / "lib/modules", folder / "usr/lib/modules") if path.is_dir())
        self.files = {path.name.split(".")[0].replace("-", "_"): path for path in modules.rglob("*.ko*")}

    def content(self, module):
        """The bytes of a module."""
        path = self.files[module]
        unpack = {".xz": ["xz", "-dc"], ".zst": ["zstd", "-dc"], ".gz": ["gzip", "-dc"]}.get(path.suffix)
        return path.read_bytes() if not unpack else subprocess.run([*unpack, str(path)], check=True, capture_output=True).stdout

    def in_order(self, names):
        """The modules of these names and those they need, each behind what it needs."""
        found = []

        def add(name):
            if name in found or name not in self.files:
                return  # What has no file is part of the kernel.
            depends = re.search(rb"\0depends=([^\0]*)\0", b"\0" + self.content(name)).group(1).decode()
            for needed in filter(None, depends.split(",")):
                add(needed.replace("-", "_"))
            found.append(name)

        for name in names:
            add(name)
        return found


class Tree:
    """The files of a guest, packed as an initramfs."""

    def __init__(self, folder):
        self.root = folder
        for name in ("bin", "dev", "proc", "sys", "tmp", "mnt", "etc", "lib/modules"):
            (folder / name).mkdir(parents=True)

    def put(self, target, content, mode=0o644):
        path = self.root / target.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)

    def copy(self, source):
        """Copy a file of the host to the same place."""
        self.put(str(source), pathlib.Path(source).read_bytes(), 0o755)

    def program(self, path):
        """Copy a program or a library with all libraries it needs."""
        self.copy(path)
        for line in subprocess.run(["ldd", path], capture_output=True, text=True).stdout.splitlines():
            library = re.search(r"(/\S+) \(0x", line)
            if library and not (self.root / library.group(1).lstrip("/")).exists():
                self.copy(library.group(1))

    def python(self):
        """Copy Debian's Python with what the guest's program imports."""
        python = os.path.realpath("/usr/bin/python3")
        self.program(python)
        (self.root / "bin/python3").symlink_to(python)
        said = subprocess.run(
            [python, "-SI", "-c", IMPORTS + "\nfor m in list(sys.modules.values()): print(getattr(m, '__file__', '') or '')\nprint(os.__file__)"],
            check=True, capture_output=True, text=True).stdout
        for path in filter(None, said.split("\n")):
            (self.program if path.endswith(".so") else self.copy)(path)

    def pack(self, archive):
        with open(archive, "wb") as out:
            names = subprocess.run(["find", ".", "-print0"], cwd=self.root, check=True, capture_output=True).stdout
            subprocess.run(
                ["cpio", "--null", "--quiet", "-o", "-H", "newc", "-R", "0:0"], cwd=self.root, check=True, input=names, stdout=out)


def make_initramfs(kernel, folder, archive, files):
    """Pack what the guest needs into an archive, and the files that are given, by their paths."""
    tree = Tree(folder)
    tree.put("init", (HERE / "guest-init").read_bytes(), 0o755)
    tree.put("bin/attach.py", (HERE / "attach.py").read_bytes())
    tree.put("bin/busybox", pathlib.Path("/bin/busybox").read_bytes(), 0o755)
    for path, content in files.items():
        tree.put(path, content)
    tree.python()
    # Busybox's shell takes an applet of its own before a program of the same name, and a function before both.
    functions = ""
    for name in PROGRAMS:
        path = os.path.realpath(shutil.which(name))
        tree.program(path)
        functions += f'{name.replace("-", "_")}() {{ {path} "$@"; }}\n'
    tree.put("etc/functions", functions)
    load = ""
    for name in kernel.in_order(MODULES):
        tree.put(f"lib/modules/{name}.ko", kernel.content(name))
        load += f"insmod /lib/modules/{name}.ko {MODULES.get(name, '')}\n"
    tree.put("etc/load-modules", load)
    tree.pack(archive)
    shutil.rmtree(folder)


class Machine:
    """The virtual machine, used by one thread. Its console is kept in a file."""

    def __init__(self, kernel, initramfs, folder):
        self.console = folder / "console.log"
        self._line = folder / "line"
        # Not KVM: where it is there, it need not work. The emulator of Debian 12 goes wrong in cmpxchg16b, which newer kernels use.
        self._command = [
            "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "Nehalem,-cx16", "-smp", "2", "-m", "768",
            "-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none", "-no-reboot",
            "-kernel", str(kernel.image), "-initrd", str(initramfs), "-append",
            "console=ttyS0 panic=-1 quiet loglevel=5 nowatchdog rcupdate.rcu_cpu_stall_suppress=1",
            "-serial", f"file:{self.console}", "-chardev", f"socket,id=line,path={self._line},server=on,wait=off",
            "-device", "virtio-serial-pci", "-device", "virtserialport,chardev=line",
            "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile="]
        self._process = None

    def start(self, seconds=180):
        """Boot, and wait until the guest asks for its first command."""
        self._line.unlink(missing_ok=True)
        log = self.console.with_name("qemu.log")
        with open(log, "w") as out:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self._socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + seconds
        while True:
            try:
                self._socket.connect(str(self._line))
                break
            except OSError:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise GuestLost(f"qemu does not start: {log.read_text()}")
                time.sleep(0.05)
        self._read_until("guest: ready", end)

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._socket.close()
            self._process = None

    def restart(self):
        self.stop()
        self.start()

    def run(self, script, seconds=120):
        """Run a shell script in the guest, and get its exit status and all it said."""
        words = base64.b64encode(script.encode()).decode()
        self._socket.sendall((words + "\n").encode())
        said = self._read_until("guest: done", time.monotonic() + seconds)
        text = said.split("guest: said", 1)[1].split("guest: done", 1)[0]
        status, _, output = text.partition("\n")
        return int(status), base64.b64decode("".join(output.split())).decode(errors="replace").strip()

    def _read_until(self, word, end):
        said = b""
        while word.encode() not in said:
            left = end - time.monotonic()
            if left <= 0:
                raise GuestLost(f"no answer in time; its console ends with {self.tail()}")
            self._socket.settimeout(left)
            try:
                received = self._socket.recv(65536)
            except TimeoutError:
                continue
            if not received:
                raise GuestLost(f"qemu ended; the console ends with {self.tail()}")
            said += received
        return said.decode(errors="replace")

    def tail(self):
        """The last lines of the console."""
        return "\n".join(self.console.read_text(errors="replace").splitlines()[-15:])
