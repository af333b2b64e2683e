"""What the kernel does with an export, each scenario with a server of its own."""

import os
import signal
import subprocess
import time

from lab import DEVICE, check, same

MIB = 1 << 20


def attached(lab):
    """Size, block size, read-only flag and limits are those of the export."""
    disk = lab.disk(64)
    lab.attach(lab.serve("file", f"dir={lab.folder}"), export=disk.name)
    same(64 * MIB, lab.run(f"blockdev --getsize64 {DEVICE}"), "the size")
    same(512, lab.run(f"blockdev --getss {DEVICE}"), "the logical block size")
    same(0, lab.run(f"blockdev --getro {DEVICE}"), "the read-only flag")
    same("write back", lab.queue("write_cache"), "write_cache")
    same(1, lab.queue("fua"), "fua")
    check(int(lab.queue("discard_max_bytes")) > 0, "there is no discard")
    for name in ("physical_block_size", "rotational", "discard_granularity", "write_zeroes_max_bytes"):
        lab.see(f"{name} {lab.queue(name)}")


def attached_readonly(lab):
    """A server with -r makes a device that cannot be written."""
    lab.attach(lab.serve("-r", "file", lab.disk(8, b"x" * MIB)))
    same(1, lab.run(f"blockdev --getro {DEVICE}"), "the read-only flag")
    lab.fails(f"dd if=/dev/zero of={DEVICE} bs=4k count=1 conv=fsync")
    same("xxxx", lab.run(f"head -c 4 {DEVICE}"), "the content")


def export_that_is_not_there(lab):
    """The client is refused, and the server serves the next one."""
    lab.disk(8)
    served = lab.serve("file", f"dir={lab.folder}")
    lab.fails(f"nbd_client -N missing 10.0.2.2 {served.port} {DEVICE}")
    lab.attach(served, export="disk")


def data(lab):
    """What fio writes through the kernel is read back after a detach."""
    served = lab.serve("file", lab.disk(64))
    lab.attach(served)
    options = "--rw=randwrite --bsrange=4k-256k --size=48m --iodepth=16 --verify=crc32c --randseed=7"
    lab.fio(options + " --do_verify=0 --end_fsync=1")
    lab.detach()
    lab.attach(served)
    lab.fio(options + " --verify_only=1")


def mixed(lab):
    """Reads and writes of all sizes at once, with FUA, flushes and discards between them."""
    lab.attach(lab.serve("file", lab.disk(64)))
    lab.fio("--rw=randrw --bsrange=512-128k --size=32m --iodepth=32 --verify=crc32c --fsync=16 --sync=1")
    lab.fio("--rw=randtrim --bs=64k --size=32m --io_size=8m --iodepth=4")


def connections(lab):
    """Four connections, used by four jobs at once."""
    served = lab.serve("file", lab.disk(64))
    lab.attach(served, "-C", "4")
    lab.fio("--rw=randwrite --bs=16k --size=12m --offset_increment=16m --numjobs=4 --iodepth=8 --verify=crc32c --end_fsync=1")


def make_filesystem(lab, kind="ext4"):
    lab.run(f"mke2fs -q -F -t {kind} {DEVICE} && mount -t ext4 {DEVICE} /mnt")
    lab.run("cp -a /etc /bin/busybox /mnt/; for i in $(seq 200); do echo $i > /mnt/file$i; done; rm /mnt/file1; sync; umount /mnt")
    lab.run(f"e2fsck -fn {DEVICE}", 300)


def check_filesystem(image):
    done = subprocess.run(["e2fsck", "-fn", str(image)], capture_output=True, text=True)
    check(done.returncode == 0, f"e2fsck on the host: {done.stdout}{done.stderr}")


def file_of(image, path):
    return subprocess.run(["debugfs", "-R", f"cat {path}", str(image)], check=True, capture_output=True).stdout


def filesystem(lab):
    """A filesystem that the guest makes and fills is whole, there and on the host."""
    disk = lab.disk(96)
    lab.attach(lab.serve("file", disk))
    make_filesystem(lab)
    lab.detach()
    lab.stop_servers()
    check_filesystem(disk)
    same(b"200\n", file_of(disk, "/file200"), "a file of the guest's")
    same(open("/bin/busybox", "rb").read() == file_of(disk, "/busybox"), True, "the guest's copy of busybox")


def held(path):
    """How many bytes a file takes on its disk."""
    return os.stat(path).st_blocks * 512


def discard(lab):
    """Discards reach the file."""
    disk = lab.disk(32, os.urandom(32 * MIB))
    lab.attach(lab.serve("file", disk))
    before = held(disk)
    lab.run(f"blkdiscard -o 8M -l 16M {DEVICE}")
    lab.see(f"{before >> 20} MiB before, {held(disk) >> 20} after")
    check(held(disk) <= before - 15 * MIB, f"of {before} bytes {held(disk)} are left")
    same("0000", lab.run(f"hexdump -v -s 8388608 -n 4 -e '4/1 \"%x\"' {DEVICE}"), "the discarded bytes")


def zero(lab):
    """Zeroes reach the file, and nothing else is changed."""
    content = os.urandom(32 * MIB)
    disk = lab.disk(32, content)
    lab.attach(lab.serve("file", disk))
    lab.run(f"blkdiscard -z -o 8M -l 16M {DEVICE}; sync")
    check(disk.read_bytes() == content[: 8 * MIB] + bytes(16 * MIB) + content[24 * MIB :], "the file has other bytes")
    lab.see(f"write_zeroes_max_bytes {lab.queue('write_zeroes_max_bytes')}, {held(disk) >> 20} of 32 MiB held")


def memory(lab):
    """A disk in memory: data, discards and a filesystem."""
    lab.attach(lab.serve("memory", "128M"))
    lab.fio("--rw=randwrite --bsrange=4k-128k --size=32m --iodepth=16 --verify=crc32c")
    lab.run(f"blkdiscard {DEVICE}")
    lab.run(f"cmp -n 33554432 {DEVICE} /dev/zero")
    make_filesystem(lab)


def file_in_image(lab):
    """A file inside an ext4 image is a disk; the image stays whole."""
    tree = lab.folder / "tree"
    tree.mkdir()
    with open(tree / "inner", "wb") as file:
        file.truncate(96 * MIB)
    image = lab.folder / "image"
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", str(tree), str(image), "160M"], check=True, capture_output=True)
    lab.attach(lab.serve("--filter=ext2", "file", image, "ext2file=/inner"))
    make_filesystem(lab)
    lab.fio("--rw=randwrite --bsrange=4k-256k --size=48m --iodepth=16 --verify=crc32c --end_fsync=1")
    make_filesystem(lab)
    lab.run(f"mount {DEVICE} /mnt; rm /mnt/busybox; fstrim /mnt 2> /dev/null; umount /mnt")
    lab.detach()
    lab.stop_servers()
    check_filesystem(image)
    inner = lab.folder / "inner"
    inner.write_bytes(file_of(image, "/inner"))
    check_filesystem(inner)
    same(b"200\n", file_of(inner, "/file200"), "a file of the guest's")


def partitions(lab):
    """The kernel finds the partitions of an export and keeps to them."""
    entry = b"\0\0\0\0\x83\0\0\0" + (2048).to_bytes(4, "little") + (16384).to_bytes(4, "little")
    disk = lab.disk(32, bytes(446) + entry + bytes(48) + b"\x55\xaa")
    lab.attach(lab.serve("file", disk))
    lab.run(f"for i in $(seq 50); do [ -b {DEVICE}p1 ] && exit; blockdev --rereadpt {DEVICE}; sleep 0.1; done; false")
    same(16384 * 512, lab.run(f"blockdev --getsize64 {DEVICE}p1"), "the size of the partition")
    lab.run(f"echo hello | dd of={DEVICE}p1 bs=512 conv=sync,fsync")
    same(b"hello", disk.read_bytes()[MIB : MIB + 5], "the start of the partition")


def encrypted(lab):
    """nbd-client's TLS, which it does in user space, with and without a right certificate."""
    served = lab.serve("--tls=require", f"--tls-certificates={lab.pki}", "file", lab.disk(32))
    lab.fails(f"nbd_client 10.0.2.2 {served.port} {DEVICE}")
    lab.fails(f"nbd_client 10.0.2.2 {served.port} {DEVICE} -A /etc/pki/ca-cert.pem -H elsewhere")
    lab.clean()
    lab.attach(served, "-A", "/etc/pki/ca-cert.pem", "-H", "localhost")
    lab.fio("--rw=randwrite --bsrange=4k-64k --size=16m --iodepth=8 --verify=crc32c")


def restarted(lab):
    """The server ends and comes back under a guest that writes: by SIGTERM, SIGKILL and SIGTERM."""
    restart(lab, lab.serve("file", lab.disk(64)), 1)


def restarted_with_connections(lab):
    """The same with four connections."""
    restart(lab, lab.serve("file", lab.disk(64)), 4)


def restart(lab, served, count):
    lab.attach_durably(served, count)
    lab.start_fio("--rw=randwrite --bsrange=4k-32k --size=24m --iodepth=8 --rate_iops=150 --verify=crc32c --randseed=5")
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
        before = lab.written()
        lab.run(f"for i in $(seq 300); do set -- $(cat /sys/block/nbd0/stat); [ $5 -gt {before + 100} ] && exit; sleep 0.1; done; false")
        if number == signal.SIGTERM:
            served.stop()
        else:
            served.kill()
        time.sleep(1)
        served.start()
    lab.await_fio()
    again = lab.run("cat /tmp/attach").count("attached again")
    check(again >= 3, f"the kernel was given new connections {again} times: nothing was tested")
    lab.see(f"connected again {again} times")
    lab.fio("--rw=randwrite --bsrange=4k-32k --size=24m --iodepth=8 --verify=crc32c --randseed=5 --verify_only=1")


def gone(lab):
    """Clients that leave in the middle of writing: the server serves the next one."""
    served = lab.serve("file", lab.disk(64))
    for leaving in (f"nbd_client -d {DEVICE}", "killall -9 nbd-client"):
        lab.attach(served, "-L")
        lab.start_fio("--rw=randwrite --bs=64k --size=48m --iodepth=32 --time_based --runtime=20")
        time.sleep(3)
        lab.run(leaving + "; for i in $(seq 120); do [ -e /tmp/status ] && exit 0; sleep 0.5; done; false", 90)
        lab.clean()
    lab.attach(served)
    lab.fio("--rw=randwrite --bs=64k --size=8m --iodepth=8 --verify=crc32c")


ALL = (
    attached, attached_readonly, export_that_is_not_there, data, mixed, connections, filesystem, discard, zero, memory, file_in_image,
    partitions, encrypted, restarted, restarted_with_connections, gone)
