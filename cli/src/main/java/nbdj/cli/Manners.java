package nbdj.cli;

/**
 * Whose manners the command has: its own, or those of nbdkit, which scripts written for that
 * expect.
 */
enum Manners {
  /** The command's own. */
  NBDJ,
  /** Those of nbdkit; the launcher {@code bin/nbdkit} asks for them. */
  NBDKIT;

  /** The version of nbdkit whose options and manners these are, for programs that ask. */
  static final String NBDKIT_VERSION = "1.44.0";

  /** The system property by which the launcher tells. */
  private static final String PROPERTY = "nbdj.manners";

  /** Get the manners that the launcher asked for. */
  static Manners ofThisProcess() {
    return System.getProperty(PROPERTY, "").equals("nbdkit") ? NBDKIT : NBDJ;
  }

  /** Tell whether TCP without an address is open to other machines. */
  boolean listensEverywhere() {
    return this == NBDKIT;
  }

  /** Tell whether clients that ask for it get TLS without {@code --tls}, if there are keys. */
  boolean encryptsWhereItCan() {
    return this == NBDKIT;
  }

  /** Get the exit status for a command that is wrong. */
  int wrongCommand() {
    return this == NBDKIT ? 1 : 2;
  }

  /** Get the name that messages begin with unless {@code --name} gives another. */
  String program() {
    return this == NBDKIT ? "nbdkit" : "nbdj";
  }
}
