# Messages go where the command says.
nbdkit -U - --log=null memory 1M --run true 2> "$dir/err"
test ! -s "$dir/err"
nbdkit -U - -v --log=stderr -D nbdkit.backend.datapath=0 memory 1M --run 'nbdinfo "$uri" > /dev/null' 2> "$dir/err"
grep -q '^nbdkit: .*debug: ' "$dir/err"
