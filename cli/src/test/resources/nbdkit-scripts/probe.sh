# Programs find out what there is by exit statuses and key=value lines.
nbdkit --version | grep -q '^nbdkit 1\.'
nbdkit memory --version > /dev/null
nbdkit --filter=delay memory --version > /dev/null
nbdkit nosuchplugin --version > /dev/null 2>&1 && exit 1
nbdkit --filter=nosuchfilter memory --version > /dev/null 2>&1 && exit 1
nbdkit --dump-config > "$dir/config"
grep -q '^version_major=1$' "$dir/config"
grep -q '^exit_with_parent=yes$' "$dir/config"
nbdkit --dump-plugin memory > "$dir/plugin"
grep -q '^name=memory$' "$dir/plugin"
grep -q '^thread_model=parallel$' "$dir/plugin"
nbdkit --help > /dev/null
nbdkit memory --help | grep -q size
