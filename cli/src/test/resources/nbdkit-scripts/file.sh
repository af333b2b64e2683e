# A file is served, copied out and in.
head -c 100000 /dev/urandom > "$dir/a"
truncate -s 100000 "$dir/b"
nbdkit -U - -r file "$dir/a" --run "qemu-img convert -f raw -O raw \"\$uri\" '$dir/copy'"
cmp -n 100000 "$dir/a" "$dir/copy"
nbdkit -U - file file="$dir/b" --run "nbdcopy '$dir/a' \"\$uri\""
cmp -n 100000 "$dir/a" "$dir/b"
