import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.serialization.Serdes;
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
 */
public final class Peer {
  private static final long[] THRESHOLDS = {10, 100, 1000};
  private static final String STORE = "sums";
  private static final JsonFactory JSON = new JsonFactory();

  private final CaughtUp caughtUp;

  private Peer(CaughtUp caughtUp) {
    this.caughtUp = caughtUp;
  }

  public static void main(String[] arguments) {
    Program program = new Program(arguments);
    Peer peer = new Peer(new CaughtUp(program.number("events")));
    var sums = Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Long());
    StreamsBuilder topology = new StreamsBuilder();
    topology.addStateStore(program.caches() ? sums.withCachingEnabled() : sums);
    topology.stream(program.text("input"), Consumed.with(Serdes.String(), Serdes.ByteArray()))
        .process(() -> peer.new Counter(), STORE)
        .to(program.text("crossings"), Produced.with(Serdes.String(), Serdes.String()));
    program.run(topology.build());
  }

  /** One instance for each task. */
  private final class Counter implements Processor<String, byte[], String, String> {
    private KeyValueStore<String, Long> sums;
    private ProcessorContext<String, String> context;
    private String contact;
    private long value;

    @Override
    public void init(ProcessorContext<String, String> context) {
      this.context = context;
      this.sums = context.getStateStore(STORE);
      caughtUp.join(context);
    }

    @Override
    public void process(Record<String, byte[]> record) {
      read(record.value());
      Long known = sums.get(contact);
      long before = known == null ? 0 : known;
      long after = before + value;
      sums.put(contact, after);
      for (long threshold : THRESHOLDS) {
        if (before < threshold && threshold <= after) {
          String crossing = "{\"contact_id\":\"" + contact + "\",\"threshold\":" + threshold + "}";
          context.forward(new Record<>(contact, crossing, record.timestamp()));
        }
      }
      caughtUp.processed(context);
    }

    private void read(byte[] event) {
      try (JsonParser parser = JSON.createParser(event)) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String field = parser.currentName();
          parser.nextToken();
          if (field.equals("contact_id")) {
            contact = parser.getText();
          } else if (field.equals("value")) {
            value = parser.getLongValue();
          }
        }
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }
}
