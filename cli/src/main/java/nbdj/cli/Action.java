package nbdj.cli;

/** What a command asks for. */
enum Action {
  /** Serve the plugin. */
  SERVE,
  /** Explain the options, or the parameters of the layers that are named. */
  HELP,
  /** Print the version, and check that the layers that are named can be loaded. */
  VERSION,
  /** List the plugins and filters that can be named. */
  LIST,
  /** Describe the plugin as configured, for programs. */
  DUMP,
  /** Describe the command itself, for programs. */
  CONFIG,
  /** List the options of one letter, for completion in shells. */
  SHORT_OPTIONS,
  /** List the options of many letters. */
  LONG_OPTIONS
}
