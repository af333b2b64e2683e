package nbdj.client;

/** What can be asked for in the transmission phase. */
enum Command {
  READ(0, "read"),
  WRITE(1, "write"),
  DISCONNECT(2, "disconnect"),
  FLUSH(3, "flush"),
  TRIM(4, "trim"),
  CACHE(5, "cache"),
  WRITE_ZEROES(6, "write zeroes"),
  BLOCK_STATUS(7, "block status");

  private final int number;
  private final String text;

  Command(int number, String text) {
    this.number = number;
    this.text = text;
  }

  int number() {
    return number;
  }

  @Override
  public String toString() {
    return text;
  }
}
