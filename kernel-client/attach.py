"""Attach an export to the kernel, and attach it again when its server has gone, while requests wait.

usage: attach.py INDEX HOST PORT EXPORT CONNECTIONS SECONDS

Runs in the guest. Debian's nbd-client fails what is under way when a server goes; the kernel can hold requests back for
some SECONDS, which is asked for by netlink. The program leaves once the device is detached.
"""

import os
import select
import socket
import struct
import sys
import time

GENERIC, CONTROL, GET_FAMILY = 16, 16, 3
CONNECT, RECONFIGURE = 1, 3
INDEX, SIZE, BLOCK_SIZE, SERVER_FLAGS, SOCKETS, DEAD_SECONDS = 1, 2, 3, 5, 7, 8
GO, REPLY_MAGIC = 7, 0x3E889045565A9


class Gone(Exception):
    """The server is not there, or leaves during the handshake."""


def receive(link, count):
    data = b""
    while len(data) < count:
        some = link.recv(count - len(data))
        if not some:
            raise Gone("the server closed the connection")
        data += some
    return data


def handshake(link, export):
    """Get the export's size and flags, once it is in transmission."""
    if receive(link, 16) != b"NBDMAGICIHAVEOPT":
        raise SystemExit("not a newstyle NBD server")
    receive(link, 2)
    name = export.encode()
    data = struct.pack(">I", len(name)) + name + struct.pack(">H", 0)
    link.sendall(struct.pack(">I", 3) + b"IHAVEOPT" + struct.pack(">II", GO, len(data)) + data)
    found = None
    while True:
        magic, _, kind, length = struct.unpack(">QIII", receive(link, 20))
        payload = receive(link, length)
        if magic != REPLY_MAGIC or kind >= 1 << 31:
            raise SystemExit(f"refused: {payload}")
        if kind == 1:
            return found
        if payload[:2] == b"\0\0":
            found = struct.unpack(">QH", payload[2:12])


def attribute(kind, payload):
    return struct.pack("=HH", 4 + len(payload), kind) + payload + b"\0" * (-len(payload) % 4)


class Netlink:
    """The kernel's generic netlink, and the family nbd in it."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, GENERIC)
        self.socket.bind((0, 0))
        answer = self.ask(CONTROL, GET_FAMILY, attribute(2, b"nbd\0"))
        at = 0
        while at < len(answer):
            length, kind = struct.unpack_from("=HH", answer, at)
            if kind == 1:
                self.family = struct.unpack_from("=H", answer, at + 4)[0]
            at += (length + 3) & ~3

    def ask(self, family, command, attributes):
        """Send a request, and get the attributes of the answer, if it has any."""
        body = struct.pack("=BBH", command, 1, 0) + attributes
        self.socket.send(struct.pack("=IHHII", 16 + len(body), family, 5, 1, 0) + body)
        answer = b""
        while True:
            message = self.socket.recv(65536)
            while message:
                length, kind = struct.unpack_from("=IH", message)
                if kind == 2:
                    error = -struct.unpack_from("=i", message, 16)[0]
                    if error:
                        raise OSError(error, os.strerror(error))
                    return answer
                answer = message[20:length]
                message = message[(length + 3) & ~3:]

    def nbd(self, command, index, links, *attributes):
        sockets = b"".join(attribute(1, attribute(1, struct.pack("=I", link.fileno()))) for link in links)
        self.ask(self.family, command, attribute(INDEX, struct.pack("=I", index)) + attribute(SOCKETS, sockets) + b"".join(attributes))


def open_all(address, export, count):
    links = []
    for _ in range(count):
        try:
            link = socket.create_connection(address, timeout=10)
            facts = handshake(link, export)
        except (OSError, Gone) as e:
            raise Gone(str(e))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.settimeout(None)
        links.append(link)
    return links, facts


def main():
    index, host, port, export, count, seconds = sys.argv[1:]
    # As bytes a host needs no encoding, which is a module that the guest does not have.
    index, address, count = int(index), (host.encode(), int(port)), int(count)
    netlink = Netlink()
    links, (size, flags) = open_all(address, export, count)
    number = lambda kind, value: attribute(kind, struct.pack("=Q", value))
    netlink.nbd(
        CONNECT, index, links, number(SIZE, size), number(BLOCK_SIZE, 512), number(SERVER_FLAGS, flags),
        number(DEAD_SECONDS, int(seconds)))
    print("attached", flush=True)
    if os.fork():
        return
    attached = f"/sys/block/nbd{index}/pid"
    while True:
        ends = select.poll()
        for link in links:
            ends.register(link, 0x2000)  # POLLRDHUP: nothing is read, that is the kernel's.
        ends.poll()
        # The kernel sees the same end; it takes new connections only in place of those it holds for dead.
        time.sleep(0.5)
        while os.path.exists(attached):
            try:
                links, _ = open_all(address, export, count)
                netlink.nbd(RECONFIGURE, index, links)
                print("attached again", flush=True)
                break
            except Gone as e:
                print(f"not yet: {e}", flush=True)
                time.sleep(0.2)
        else:
            print("detached", flush=True)
            return


main()
