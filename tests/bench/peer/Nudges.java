/** Near and stuck on the steps of `documents`: near from 90 % on, stuck after 200 weeks without a rise. */
final class Nudges {
  private static final long STUCK_MS = 200L * 7 * Moments.DAY_MS;

  private Nudges() {}

  /** The step whose last tenth a mark lies in; -1 for none. */
  static int near(Row row, long mark) {
    long[] thresholds = Ladder.DOCUMENTS.thresholds;
    for (int step = 0; step < thresholds.length; step++) {
      if (mark < thresholds[step]) {
        return mark >= nearFrom(step) && !Ladder.DOCUMENTS.isReached(row, step) ? step : -1;
      }
    }
    return -1;
  }

  /** The step that a rise from `high` has brought near for the first time, marked; -1 for none. */
  static int come(Row row, UsageEvent event, long high) {
    int step = near(row, row.documents.high);
    if (step < 0 || high >= nearFrom(step) || (row.near & 1 << step) != 0) {
      return -1;
    }
    if (Writer.reason(event.at, event.backfill) != null) {
      return -1;
    }
    row.near |= 1 << step;
    return step;
  }

  /** Note that `documents` rose, as long as a nudge for being stuck may come of it. */
  static void rise(Row row, UsageEvent event) {
    int step = near(row, row.documents.high);
    if (step < 0 || (row.stuck & 1 << step) != 0) {
      row.active = 0;
    } else if (!event.backfill) {
      row.active = Math.max(row.active, event.at);
    }
  }

  /** When the contact is stuck unless something happens (epoch ms); 0 for never. */
  static long due(Row row) {
    boolean waits = row.active != 0 && waiting(row) >= 0 && Writer.reason(row.active, false) == null;
    return waits ? row.active + STUCK_MS : 0;
  }

  /** The step that the contact is stuck before, marked. */
  static int stick(Row row) {
    int step = waiting(row);
    row.stuck |= 1 << step;
    row.active = 0;
    return step;
  }

  private static int waiting(Row row) {
    int step = near(row, row.documents.high);
    return step >= 0 && (row.stuck & 1 << step) == 0 ? step : -1;
  }

  private static long nearFrom(int step) {
    return Ladder.DOCUMENTS.thresholds[step] / 10 * 9;
  }
}
