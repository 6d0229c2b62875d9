import java.nio.ByteBuffer;
import java.util.Arrays;

/** What is kept of one contact, and its fixed binary layout. */
final class Row {
  private static final byte FORMAT = 1;

  final Sum documents = new Sum();
  final Sum pdfs = new Sum();
  final Streak streak = new Streak();
  final Ring ring = new Ring();
  long daysHigh;

  /** One bit for each milestone: reached; and for each step of `documents`: nudged because near, nudged because stuck. */
  int reached;

  int near;
  int stuck;

  /** Epoch milliseconds of the earliest event, 0 without one; the newest day (UTC) with an event. */
  long first;

  int lastDay;

  /** When `documents` last rose while a nudge for being stuck waits for it, and where the timer stands; 0: not. */
  long active;

  long timer;

  static Row decode(byte[] stored, Strings names) {
    Row row = new Row();
    if (stored == null) {
      return row;
    }
    ByteBuffer in = ByteBuffer.wrap(stored);
    if (in.get() != FORMAT) {
      throw new IllegalStateException("a row of another format");
    }
    row.documents.read(in);
    row.pdfs.read(in);
    row.streak.read(in, names);
    row.ring.read(in);
    row.daysHigh = in.getInt();
    row.reached = in.get();
    row.near = in.get();
    row.stuck = in.get();
    row.first = in.getLong();
    row.lastDay = in.getInt();
    row.active = in.getLong();
    row.timer = in.getLong();
    return row;
  }

  byte[] encode(ByteBuffer out) {
    out.clear();
    out.put(FORMAT);
    documents.write(out);
    pdfs.write(out);
    streak.write(out);
    ring.write(out);
    out.putInt((int) daysHigh).put((byte) reached).put((byte) near).put((byte) stuck);
    out.putLong(first).putInt(lastDay).putLong(active).putLong(timer);
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Note when the contact did something. */
  void touch(long at) {
    int day = (int) Math.floorDiv(at, Moments.DAY_MS);
    if (day > lastDay) {
      lastDay = day;
    }
    if (first == 0 || at < first) {
      first = at;
    }
  }
}
