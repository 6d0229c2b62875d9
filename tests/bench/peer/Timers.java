import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Due times of contacts in a store of their own, whose keys sort by time: when it is due (epoch ms), then who. */
final class Timers {
  private static final byte[] NOTHING_BUT_THE_KEY = {1};
  private static final byte[] NOBODY = {};

  private final KeyValueStore<Bytes, byte[]> store;

  /** Nothing is due before; it spares the walk. 0 at first: what the store holds is not known yet. */
  private long next;

  Timers(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /** See to it that the row's timer stands no later than what is due next. */
  void keep(Row row, byte[] key) {
    long due = Nudges.due(row);
    if (due == 0 || (0 < row.timer && row.timer <= due)) {
      return;
    }
    if (row.timer != 0) {
      store.delete(name(row.timer, key));
    }
    store.put(name(due, key), NOTHING_BUT_THE_KEY);
    row.timer = due;
    next = Math.min(next, due);
  }

  /** Take out all that is due by `now`, each handed over with its due time. */
  void fire(long now, BiConsumer<byte[], Long> act) {
    if (next > now) {
      return;
    }
    next = Long.MAX_VALUE;
    try (KeyValueIterator<Bytes, byte[]> timers = store.range(name(0, NOBODY), name(Long.MAX_VALUE, NOBODY))) {
      while (timers.hasNext()) {
        KeyValue<Bytes, byte[]> timer = timers.next();
        byte[] name = timer.key.get();
        long due = ByteBuffer.wrap(name).getLong();
        if (due > now) {
          next = Math.min(next, due);
          return;
        }
        store.delete(timer.key);
        act.accept(Arrays.copyOfRange(name, Long.BYTES, name.length), due);
      }
    }
  }

  private static Bytes name(long due, byte[] key) {
    return Bytes.wrap(ByteBuffer.allocate(Long.BYTES + key.length).putLong(due).put(key).array());
  }
}
