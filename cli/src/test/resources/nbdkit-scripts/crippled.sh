# Less of the protocol, to see how clients do with that.
nbdkit -U - --no-sr memory 1M --run 'nbdinfo --size "$uri"'
nbdkit -U - --mask-handshake=0 memory 1M --run 'nbdinfo --size "$uri"'
nbdkit -U - --mask-handshake=0x1 memory 1M --run 'nbdinfo --size "$uri"'
