import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/**
 * What both peers share: the arguments (`name=value`, in any order), the settings of Kafka Streams, and the life of the
 * process. It runs until it is killed or its standard input ends; the harness measures it from outside.
 */
final class Program {
  private final Map<String, String> arguments = new HashMap<>();

  Program(String[] arguments) {
    for (String each : arguments) {
      int equals = each.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("not name=value: " + each);
      }
      this.arguments.put(each.substring(0, equals), each.substring(equals + 1));
    }
  }

  String text(String name) {
    String found = arguments.get(name);
    if (found == null) {
      throw new IllegalArgumentException("argument is missing: " + name);
    }
    return found;
  }

  long number(String name) {
    return Long.parseLong(text(name));
  }

  /** Whether stores shall have a record cache, which writes a key once for each commit. */
  boolean caches() {
    return number("cache") > 0;
  }

  void run(Topology topology) {
    endWithParent();
    KafkaStreams streams = new KafkaStreams(topology, settings());
    streams.setUncaughtExceptionHandler(
        error -> {
          error.printStackTrace();
          Runtime.getRuntime().halt(3);
          return null;
        });
    streams.start();
  }

  private Properties settings() {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", text("servers"));
    settings.put("application.id", text("application"));
    settings.put("num.stream.threads", text("threads"));
    settings.put("state.dir", text("state"));
    settings.put("statestore.cache.max.bytes", text("cache"));
    settings.put("commit.interval.ms", text("commit"));
    settings.put("processing.guarantee", "exactly_once_v2");
    settings.put("replication.factor", "1");
    settings.put("auto.offset.reset", "earliest");
    // Faster than the defaults (1,000 records, no compression, 5 ms) on every input that was tried.
    settings.put("consumer.max.poll.records", "10000");
    settings.put("producer.compression.type", "lz4");
    settings.put("producer.linger.ms", "20");
    return settings;
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
}
