import java.util.ArrayList;
import java.util.List;

/** The milestones of one metric in the full profile: thresholds that rise, each with its bit in `Row.reached`. */
enum Ladder {
  DOCUMENTS("documents", "documents-", "sum", null, 0, 10, 100, 1000),
  PDFS("pdf_documents", "pdf-documents-", "sum", null, 3, 10, 100),
  DAYS("days", null, "streak", "days", 5, 7);

  final String metric;
  final String kind;
  final String unit;
  final long[] thresholds;
  private final String prefix;
  private final int firstBit;

  Ladder(String metric, String prefix, String kind, String unit, int firstBit, long... thresholds) {
    this.metric = metric;
    this.prefix = prefix;
    this.kind = kind;
    this.unit = unit;
    this.firstBit = firstBit;
    this.thresholds = thresholds;
  }

  String milestone(int step) {
    return prefix == null ? "week" : prefix + thresholds[step];
  }

  boolean isReached(Row row, int step) {
    return (row.reached & 1 << firstBit + step) != 0;
  }

  /** Mark and return the steps above `high` that `value` reaches for the first time; null for none. */
  List<Integer> reach(Row row, long high, long value) {
    List<Integer> reached = null;
    for (int step = 0; step < thresholds.length && thresholds[step] <= value; step++) {
      if (high < thresholds[step] && !isReached(row, step)) {
        row.reached |= 1 << firstBit + step;
        reached = reached == null ? new ArrayList<>(2) : reached;
        reached.add(step);
      }
    }
    return reached;
  }

  /** The first step above `value` that is still to be reached; -1 without one. */
  int next(Row row, long value) {
    for (int step = 0; step < thresholds.length; step++) {
      if (thresholds[step] > value && !isReached(row, step)) {
        return step;
      }
    }
    return -1;
  }
}
