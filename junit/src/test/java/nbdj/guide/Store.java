package nbdj.guide;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import nbdj.api.NbdError;
import nbdj.client.NbdClient;
import nbdj.client.NbdServerException;

/** A list of words on a disk, each in a sector of its own, and their number in the first. */
final class Store {
  private static final int SECTOR = 512;

  private final NbdClient disk;
  private int count;

  private Store(NbdClient disk) throws IOException {
    this.disk = disk;
    this.count = ByteBuffer.wrap(disk.read(0, Integer.BYTES)).getInt();
  }

  /** Open what is on a disk; zeroes are an empty store. */
  static Store open(URI disk) throws IOException {
    return new Store(NbdClient.connect(disk));
  }

  /** Add a word, which lasts once it is {@linkplain #commit committed}. */
  void append(String word) throws IOException {
    byte[] text = word.getBytes(StandardCharsets.UTF_8);
    ByteBuffer sector = ByteBuffer.allocate(SECTOR).put((byte) text.length).put(text).rewind();
    try {
      disk.write(sector, (count + 1L) * SECTOR);
    } catch (NbdServerException e) {
      throw e.number() == NbdError.ENOSPC.number() ? new StoreFullException(e) : e;
    }
    count++;
  }

  /** Make all words last. */
  void commit() throws IOException {
    disk.flush();
    disk.write(ByteBuffer.allocate(Integer.BYTES).putInt(count).flip(), 0);
    disk.flush();
  }

  /** Get all words in their order. */
  List<String> all() throws IOException {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] sector = disk.read((i + 1L) * SECTOR, SECTOR);
      words.add(new String(sector, 1, sector[0], StandardCharsets.UTF_8));
    }
    return words;
  }
}
