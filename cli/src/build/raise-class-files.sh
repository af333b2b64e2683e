#!/bin/sh
# Raise the class files of a jar with the Java that nbdj will run on, whichever one Maven runs on.
set -u

cli=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd -P) || exit 1
. "$cli/src/main/dist/lib/find-java.sh"
find_java || exit 1
exec "$java_home/bin/java" "$cli/src/build/RaiseClassFiles.java" "$@"
