package nbdj.cli;

import java.util.List;

/**
 * An option of nbdkit that this command knows and does not have.
 *
 * @param names its names, the long one last
 * @param takesValue it has a value
 * @param reason why it is refused, and what to do instead
 */
record RefusedOption(List<String> names, boolean takesValue, String reason) {
  private static final List<RefusedOption> ALL =
      List.of(
          new RefusedOption(
              List.of("-o", "--old-style", "--oldstyle"),
              false,
              "the oldstyle protocol has no export names and is not spoken; every client since 2010"
                  + " speaks the newstyle one"),
          new RefusedOption(
              List.of("-u", "--user"),
              true,
              "nbdj does not change its user: start it as that user, by User= of systemd or by"
                  + " setpriv"),
          new RefusedOption(
              List.of("-g", "--group"),
              true,
              "nbdj does not change its group: start it with that group, by Group= of systemd or by"
                  + " setpriv"),
          new RefusedOption(
              List.of("--tls-psk"),
              true,
              "keys shared beforehand are not offered, for Java's TLS does not know them; use"
                  + " certificates: --tls-certificates DIR"),
          new RefusedOption(
              List.of("--selinux-label"),
              true,
              "nbdj does not label its socket: have systemd open it, by SELinuxContextFromNet= or a"
                  + " label of the unit"),
          new RefusedOption(
              List.of("--swap"),
              false,
              "a Java process cannot lock all it needs into memory, so nbdj is no place to swap to"),
          new RefusedOption(
              List.of("--vsock"),
              false,
              "Java knows no sockets between virtual machines: put socat between such a port and a"
                  + " unix socket"));

  /** Get all of them. */
  static List<RefusedOption> all() {
    return ALL;
  }

  /** Get the longest name. */
  String name() {
    return names.getLast();
  }

  /** Get the option, which help does not show. */
  Option option() {
    return new Option(names, takesValue ? "PARAM" : "", false, true, "");
  }
}
