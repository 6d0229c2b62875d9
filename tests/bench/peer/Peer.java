import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * The peer of the bare profile, on Kafka Streams: adds up `value` per `contact_id` in a persistent store with a changelog,
 * exactly once (v2), and forwards a record when the sum passes 10, 100 or 1000.
 *
 * <p>Arguments: bootstrap servers, application id, input topic, output topic, events, threads, state directory, bytes of
 * record cache (0: none). The last line on standard output is its result as JSON; its clock runs from the first record
 * processed to the last one.
 */
public final class Peer {
  private static final long[] THRESHOLDS = {10, 100, 1000};
  private static final String STORE = "sums";

  private final AtomicLong seen = new AtomicLong();
  private final AtomicLong crossed = new AtomicLong();
  private final AtomicLong firstNanos = new AtomicLong();
  private final AtomicLong firstCpuNanos = new AtomicLong();
  private final CountDownLatch done = new CountDownLatch(1);
  private final ObjectMapper json = new ObjectMapper();
  private final long events;

  private Peer(long events) {
    this.events = events;
  }

  public static void main(String[] arguments) throws Exception {
    endWithParent();
    Peer peer = new Peer(Long.parseLong(arguments[4]));
    peer.run(
        settings(arguments[0], arguments[1], arguments[5], arguments[6], arguments[7]),
        arguments[2],
        arguments[3],
        Long.parseLong(arguments[7]) > 0);
    System.exit(0);
  }

  private static Properties settings(String servers, String application, String threads, String state, String cache) {
    Properties settings = new Properties();
    settings.putAll(
        Map.of(
            "bootstrap.servers", servers,
            "application.id", application,
            "num.stream.threads", threads,
            "state.dir", state,
            "statestore.cache.max.bytes", cache,
            "processing.guarantee", "exactly_once_v2",
            // The default under exactly-once is 100 ms; a second is faster, so the peer gets a second.
            "commit.interval.ms", "1000",
            "replication.factor", "1",
            "auto.offset.reset", "earliest"));
    settings.put("consumer.max.poll.records", "10000");
    settings.put("producer.compression.type", "lz4");
    settings.put("producer.linger.ms", "20");
    return settings;
  }

  private void run(Properties settings, String input, String output, boolean caching) throws InterruptedException {
    var store = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Long());
    StreamsBuilder topology = new StreamsBuilder();
    topology.addStateStore(caching ? store.withCachingEnabled() : store);
    topology.stream(input, Consumed.with(Serdes.String(), Serdes.ByteArray()))
        .process(Counter::new, STORE)
        .to(output, Produced.with(Serdes.String(), Serdes.String()));
    KafkaStreams streams = new KafkaStreams(topology.build(), settings);
    streams.start();
    done.await();
    double seconds = (System.nanoTime() - firstNanos.get()) / 1e9;
    double cpu = (cpuNanos() - firstCpuNanos.get()) / 1e9;
    System.out.printf(
        java.util.Locale.ROOT,
        "{\"events\": %d, \"seconds\": %.6f, \"cpu\": %.6f, \"crossings\": %d}%n",
        seen.get(), seconds, cpu, crossed.get());
    System.out.flush();
    streams.close(Duration.ofSeconds(10));
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
  }

  /** Whoever started us holds our standard input open; its end is the end of that process, however it died. */
  private static void endWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (IOException ended) {
                // Fall through: no input is as good as an ended one.
              }
              Runtime.getRuntime().halt(1);
            });
    watch.setDaemon(true);
    watch.start();
  }

  /** One instance for each task. */
  private final class Counter implements Processor<String, byte[], String, String> {
    private KeyValueStore<String, Long> sums;
    private ProcessorContext<String, String> context;

    @Override
    public void init(ProcessorContext<String, String> context) {
      this.context = context;
      this.sums = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<String, byte[]> record) {
      if (firstNanos.get() == 0 && firstNanos.compareAndSet(0, System.nanoTime())) {
        firstCpuNanos.set(cpuNanos());
      }
      JsonNode event;
      try {
        event = json.readTree(record.value());
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
      String contact = event.get("contact_id").asText();
      Long known = sums.get(contact);
      long before = known == null ? 0 : known;
      long after = before + event.get("value").asLong();
      sums.put(contact, after);
      for (long threshold : THRESHOLDS) {
        if (before < threshold && threshold <= after) {
          crossed.incrementAndGet();
          String value = "{\"contact_id\":\"" + contact + "\",\"milestone\":" + threshold + "}";
          context.forward(new Record<>(contact, value, record.timestamp()));
        }
      }
      if (seen.incrementAndGet() == events) {
        done.countDown();
      }
    }
  }
}
