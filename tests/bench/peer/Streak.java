import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.Arrays;

/**
 * Days in a row. Runs are triples of first day, last day and length; an event may be 48 hours older than the newest one
 * and still count. What it leaves out, in its own favour: a run is read in the zone of each event as it comes, where Cairn
 * keeps what it needs to read a whole run in any zone.
 */
final class Streak {
  private static final long LATENESS_MS = 48 * 3_600_000L;
  private static final int RUN = 3;

  private long newest = Long.MIN_VALUE;
  private long until = Long.MIN_VALUE;
  private String zone = "";
  private long[] runs = {};

  /** The length of the newest run. */
  long days() {
    return runs.length == 0 ? 0 : runs[runs.length - 1];
  }

  /** Count an event; return the length of the longest run that it belongs to, 0 where it changes nothing. */
  long count(long at, String zoneName) {
    if (newest <= at && at < until && zone.equals(zoneName)) {
      newest = at; // one more on the day of the newest, as most are
      return 0;
    }
    if (runs.length > 0 && at < newest - LATENESS_MS) {
      return 0;
    }
    ZoneId read = Moments.zone(zoneName);
    long day = Moments.day(at, read);
    if (at >= newest) {
      newest = at;
      until = Moments.begin(day + 1, read);
      zone = zoneName;
    }
    long length = place(day);
    forget(read);
    return length;
  }

  private long place(long day) {
    int place = runs.length / RUN;
    while (place > 0 && runs[(place - 1) * RUN] > day) {
      place--;
    }
    int before = (place - 1) * RUN;
    int after = place * RUN;
    if (place > 0 && day <= runs[before + 1]) {
      return runs[before + 2];
    }
    boolean follows = place > 0 && runs[before + 1] + 1 == day;
    boolean leads = after < runs.length && day + 1 == runs[after];
    if (follows && leads) {
      return join(before, after);
    }
    if (follows) {
      runs[before + 1] = day;
      return ++runs[before + 2];
    }
    if (leads) {
      runs[after] = day;
      return ++runs[after + 2];
    }
    return insert(after, day);
  }

  private long join(int before, int after) {
    runs[before + 1] = runs[after + 1];
    runs[before + 2] += 1 + runs[after + 2];
    long[] joined = new long[runs.length - RUN];
    System.arraycopy(runs, 0, joined, 0, after);
    System.arraycopy(runs, after + RUN, joined, after, runs.length - after - RUN);
    runs = joined;
    return runs[before + 2];
  }

  private long insert(int at, long day) {
    long[] longer = new long[runs.length + RUN];
    System.arraycopy(runs, 0, longer, 0, at);
    longer[at] = day;
    longer[at + 1] = day;
    longer[at + 2] = 1;
    System.arraycopy(runs, at, longer, at + RUN, runs.length - at);
    runs = longer;
    return 1;
  }

  /** Forget the runs that no event may touch any more. */
  private void forget(ZoneId read) {
    while (runs.length > RUN && runs[1] + 1 < Moments.day(newest - LATENESS_MS, read)) {
      runs = Arrays.copyOfRange(runs, RUN, runs.length);
    }
  }

  void write(ByteBuffer out) {
    byte[] name = zone.getBytes(StandardCharsets.UTF_8);
    out.putLong(newest).putLong(until).put((byte) name.length).put(name).put((byte) (runs.length / RUN));
    for (long each : runs) {
      out.putInt((int) each);
    }
  }

  void read(ByteBuffer in, Strings names) {
    newest = in.getLong();
    until = in.getLong();
    zone = names.read(in, in.get());
    runs = new long[in.get() * RUN];
    for (int at = 0; at < runs.length; at++) {
      runs[at] = in.getInt();
    }
  }
}
