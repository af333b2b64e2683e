package nbdj.ext4.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What the committed transactions of a log hold: the newest content of each block in it. */
public final class Recovery {

  /** Where in the log the content of a block is, and whether its magic number is missing there. */
  record Place(long logBlock, boolean escaped) {}

  /** Receives the blocks that are to be replayed. */
  public interface Target {

    /**
     * Take a block.
     *
     * @param block its number in the filesystem
     * @param content owned by the target
     */
    void accept(long block, byte[] content) throws IOException;
  }

  private final LogReader reader;
  private final int nextTransaction;
  private final Map<Long, Place> places;

  Recovery(LogReader reader, int nextTransaction, Map<Long, Place> places) {
    this.reader = reader;
    this.nextTransaction = nextTransaction;
    this.places = places;
  }

  /** Return the number of blocks to be replayed: fewer than the log has. */
  public int count() {
    return places.size();
  }

  /** Return the number that no transaction in the log has, and the next to be written may have. */
  public int nextTransaction() {
    // One is left out, so that a fast commit that was in the making cannot be taken for the next.
    return nextTransaction + 1;
  }

  /** Hand out every block once, in the order in which they stand in the log. */
  public void replay(Target target) throws IOException {
    List<Map.Entry<Long, Place>> inOrder =
        places.entrySet().stream()
            .sorted(Comparator.comparingLong(entry -> entry.getValue().logBlock))
            .toList();
    for (Map.Entry<Long, Place> entry : inOrder) {
      byte[] content = reader.block(entry.getValue().logBlock);
      if (entry.getValue().escaped) {
        ByteBuffer.wrap(content).putInt(0, LogFormat.MAGIC);
      }
      target.accept(entry.getKey(), content);
    }
  }
}
