package nbdj.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.InOrder;

final class CacheEvictionTests {
  @TempDir Path folder;
  private final FileControl control = mock(FileControl.class);

  @Test
  void writes_areStartedAtOnce_andWaitedForWhenEightMoreHaveCome() throws IOException {
    try (Served served = served("none")) {
      for (int i = 0; i < 8; i++) {
        served.fill(i * 10L, 10, i);
        verify(control).startWriteback(i * 10L, 10);
      }
      verify(control, never()).finishWriteback(anyLong(), anyLong());
      served.fill(80, 10, 1);
      InOrder order = inOrder(control);
      order.verify(control).finishWriteback(0, 10);
      order.verify(control).evict(0, 10);
      verify(control, never()).evict(10, 10);
    }
    for (int i = 1; i <= 8; i++) {
      verify(control).evict(i * 10L, 10);
    }
    verify(control).close();
  }

  @Test
  void reads_areEvicted() throws IOException {
    try (Served served = served("none")) {
      served.handle.read(5, 50_000, new Answer());
      verify(control).evict(5, 50_000);
    }
  }

  @Test
  void cacheDefault_evictsNothing() throws IOException {
    try (Served served = served("default")) {
      served.fill(0, 10, 1);
      assertEquals(1, served.read(0, 10)[9]);
      verify(control, never()).evict(anyLong(), anyLong());
      verify(control, never()).startWriteback(anyLong(), anyLong());
    }
  }

  private Served served(String cache) throws IOException {
    return Served.of(Places.sparseFile(folder, 100_000), Fakes.of(control), "cache", cache);
  }
}
