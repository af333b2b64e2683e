#!/bin/sh
# Make the cache of loaded classes that bin/nbdj starts with: once after unpacking, or after Java was updated, by a user who
# may write here. Needs a JDK. Without the cache everything works, and starts more slowly.
set -u

lib=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P) || exit 1
home=${lib%/*}
. "$lib/find-java.sh"
find_java || exit 1
. "$lib/cache.sh"
cache_fits && exit 0

rm -f "$lib/nbdj.aot" "$lib/nbdj.aot.of"
said=$(NBDJ_JAVA_HOME=$java_home "$java_home/bin/java" "$lib/MakeCache.java" "$home/bin/nbdj" "$lib/nbdj.aot" 2>&1) &&
  fingerprint > "$lib/nbdj.aot.of" 2> /dev/null || {
  rm -f "$lib/nbdj.aot"
  printf '%s\n' "make-cache: nbdj will start without a cache of classes:" "$said" >&2
  exit 1
}
