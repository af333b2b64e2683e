package nbdj.api;

/**
 * The version of this interface.
 *
 * <p>A server accepts a plugin or filter that was built against the same major version and a minor
 * version not above its own. Within a major version only new types and new methods with a default
 * are added.
 *
 * @since 0.1
 */
public final class Nbdj {
  /**
   * The version of the interface at compile time: major times 1000 plus minor.
   *
   * <p>A compile-time constant: a class that writes {@code @Registered(api = Nbdj.API_VERSION)}
   * records the version it was built against.
   */
  public static final int API_VERSION = 1;

  private Nbdj() {}

  /** Get the version of the interface at run time, in the form of {@link #API_VERSION}. */
  public static int apiVersion() {
    return API_VERSION;
  }

  /**
   * Write a version as a person reads it.
   *
   * @param version a version in the form of {@link #API_VERSION}
   * @return major and minor, for example {@code "0.1"}
   */
  public static String describe(int version) {
    return version / 1000 + "." + version % 1000;
  }
}
