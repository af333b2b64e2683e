# The server lives as long as the command of --run, whose status is nbdkit's.
test "$(nbdkit -U - memory 1M --run 'nbdinfo --size "$uri"')" = 1048576
nbdkit -U - memory 1M --run 'exit 7' && exit 1
test $? = 7
nbdkit -U - memory 1M --run 'test -S "$unixsocket" && test -n "$nbd"'
