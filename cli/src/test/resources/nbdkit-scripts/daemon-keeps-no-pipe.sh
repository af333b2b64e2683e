# Whoever reads what the command prints gets to the end of it though the server goes on.
printed=$(nbdkit --pidfile "$dir/pid" --unix "$dir/sock" memory 1M 2>&1)
test -z "$printed"
for i in 1 2 3 4 5 6 7 8 9 10; do
  test -s "$dir/pid" && break
  sleep 1
done
kill "$(cat "$dir/pid")"
