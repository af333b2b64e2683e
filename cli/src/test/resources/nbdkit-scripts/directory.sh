# Each file of a folder is an export.
mkdir "$dir/disks"
truncate -s 1M "$dir/disks/one"
truncate -s 2M "$dir/disks/two"
nbdkit -U - file dir="$dir/disks" --run 'nbdinfo --size "nbd+unix:///two?socket=$unixsocket"' > "$dir/size"
test "$(cat "$dir/size")" = 2097152
