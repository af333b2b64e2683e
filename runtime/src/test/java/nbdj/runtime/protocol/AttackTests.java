package nbdj.runtime.protocol;

import static nbdj.runtime.testing.RawClient.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import nbdj.api.ThreadModel;
import nbdj.runtime.testing.MemoryExport;
import nbdj.runtime.testing.ProtocolServer;
import nbdj.runtime.testing.RawClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that mean harm, before and after they have opened an export. */
@Timeout(60)
class AttackTests {
  private static final long SIZE = 1L << 20;

  private ProtocolServer server;

  @BeforeEach
  void start() throws IOException {
    server = ProtocolServer.of(new MemoryExport("canonical", SIZE));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static long directMemory() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void lengthsClaimed_takeNoMemory() throws Exception {
    long before = directMemory();
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        RawClient option = server.client().greet();
        clients.add(option);
        option.send(optionHeader(LIST_META, 1 << 20));
        RawClient string = server.client().greet();
        clients.add(string);
        string.send(optionHeader(GO, 8000), ByteBuffer.allocate(4).putInt(0x7fffffff));
        assertEquals(INVALID, string.reply().type());
        RawClient write = server.client().goExtended("");
        clients.add(write);
        write.extended(WRITE, PAYLOAD_LEN, 1, SIZE, 64 << 20);
      }
      // What is asked for in vain: 50 * (1 MiB + 2 GiB + 64 MiB). What a client has: its buffers.
      assertTrue(directMemory() - before < 150L * (512 << 10), () -> directMemory() + " bytes");
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void options_whoseRepliesAreNotRead_endWithTheHandshakesTime() throws Exception {
    try (ProtocolServer hasty =
            new ProtocolServer(
                ThreadModel.PARALLEL,
                16,
                Duration.ofMillis(500),
                Map.of("", new MemoryExport("", SIZE)));
        RawClient client = hasty.client().greet()) {
      client.socket().setOption(StandardSocketOptions.SO_RCVBUF, 4096);
      ByteBuffer flood = ByteBuffer.allocate(16 * 2000);
      for (int i = 0; i < 2000; i++) {
        flood.put(optionHeader(LIST, 0).flip());
      }
      try {
        client.send(flood);
      } catch (IOException alreadyCut) {
        // It was dropped in the middle of the flood.
      }
      hasty.awaitEnd();
      assertEquals(0, hasty.opens.get());
    }
  }

  /** CVE-2019-14851: options in an order that nobody thought of. A model says what is due. */
  @Test
  void options_inAnyOrder_areAnsweredAsAModelSays() throws Exception {
    for (long seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      try (RawClient client = server.client().greet()) {
        boolean chunks = false;
        boolean extended = false;
        boolean over = false;
        for (int i = 0; i < 30 && !over; i++) {
          int option =
              new int[] {LIST, INFO, GO, STRUCTURED_REPLY, LIST_META, SET_META, 11, 5, 99, 2}
                  [random.nextInt(random.nextInt(8) == 0 ? 10 : 9)];
          boolean known = random.nextInt(3) > 0;
          String name = known ? "" : "absent";
          int expected;
          switch (option) {
            case LIST -> {
              client.option(LIST);
              expected = ACK;
            }
            case INFO -> {
              client.option(INFO, infoPayload(name, random.nextInt(5)));
              expected = known ? ACK : UNKNOWN;
            }
            case GO -> {
              client.option(GO, infoPayload(name));
              expected = known ? ACK : UNKNOWN;
              over = known;
            }
            case STRUCTURED_REPLY -> {
              client.option(STRUCTURED_REPLY);
              expected = extended ? EXTENDED_REQUIRED : chunks ? INVALID : ACK;
              chunks = true;
            }
            case EXTENDED_HEADERS -> {
              client.option(EXTENDED_HEADERS);
              expected = extended ? INVALID : ACK;
              chunks = true;
              extended = true;
            }
            case LIST_META, SET_META -> {
              client.option(option, metaPayload(name, "base:allocation"));
              expected = chunks ? ACK : INVALID;
            }
            case STARTTLS -> {
              client.option(STARTTLS);
              expected = POLICY;
            }
            case ABORT -> {
              client.option(ABORT);
              expected = ACK;
              over = true;
            }
            default -> {
              client.option(option, new byte[random.nextInt(100)]);
              expected = UNSUP;
            }
          }
          String what = "seed %d, step %d, option %d".formatted(seed, i, option);
          assertEquals(expected, client.replies().getLast().type(), what);
        }
      }
    }
    server.awaitEnd();
    assertEquals(server.opens.get(), server.releases.get());
    assertEquals(server.clients.get(), server.clientsClosed.get());
  }

  @Test
  void reset_atAnyTime_releasesWhatWasOpen() throws Exception {
    for (int round = 0; round < 40; round++) {
      RawClient client = server.client();
      switch (round % 4) {
        case 0 -> client.greet();
        case 1 -> {
          client.greet();
          client.option(INFO, infoPayload(""));
        }
        case 2 -> client.goStructured("").request(READ, 0, 1, 0, SIZE);
        default -> {
          client.goStructured("").request(WRITE, 0, 1, 0, SIZE);
          client.send(ByteBuffer.allocate(100).put(new byte[100]));
        }
      }
      // With data left to read, closing resets instead of saying goodbye.
      client.close();
    }
    while (server.clients.get() < 40) {
      Thread.onSpinWait();
    }
    server.awaitEnd();
    assertEquals(server.opens.get(), server.releases.get());
  }

  @Test
  void garbage_ofAnyKind_neverEndsTheServer() throws Exception {
    byte[] opening = new byte[400];
    int length;
    try (RawClient model = server.client()) {
      ByteBuffer all =
          ByteBuffer.wrap(opening)
              .putInt(3)
              .put(optionHeader(STRUCTURED_REPLY, 0).flip())
              .put(optionHeader(SET_META, 27).flip())
              .put(metaPayload("", "base:allocation"))
              .put(optionHeader(GO, 6).flip())
              .put(infoPayload(""))
              .put(requestHeader(READ, 0, 1, 0, 4096).flip())
              .put(requestHeader(WRITE, 0, 2, 0, 4).flip())
              .putInt(5)
              .put(requestHeader(STATUS, 0, 1, 0, 4096).flip());
      length = all.position();
      model.receive(18);
    }
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      byte[] bytes = java.util.Arrays.copyOf(opening, length);
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
      }
      try (RawClient client = server.client()) {
        client.send(ByteBuffer.allocate(length).put(bytes));
        client.socket().shutdownOutput();
        while (!client.isClosed()) {
          client.receive(0);
        }
      }
    }
    server.awaitEnd();
    assertEquals(server.opens.get(), server.releases.get());
    try (RawClient client = server.client().goStructured("")) {
      client.request(READ, 0, 1, 0, 100);
      assemble(client.chunks(), 0, 100);
    }
  }
}
