import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * Commits at once when the whole input is read. Cairn does so whenever it has caught up; Kafka Streams would wait out its
 * commit interval, and the clock, which runs to the last commit, would show up to a second that is no work.
 */
final class CaughtUp {
  private static final Duration LOOK = Duration.ofMillis(50);

  private final long events;
  private final AtomicLong seen = new AtomicLong();

  CaughtUp(long events) {
    this.events = events;
  }

  /** Let a task take part: threads that were done before the last one commit at their next look. */
  void join(ProcessorContext<?, ?> context) {
    boolean[] asked = {false};
    context.schedule(
        LOOK,
        PunctuationType.WALL_CLOCK_TIME,
        now -> {
          if (!asked[0] && seen.get() >= events) {
            asked[0] = true;
            context.commit();
          }
        });
  }

  /** One more record is processed. */
  void processed(ProcessorContext<?, ?> context) {
    if (seen.incrementAndGet() == events) {
      context.commit();
    }
  }
}
