package nbdj.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AvailableMemoryTests {
  @TempDir Path root;

  @Test
  void noProc_isUnknown() {
    assertEquals(AvailableMemory.UNKNOWN, new AvailableMemory(root).getAsLong());
  }

  @Test
  void machineAlone_isMemAvailable() throws IOException {
    put("proc/meminfo", "MemTotal: 10 kB\nMemFree: 3 kB\nMemAvailable:     7 kB\n");
    assertEquals(7 * 1024, new AvailableMemory(root).getAsLong());
  }

  @Test
  void unifiedGroup_isTheLeastOfItAndThoseAround() throws IOException {
    put("proc/meminfo", "MemAvailable: 1000000 kB\n");
    put("proc/self/cgroup", "0::/a/b\n");
    put("sys/fs/cgroup/a/memory.max", "5000\n");
    put("sys/fs/cgroup/a/memory.current", "3000\n");
    put("sys/fs/cgroup/a/memory.stat", "anon 1\ninactive_file 400\n");
    put("sys/fs/cgroup/a/b/memory.max", "max\n");
    put("sys/fs/cgroup/a/b/memory.current", "100\n");
    assertEquals(2400, new AvailableMemory(root).getAsLong());
  }

  @Test
  void oldGroup_isLimitMinusUsage() throws IOException {
    put("proc/self/cgroup", "9:cpu:/x\n4:memory:/x\n");
    put("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "900\n");
    put("sys/fs/cgroup/memory/x/memory.usage_in_bytes", "1000\n");
    put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    put("sys/fs/cgroup/memory/memory.usage_in_bytes", "1000\n");
    assertEquals(0, new AvailableMemory(root).getAsLong());
  }

  @Test
  void thisMachine_hasSome() {
    assertTrue(new AvailableMemory(Path.of("/")).getAsLong() > 1 << 20);
  }

  private void put(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
