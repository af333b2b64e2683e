# nbdkit goes into the background, and serves when its pid file is there.
nbdkit -P "$dir/pid" -U "$dir/sock" memory 1M
for i in 1 2 3 4 5 6 7 8 9 10; do
  test -s "$dir/pid" && break
  sleep 1
done
test "$(nbdinfo --size "nbd+unix:///?socket=$dir/sock")" = 1048576
kill "$(cat "$dir/pid")"
