# The cache of loaded classes in lib/nbdj.aot, with which nbdj starts in a third of the time.
# The JVM does not compare it with the jars: after one was replaced it would go on running the old classes. So the cache
# is used only while the Java and the contents of the jars are those that it was made of, which lib/nbdj.aot.of tells.

# Say what a cache would be made of now. Needs home and java_home.
fingerprint() {
  cksum < "$java_home/release"
  (cd "$home/lib" && cksum ./*.jar)
}

# Tell whether there is a cache, and made of just that.
cache_fits() {
  [ -r "$home/lib/nbdj.aot" ] && fingerprint 2> /dev/null | cmp -s - "$home/lib/nbdj.aot.of"
}
