package nbdj.client;

import java.util.EnumSet;
import java.util.Set;

/** Refuses what a server need not take: requests that it did not offer, or outside the export. */
final class Checks {
  private final NbdExport export;
  private final String place;

  Checks(NbdExport export, String place) {
    this.export = export;
    this.place = place;
  }

  /**
   * Check a request that has a range.
   *
   * @throws IllegalArgumentException if the range or a flag is wrong
   * @throws UnsupportedOperationException if the export does not offer it
   */
  void check(Command command, long offset, long count, CommandFlag... flags) {
    switch (command) {
      case READ, DISCONNECT -> {}
      case WRITE -> writable(command);
      case FLUSH -> offered(ExportFlag.SEND_FLUSH, command.toString());
      case TRIM -> {
        writable(command);
        offered(ExportFlag.SEND_TRIM, command.toString());
      }
      case CACHE -> offered(ExportFlag.SEND_CACHE, command.toString());
      case WRITE_ZEROES -> {
        writable(command);
        offered(ExportFlag.SEND_WRITE_ZEROES, command.toString());
      }
      case BLOCK_STATUS -> {
        if (export.contexts().isEmpty()) {
          throw unsupported("block status: no metadata context was agreed on");
        }
        if (count == 0) {
          throw new IllegalArgumentException("block status needs a range of at least one byte");
        }
      }
    }
    for (CommandFlag flag : flags) {
      check(command, flag);
    }
    if (offset < 0 || count < 0 || offset > export.size() - count) {
      throw new IllegalArgumentException(
          "%s of %d bytes at %d: the export %s has %d bytes"
              .formatted(command, count, offset, name(), export.size()));
    }
  }

  private void check(Command command, CommandFlag flag) {
    Set<CommandFlag> allowed =
        switch (command) {
          case READ -> EnumSet.of(CommandFlag.DONT_FRAGMENT);
          case WRITE, TRIM -> EnumSet.of(CommandFlag.FUA);
          case WRITE_ZEROES ->
              EnumSet.of(CommandFlag.FUA, CommandFlag.NO_HOLE, CommandFlag.FAST_ZERO);
          case BLOCK_STATUS -> EnumSet.of(CommandFlag.REQUEST_ONE);
          case DISCONNECT, FLUSH, CACHE -> EnumSet.noneOf(CommandFlag.class);
        };
    if (!allowed.contains(flag)) {
      throw new IllegalArgumentException(
          "%s cannot have %s, only %s".formatted(command, flag, allowed));
    }
    switch (flag) {
      case FUA -> offered(ExportFlag.SEND_FUA, "FUA");
      case DONT_FRAGMENT -> offered(ExportFlag.SEND_DF, "reads in one piece");
      case FAST_ZERO -> offered(ExportFlag.SEND_FAST_ZERO, "fast zeroing");
      case NO_HOLE, REQUEST_ONE -> {}
    }
  }

  private void writable(Command command) {
    if (export.isReadOnly()) {
      throw unsupported("%s: it is read-only".formatted(command));
    }
  }

  private void offered(ExportFlag flag, String what) {
    if (!export.has(flag)) {
      throw unsupported("%s: it lacks %s".formatted(what, flag));
    }
  }

  private UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(
        "the export %s does not offer %s".formatted(name(), what));
  }

  private String name() {
    return "'%s' of %s".formatted(export.name(), place);
  }
}
