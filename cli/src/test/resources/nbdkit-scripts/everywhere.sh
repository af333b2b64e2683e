# TCP without an address is every address.
port=$((20000 + $$ % 20000))
nbdkit -f -P "$dir/pid" -p "$port" memory 1M &
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  test -s "$dir/pid" && break
  sleep 1
done
test "$(nbdinfo --size "nbd://127.0.0.1:$port")" = 1048576
test "$(nbdinfo --size "nbd://127.0.0.2:$port")" = 1048576
kill "$(cat "$dir/pid")"
wait
