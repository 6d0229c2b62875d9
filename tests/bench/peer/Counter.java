import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** Counts the usage events of one partition; one instance for each task. */
final class Counter implements Processor<byte[], byte[], byte[], byte[]> {
  static final String ROWS = "progress";
  static final String TIMERS = "due";

  private static final String COUNTED = "documents_processed";
  private static final String PRODUCT_ZONE = "UTC";
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final int ROW_BYTES = 4096;

  private final CaughtUp caughtUp;
  private final int partitions;
  private final ByteBuffer buffer = ByteBuffer.allocate(ROW_BYTES);
  private final Strings names = new Strings();
  private ProcessorContext<byte[], byte[]> context;
  private KeyValueStore<byte[], byte[]> rows;
  private Timers timers;
  private Writer writer;

  Counter(CaughtUp caughtUp, int partitions) {
    this.caughtUp = caughtUp;
    this.partitions = partitions;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
    rows = context.getStateStore(ROWS);
    KeyValueStore<Bytes, byte[]> due = context.getStateStore(TIMERS);
    timers = new Timers(due);
    writer = new Writer(context);
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> timers.fire(now, this::fire));
    caughtUp.join(context);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      UsageEvent event = Door.admit(record.key(), record.value(), record.timestamp(), System.currentTimeMillis());
      if (event.name.equals(COUNTED)) {
        count(record, event);
      }
      if (event.doubt != null) {
        writer.letter(record, event.doubt);
      }
    } catch (Refused refused) {
      writer.letter(record, refused);
    }
    caughtUp.processed(context);
  }

  private void count(Record<byte[], byte[]> record, UsageEvent event) throws Refused {
    byte[] key = record.key();
    byte[] stored = rows.get(key);
    if (stored == null) {
      checkPlace(key);
    }
    Row row = Row.decode(stored, names);
    if (row.ring.holds(event)) {
      return;
    }
    row.touch(event.at);
    List<Crossing> crossed = new ArrayList<>(0);
    int near = countDocuments(row, event, crossed);
    if ("pdf".equals(event.properties.get("format"))) {
      countSum(Ladder.PDFS, row.pdfs, row, event, crossed);
    }
    countDay(row, event, crossed);
    writer.crossings(record, event, crossed);
    if (near >= 0) {
      writer.nudge(key, event.contact, event, row.documents, near, event.at, record.timestamp());
    }
    if (near >= 0 || !crossed.isEmpty()) {
      timers.keep(row, key);
    }
    rows.put(key, row.encode(buffer));
  }

  /** Return the step that came near, -1 for none. */
  private int countDocuments(Row row, UsageEvent event, List<Crossing> crossed) {
    long high = row.documents.high;
    if (!countSum(Ladder.DOCUMENTS, row.documents, row, event, crossed)) {
      return -1;
    }
    int near = Nudges.come(row, event, high);
    Nudges.rise(row, event);
    return near;
  }

  /** Return whether the high-water mark rose. */
  private boolean countSum(Ladder ladder, Sum sum, Row row, UsageEvent event, List<Crossing> crossed) {
    Number before = sum.number();
    long high = sum.high;
    if (!sum.add(event.value, event.exact)) {
      return false;
    }
    List<Integer> reached = ladder.reach(row, high, sum.value);
    if (reached != null) {
      int next = ladder.next(row, sum.value);
      Number missing = next < 0 ? null : sum.missing(ladder.thresholds[next]);
      for (int step : reached) {
        crossed.add(new Crossing(ladder, step, before, sum.number(), next, missing));
      }
    }
    return true;
  }

  private void countDay(Row row, UsageEvent event, List<Crossing> crossed) {
    long before = row.streak.days();
    long reachedDays = row.streak.count(event.at, event.zone == null ? PRODUCT_ZONE : event.zone);
    if (reachedDays <= row.daysHigh) {
      return;
    }
    long high = row.daysHigh;
    row.daysHigh = reachedDays;
    List<Integer> reached = Ladder.DAYS.reach(row, high, reachedDays);
    if (reached != null) {
      for (int step : reached) {
        crossed.add(new Crossing(Ladder.DAYS, step, before, reachedDays, -1, null));
      }
    }
  }

  /** A contact that is not known yet must lie where Java producers put it, or it would be counted twice elsewhere. */
  private void checkPlace(byte[] key) throws Refused {
    int wanted = BuiltInPartitioner.partitionForKey(key, partitions);
    if (context.taskId().partition() != wanted) {
      throw new Refused("wrong_partition", "the key belongs to partition " + wanted, "");
    }
  }

  private void fire(byte[] key, long due) {
    Row row = Row.decode(rows.get(key), names);
    if (row.timer != due) {
      return; // its row does not know it: a ghost
    }
    row.timer = 0;
    if (Nudges.due(row) == due) {
      String contact = new String(key, StandardCharsets.UTF_8);
      writer.nudge(key, contact, null, row.documents, Nudges.stick(row), due, due);
    }
    timers.keep(row, key);
    rows.put(key, row.encode(buffer));
  }
}
