# In the foreground a signal ends it with status 0.
for option in -f --foreground --no-fork -fv; do
  rm -f "$dir/pid" "$dir/sock"
  nbdkit "$option" -P "$dir/pid" -U "$dir/sock" memory 1M 2> /dev/null &
  server=$!
  for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    test -s "$dir/pid" && break
    sleep 1
  done
  test "$(cat "$dir/pid")" = "$server"
  kill "$server"
  wait "$server"
done
