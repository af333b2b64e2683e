# Clients start it, over a socket handed over or over their standard streams.
test "$(nbdinfo --size -- [ nbdkit memory 1M ])" = 1048576
nbdsh -c "h.connect_command(['nbdkit', '-s', 'memory', '1M'])" -c 'assert h.get_size() == 1048576' -c 'h.shutdown()'
nbdsh -c "h.connect_command(['nbdkit', '-s', '--exit-with-parent', 'memory', '1M'])" -c 'h.shutdown()'
