import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * The fair peer of the full profile, on Kafka Streams: the same work for each event, and the same records out. Every check
 * of the door, 16 ids of each contact remembered, exact sums, a filter, a streak in the contact's zone, six milestones once
 * each, a nudge when one is near and a timer for who is stuck there; crossings, nudges and dead letters with the contract's
 * fields; one binary row a contact; exactly once (v2).
 *
 * <p>What it does not do is in its favour: it follows no profiles, no changes of contacts and no rules, keeps no figures,
 * and leaves out what `Door` and `Streak` say.
 */
public final class PeerFull {
  private PeerFull() {}

  public static void main(String[] arguments) {
    Program program = new Program(arguments);
    CaughtUp caughtUp = new CaughtUp(program.number("events"));
    int partitions = (int) program.number("partitions");
    var rows =
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(Counter.ROWS), Serdes.ByteArray(), Serdes.ByteArray());
    var timers =
        Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(Counter.TIMERS), Serdes.Bytes(), Serdes.ByteArray());
    var reader = new ByteArrayDeserializer();
    var writer = new ByteArraySerializer();
    Topology topology = new Topology();
    topology.addSource("events", reader, reader, program.text("input"));
    topology.addProcessor("count", () -> new Counter(caughtUp, partitions), "events");
    topology.addStateStore(program.caches() ? rows.withCachingEnabled() : rows, "count");
    topology.addStateStore(timers, "count");
    topology.addSink(Writer.CROSSINGS, program.text("crossings"), writer, writer, "count");
    topology.addSink(Writer.NUDGES, program.text("nudges"), writer, writer, "count");
    topology.addSink(Writer.LETTERS, program.text("letters"), writer, writer, "count");
    program.run(topology);
  }
}
