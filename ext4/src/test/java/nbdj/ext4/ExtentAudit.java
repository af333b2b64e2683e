package nbdj.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks what the reader of a tree of extents does not: that it is as an editor leaves it. */
final class ExtentAudit {

  private final ExtentNodes form;
  private final int most;
  private final Set<Long> nodes = new HashSet<>();

  ExtentAudit(ExtentNodes form, int most) {
    this.form = form;
    this.most = most;
  }

  /** Check all nodes and return their places. */
  Set<Long> nodes(byte[] root) throws IOException {
    assertEquals(4, LittleEndian.u16(root, 4), "room in the root");
    check(form.root(root), ExtentNodes.LIMIT, Math.min(4, most));
    return nodes;
  }

  private void check(ExtentNode node, long end, int room) throws IOException {
    assertTrue(node.size() <= room, () -> "node of " + node.size() + " entries");
    List<Extent> extents = node.extents();
    for (int i = 1; i < extents.size(); i++) {
      Extent last = extents.get(i - 1);
      assertTrue(
          !last.continuedBy(extents.get(i)) || last.length() == Extent.most(last.written()),
          () -> last + " could be longer");
    }
    List<ExtentIndex> children = node.children();
    for (int i = 0; i < children.size(); i++) {
      ExtentIndex entry = children.get(i);
      long childEnd = i + 1 < children.size() ? children.get(i + 1).logical() : end;
      ExtentNode child = form.read(entry.block(), node.depth() - 1, entry.logical(), childEnd);
      assertTrue(child.size() > 0, "empty node");
      assertEquals(entry.logical(), child.first(), "key of a node");
      assertTrue(nodes.add(entry.block()), "node that two lead to");
      check(child, childEnd, most);
    }
  }
}
