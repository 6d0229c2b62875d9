import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** The ids of crossings and nudges: UUIDv5 of a compact JSON array, in the namespace of Cairn. */
final class NameIds {
  private static final UUID DNS = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

  private final MessageDigest sha1;
  private final byte[] namespace;

  NameIds() {
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException never) {
      throw new IllegalStateException(never);
    }
    namespace = bytes(version5(bytes(DNS), "cairn-milestones"));
  }

  String crossing(String contact, String milestone) {
    return version5(namespace, "[\"" + escaped(contact) + "\",\"" + milestone + "\",1]").toString();
  }

  String nudge(String contact, String milestone, String kind) {
    String name = "[\"nudge\",\"" + escaped(contact) + "\",\"" + milestone + "\",1,\"" + kind + "\"]";
    return version5(namespace, name).toString();
  }

  /** Ids hold no control characters, so these two are all that JSON escapes. */
  private static String escaped(String id) {
    return id.indexOf('"') < 0 && id.indexOf('\\') < 0 ? id : id.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private UUID version5(byte[] namespace, String name) {
    sha1.update(namespace);
    byte[] digest = sha1.digest(name.getBytes(StandardCharsets.UTF_8));
    digest[6] = (byte) (digest[6] & 0x0f | 0x50);
    digest[8] = (byte) (digest[8] & 0x3f | 0x80);
    ByteBuffer id = ByteBuffer.wrap(digest);
    return new UUID(id.getLong(), id.getLong());
  }

  private static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array();
  }
}
