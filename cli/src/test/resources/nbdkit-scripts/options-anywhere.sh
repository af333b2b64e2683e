# Options may follow the plugin and its parameters, and long ones may be cut short.
nbdkit memory 1M -r -U - --run 'nbdinfo --is read-only "$uri"'
nbdkit memory size=1M --reado -U - --threads=3 --run 'nbdinfo --is read-only "$uri"'
nbdkit -U - --newstyle -n memory 1M --export x --run 'test "$exportname" = x || test -n "$uri"'
