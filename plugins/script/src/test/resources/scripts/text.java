// Read-only, compact, with a parameter that may be a bare word.
import static java.nio.charset.StandardCharsets.UTF_8;

byte[] text = new byte[0];

List<Parameter> parameters() {
  return List.of(Parameter.of("text", Parameter.Type.STRING, "What it says.").magic().required());
}

void config(String key, String value) {
  text = value.getBytes(UTF_8);
}

ThreadModel threadModel() {
  return ThreadModel.PARALLEL;
}

long size() {
  return text.length;
}

void pread(ByteBuffer buffer, long offset) {
  buffer.put(text, (int) offset, buffer.remaining());
}
