# Filters stand in front of the plugin in the order of the command.
nbdkit -U - --filter=error --filter=delay memory 1M rdelay=1ms error-pread-rate=100% error-pread=ENOSPC \
  --run 'nbdsh -u "$uri" -c "
try:
    h.pread(512, 0)
    raise SystemExit(1)
except nbd.Error as e:
    assert e.errno == \"ENOSPC\", e
"'
