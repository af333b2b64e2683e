package nbdj.client;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * An export of an NBD server, open over one connection.
 *
 * <pre>{@code
 * try (NbdClient client = NbdClient.connect(URI.create("nbd://localhost/disk"))) {
 *   byte[] first = client.read(0, 512);
 *   client.write(first, 512);
 *   client.flush();
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads. Any number of requests may be under way at once: each method
 * that waits has a twin that does not and returns a future. Requests are answered in any order;
 * those that overlap need the earlier one to be complete before the later is sent.
 *
 * <p>Offsets and lengths are in bytes. Data longer than the server takes at once, or than 32 MiB,
 * is sent as several requests, and so are ranges of 4 GiB and more unless the server knows extended
 * headers; each piece is done on its own, so a failure may leave some of them done. A server with a
 * minimum block size refuses what is not aligned to it.
 *
 * <p>Methods that wait cannot be interrupted, because the caller's buffer is in use until the reply
 * has come; an interrupt is kept, and the builder's timeout bounds the wait. What follows a future
 * runs on the connection's one thread: it must be short, and must not call methods that wait.
 *
 * <p>Requests fail with {@link NbdServerException} if the server says so, with {@link
 * NbdProtocolException} or {@link NbdDisconnectedException} if the connection is over; with {@link
 * UnsupportedOperationException} if the export does not offer them and with {@link
 * IllegalArgumentException} outside the export, unless the client is {@linkplain
 * NbdClientBuilder#unchecked unchecked}.
 *
 * @since 0.1
 */
public final class NbdClient implements AutoCloseable {
  private final NbdExport export;
  private final Transmission transmission;
  private final Requests requests;

  private NbdClient(NbdExport export, Transmission transmission, Requests requests) {
    this.export = export;
    this.transmission = transmission;
    this.requests = requests;
  }

  /**
   * Connect to the export that a URI names, with what the builder has from the start.
   *
   * @param uri {@code nbd://HOST[:PORT]/EXPORT} or {@code nbd+unix:///EXPORT?socket=PATH}; with
   *     {@code nbds} in front the connection is encrypted
   * @throws IllegalArgumentException if the URI is not one of NBD
   * @throws NbdClientException if the server cannot be reached, refuses, or breaks the protocol
   */
  public static NbdClient connect(URI uri) throws NbdClientException {
    return builder().connect(uri);
  }

  /** Begin to say how to connect. */
  public static NbdClientBuilder builder() {
    return new NbdClientBuilder();
  }

  /** Make a client of a connection whose handshake has ended. */
  static NbdClient over(
      Link link,
      String place,
      Input input,
      NbdExport export,
      Map<Integer, String> contexts,
      NbdClientBuilder settings) {
    Transmission transmission =
        new Transmission(link, place, input, export.headers(), settings.timeout());
    Requests requests =
        new Requests(
            transmission, export, new Checks(export, place), settings.isChecked(), contexts);
    transmission.start();
    return new NbdClient(export, transmission, requests);
  }

  /** Get what the server said of the export. */
  public NbdExport export() {
    return export;
  }

  /** Get the size of the export in bytes. */
  public long size() {
    return export.size();
  }

  /** Fill a buffer, from its position to its limit; its position is at its limit then. */
  public void read(ByteBuffer target, long offset, CommandFlag... flags) throws NbdClientException {
    requests.await(requests.read(writable(target), offset, flags));
    target.position(target.limit());
  }

  /** Read bytes. */
  public byte[] read(long offset, int count, CommandFlag... flags) throws NbdClientException {
    byte[] bytes = new byte[count];
    read(ByteBuffer.wrap(bytes), offset, flags);
    return bytes;
  }

  /**
   * Fill a buffer, from its position to its limit, which stay where they are.
   *
   * @param target the client's until the future is complete
   */
  public CompletableFuture<Void> readAsync(ByteBuffer target, long offset, CommandFlag... flags)
      throws NbdDisconnectedException {
    return Requests.together(requests.read(writable(target), offset, flags));
  }

  private static ByteBuffer writable(ByteBuffer target) {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("a buffer to read into must not be read-only");
    }
    return target;
  }

  /** Write a buffer, from its position to its limit; its position is at its limit then. */
  public void write(ByteBuffer source, long offset, CommandFlag... flags)
      throws NbdClientException {
    requests.await(requests.write(source, offset, flags));
    source.position(source.limit());
  }

  /** Write bytes. */
  public void write(byte[] source, long offset, CommandFlag... flags) throws NbdClientException {
    write(ByteBuffer.wrap(source), offset, flags);
  }

  /**
   * Write a buffer, from its position to its limit, which stay where they are.
   *
   * @param source not to be changed until the future is complete
   */
  public CompletableFuture<Void> writeAsync(ByteBuffer source, long offset, CommandFlag... flags)
      throws NbdDisconnectedException {
    return Requests.together(requests.write(source, offset, flags));
  }

  /** Make durable what completed before; on all connections if they may be used as one. */
  public void flush() throws NbdClientException {
    requests.await(requests.flush());
  }

  /** Make durable what completed before. */
  public CompletableFuture<Void> flushAsync() throws NbdDisconnectedException {
    return Requests.together(requests.flush());
  }

  /** Tell that a range is not needed: it reads as anything until it is written. */
  public void trim(long offset, long count, CommandFlag... flags) throws NbdClientException {
    requests.await(requests.range(Command.TRIM, offset, count, flags));
  }

  /** Tell that a range is not needed. */
  public CompletableFuture<Void> trimAsync(long offset, long count, CommandFlag... flags)
      throws NbdDisconnectedException {
    return Requests.together(requests.range(Command.TRIM, offset, count, flags));
  }

  /** Make a range read as zeroes. */
  public void writeZeroes(long offset, long count, CommandFlag... flags) throws NbdClientException {
    requests.await(requests.range(Command.WRITE_ZEROES, offset, count, flags));
  }

  /** Make a range read as zeroes. */
  public CompletableFuture<Void> writeZeroesAsync(long offset, long count, CommandFlag... flags)
      throws NbdDisconnectedException {
    return Requests.together(requests.range(Command.WRITE_ZEROES, offset, count, flags));
  }

  /** Tell that a range will be read soon. */
  public void cache(long offset, long count) throws NbdClientException {
    requests.await(requests.range(Command.CACHE, offset, count));
  }

  /** Tell that a range will be read soon. */
  public CompletableFuture<Void> cacheAsync(long offset, long count)
      throws NbdDisconnectedException {
    return Requests.together(requests.range(Command.CACHE, offset, count));
  }

  /**
   * Ask what is in a range.
   *
   * @return by context, the extents from the offset on, at least one of each; they may end before
   *     the range does, and the last may go on past it
   */
  public Map<String, List<Extent>> blockStatus(long offset, long count, CommandFlag... flags)
      throws NbdClientException {
    StatusRequest request = requests.blockStatus(offset, count, flags);
    requests.await(List.of(request));
    return request.answers();
  }

  /** Ask what is in a range, as {@link #blockStatus} does. */
  public CompletableFuture<Map<String, List<Extent>>> blockStatusAsync(
      long offset, long count, CommandFlag... flags) throws NbdDisconnectedException {
    StatusRequest request = requests.blockStatus(offset, count, flags);
    return request.future.thenApply(done -> request.answers());
  }

  /**
   * Ask which parts of a range are holes or read as zeroes, as often as it takes.
   *
   * @return extents of base:allocation that are the range, no less and no more; neighbours differ
   */
  public List<Extent> allocation(long offset, long count) throws NbdClientException {
    if (!export.contexts().contains(NbdClientBuilder.ALLOCATION)) {
      throw new UnsupportedOperationException(
          "the export '%s' does not offer %s"
              .formatted(export.name(), NbdClientBuilder.ALLOCATION));
    }
    List<Extent> extents = new ArrayList<>();
    long end = offset + count;
    for (long at = offset; at < end; at = extents.getLast().end()) {
      for (Extent extent :
          blockStatus(at, end - at).getOrDefault(NbdClientBuilder.ALLOCATION, List.of())) {
        add(extents, extent, end);
      }
    }
    return extents;
  }

  private static void add(List<Extent> extents, Extent extent, long end) {
    long length = Math.min(extent.length(), end - extent.offset());
    if (!extents.isEmpty() && extents.getLast().flags() == extent.flags()) {
      Extent last = extents.removeLast();
      extents.add(new Extent(last.offset(), last.length() + length, last.flags()));
    } else {
      extents.add(new Extent(extent.offset(), length, extent.flags()));
    }
  }

  /** Get how many requests are under way. */
  public int inFlight() {
    return transmission.inFlight();
  }

  /** Tell whether requests may be sent: the connection was neither closed nor lost. */
  public boolean isOpen() {
    return transmission.isOpen();
  }

  /**
   * Wait for the replies under way, say goodbye, and disconnect. When this returns the connection's
   * thread has ended, unless it is the one that called. The second call does nothing.
   */
  @Override
  public void close() {
    transmission.close(false);
  }

  /** Disconnect at once; requests under way fail. The connection's thread has ended then. */
  public void abort() {
    transmission.close(true);
  }
}
