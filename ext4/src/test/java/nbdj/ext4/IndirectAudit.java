package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/** Checks that no node of a map of pointers is empty, or hangs from two of them. */
final class IndirectAudit {

  private final Volume volume;
  private final Set<Long> nodes = new HashSet<>();

  IndirectAudit(Volume volume) {
    this.volume = volume;
  }

  /** Check all nodes and return their places. */
  Set<Long> nodes(byte[] root) throws IOException {
    for (int levels = 1; levels <= 3; levels++) {
      check(LittleEndian.u32(root, 4 * (11 + levels)), levels);
    }
    return nodes;
  }

  private void check(long node, int levels) throws IOException {
    if (node == 0 || levels == 0) {
      return;
    }
    assertTrue(nodes.add(node), "node that two lead to");
    byte[] bytes = volume.reader.block(node, "node");
    boolean empty = true;
    for (int at = 0; at < bytes.length; at += 4) {
      empty &= LittleEndian.i32(bytes, at) == 0;
      check(LittleEndian.u32(bytes, at), levels - 1);
    }
    assertTrue(!empty, "empty node");
  }
}
