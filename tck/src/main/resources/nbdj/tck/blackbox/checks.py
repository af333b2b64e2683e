# Run by nbdsh with h connected; HEAD is a file with the first bytes of the export, GROUND the
# offset and length of what may be written. Each finding is a line: the broken rule, and what was
# seen. The last line is "done".
import errno

size = h.get_size()
head = open(HEAD, "rb").read()
structured = h.get_structured_replies_negotiated()
strict = h.get_strict_mode()


def refused(rule, name, call, *errors):
    h.set_strict_mode(strict & ~(nbd.STRICT_BOUNDS | nbd.STRICT_COMMANDS | nbd.STRICT_ALIGN))
    try:
        call()
        print("%s %s was not refused" % (rule, name))
    except nbd.Error as e:
        if e.errno not in errors:
            print("%s %s was refused with %s" % (rule, name, e.errno))
    finally:
        h.set_strict_mode(strict)


def same(rule, name, expected, offset):
    actual = bytes(h.pread(len(expected), offset))
    if actual != expected:
        at = next(i for i in range(len(expected)) if actual[i] != expected[i])
        print("%s %s: the byte at %d is 0x%02x, not 0x%02x"
              % (rule, name, offset + at, actual[at], expected[at]))


def status_is_true(rule, count):
    at = 0
    while at < count:
        extents = []
        h.block_status(count - at, at, lambda context, offset, entries, error: extents.extend(entries))
        if not extents:
            print("E-4 block status of %d bytes at %d was answered with nothing" % (count - at, at))
            return
        for length, state in zip(extents[0::2], extents[1::2]):
            part = min(length, count - at)
            if part > 0 and state & nbd.STATE_ZERO:
                same(rule, "said to read as zeroes", bytes(part), at)
            at += length


same("R-2", "read by nbdsh", head, 0)
refused("R-1", "a read behind the end", lambda: h.pread(1, size), "EINVAL")
same("R-2", "read after a refusal", head, 0)
if h.can_meta_context(nbd.CONTEXT_BASE_ALLOCATION):
    status_is_true("E-5", len(head))

offset, length = GROUND
if length >= 16:
    refused("W-1", "a write behind the end", lambda: h.pwrite(b"x", size), "EINVAL", "ENOSPC")
    data = bytes((i * 7 + i // 251) % 256 for i in range(length))
    h.pwrite(data, offset)
    same("W-2", "written by nbdsh", data, offset)
    if h.can_fua():
        h.pwrite(data[:16], offset, nbd.CMD_FLAG_FUA)
    if h.can_zero():
        h.zero(length // 2, offset)
        same("W-4", "zeroed by nbdsh", bytes(length // 2) + data[length // 2:], offset)
        if h.can_meta_context(nbd.CONTEXT_BASE_ALLOCATION):
            status_is_true("E-5", min(size, offset + length))
    if h.can_trim():
        h.trim(length // 2, offset)
        same("W-5", "beside what nbdsh trimmed", data[length // 2:], offset + length // 2)
    if h.can_flush():
        h.flush()
h.shutdown()
print("done")
