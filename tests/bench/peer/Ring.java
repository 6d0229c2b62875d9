import java.nio.ByteBuffer;

/** The last 16 events of a contact, 8 bytes of a hash of each one's source and id. */
final class Ring {
  private static final int PLACES = 16;
  private static final long PRIME = 0x100000001b3L;

  private final long[] seen = new long[PLACES];
  private int size;

  /** Remember an event; return whether it was there already. */
  boolean holds(UsageEvent event) {
    long hash = hash(event.source, event.id);
    for (int at = 0; at < size; at++) {
      if (seen[at] == hash) {
        return true;
      }
    }
    if (size == PLACES) {
      System.arraycopy(seen, 1, seen, 0, PLACES - 1);
      size--;
    }
    seen[size++] = hash;
    return false;
  }

  void write(ByteBuffer out) {
    out.put((byte) size);
    for (int at = 0; at < size; at++) {
      out.putLong(seen[at]);
    }
  }

  void read(ByteBuffer in) {
    size = in.get();
    for (int at = 0; at < size; at++) {
      seen[at] = in.getLong();
    }
  }

  /** FNV-1a over the UTF-16 units, then mixed; ids hold no control character, so the joint is no part of one. */
  private static long hash(String source, String id) {
    long hash = mix(0xcbf29ce484222325L, source);
    hash = mix((hash ^ '\n') * PRIME, id);
    hash ^= hash >>> 32;
    hash *= 0x9E3779B97F4A7C15L;
    return hash ^ (hash >>> 29);
  }

  private static long mix(long hash, String text) {
    for (int at = 0; at < text.length(); at++) {
      hash = (hash ^ text.charAt(at)) * PRIME;
    }
    return hash;
  }
}
