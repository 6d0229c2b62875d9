import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Short texts read from rows: the last one read is kept, for all contacts of a product mostly share their zone. */
final class Strings {
  private byte[] lastBytes = {};
  private String last = "";

  String read(ByteBuffer in, int length) {
    if (length == lastBytes.length && in.slice(in.position(), length).equals(ByteBuffer.wrap(lastBytes))) {
      in.position(in.position() + length);
      return last;
    }
    lastBytes = new byte[length];
    in.get(lastBytes);
    last = new String(lastBytes, StandardCharsets.UTF_8);
    return last;
  }
}
