# Find a JDK for nbdj: sets java_home, or prints one line and returns 1.
# Looks at NBDJ_JAVA_HOME, JAVA_HOME, PATH and the usual folders, in this order.

least=25

# fits HOME: HOME holds a Java of at least that version. Sets version to its major number.
# The file "release" tells without starting a JVM, which would take longer than nbdj itself.
fits() {
  [ -x "$1/bin/java" ] || return 1
  version=
  if [ -r "$1/release" ]; then
    while IFS='="' read -r key _ value _; do
      [ "$key" = JAVA_VERSION ] && version=${value%%.*} && break
    done < "$1/release"
  else
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p;q')
  fi
  version=${version%%[!0-9]*}
  [ "${version:-0}" -ge "$least" ]
}

find_java() {
  if [ -n "${NBDJ_JAVA_HOME:-}" ]; then
    java_home=$NBDJ_JAVA_HOME
    fits "$java_home" && return 0
    echo "nbdj: NBDJ_JAVA_HOME=$java_home: no Java $least or newer is there" >&2
    return 1
  fi
  java_home=${JAVA_HOME:-}
  [ -n "$java_home" ] && fits "$java_home" && return 0
  if java_home=$(command -v java) && java_home=$(readlink -f "$java_home"); then
    java_home=${java_home%/bin/java}
    fits "$java_home" && return 0
  fi
  java_home=
  newest=0
  for candidate in /usr/lib/jvm/* /opt/java/* /opt/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if fits "$candidate" && [ "$version" -gt "$newest" ]; then
      newest=$version
      java_home=$candidate
    fi
  done
  [ -n "$java_home" ] && return 0
  echo "nbdj: Java $least or newer is needed: install a JDK $least (Debian: openjdk-$least-jdk, or Temurin from adoptium.net) or set NBDJ_JAVA_HOME" >&2
  return 1
}
