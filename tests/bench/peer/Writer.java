import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** Writes crossings, nudges and dead letters with the fields of the contract. */
final class Writer {
  static final String CROSSINGS = "crossings";
  static final String NUDGES = "nudges";
  static final String LETTERS = "letters";

  /** When the milestones of the profile come into force; what happened before is not celebrated. */
  static final long APPLIED_MS = 1_767_225_600_000L;

  private static final JsonFactory JSON = new JsonFactory();
  private static final String ATTEMPT = "cairn-attempt";

  private final ProcessorContext<byte[], byte[]> context;
  private final NameIds ids = new NameIds();
  private final ByteArrayOutputStream text = new ByteArrayOutputStream(1024);

  Writer(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  /** Why a crossing would not be celebrated; null if it would. */
  static String reason(long at, boolean backfill) {
    return at < APPLIED_MS ? "before_milestone" : backfill ? "backfill" : null;
  }

  void crossings(Record<byte[], byte[]> record, UsageEvent event, List<Crossing> crossed) {
    for (int index = 0; index < crossed.size(); index++) {
      Crossing each = crossed.get(index);
      text.reset();
      try (JsonGenerator json = JSON.createGenerator(text)) {
        json.writeStartObject();
        head(json, ids.crossing(event.contact, each.ladder().milestone(each.step())), event.contact,
            each.ladder().milestone(each.step()));
        crossing(json, event, each);
        source(json, event);
        if (crossed.size() > 1) {
          jump(json, index + 1, crossed.size());
        }
        json.writeEndObject();
      } catch (IOException never) {
        throw new UncheckedIOException(never);
      }
      context.forward(new Record<>(record.key(), text.toByteArray(), record.timestamp()), CROSSINGS);
    }
  }

  /** A nudge towards a step of `documents`; without an event it is one for being stuck since `at`. */
  void nudge(byte[] key, String contact, UsageEvent event, Sum sum, int step, long at, long stamp) {
    String kind = event == null ? "stuck" : "near";
    String milestone = Ladder.DOCUMENTS.milestone(step);
    long threshold = Ladder.DOCUMENTS.thresholds[step];
    text.reset();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      head(json, ids.nudge(contact, milestone, kind), contact, milestone);
      json.writeStringField("kind", kind);
      json.writeStringField("metric", Ladder.DOCUMENTS.metric);
      json.writeNullField("unit");
      json.writeStringField("tier", "minor");
      json.writeNumberField("threshold", threshold);
      number(json, "value", sum.number());
      number(json, "remaining", sum.missing(threshold));
      moments(json, at);
      json.writeBooleanField("holdout", false);
      json.writeNumberField("rules_version", 1);
      if (event == null) {
        json.writeObjectFieldStart("source");
        json.writeStringField("kind", "timer");
        json.writeStringField("due_at", Moments.text(at));
        json.writeEndObject();
      } else {
        source(json, event);
      }
      json.writeEndObject();
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    context.forward(new Record<>(key, text.toByteArray(), stamp), NUDGES);
  }

  /** The record as it came, with the reason in its headers. One too large for the topic is no case of the benchmark. */
  void letter(Record<byte[], byte[]> record, Refused why) {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    RecordHeaders headers = new RecordHeaders(record.headers());
    add(headers, "cairn-error-code", why.code);
    add(headers, "cairn-error-message", why.getMessage());
    add(headers, "cairn-error-pointer", why.pointer);
    add(headers, "cairn-source-topic", place.topic());
    add(headers, "cairn-source-partition", Integer.toString(place.partition()));
    add(headers, "cairn-source-offset", Long.toString(place.offset()));
    add(headers, ATTEMPT, Integer.toString(attempts(record.headers()) + 1));
    context.forward(new Record<>(record.key(), record.value(), record.timestamp(), headers), LETTERS);
  }

  private void head(JsonGenerator json, String id, String contact, String milestone) throws IOException {
    json.writeNumberField("schema_version", 1);
    json.writeStringField("id", id);
    json.writeStringField("contact_id", contact);
    json.writeStringField("milestone", milestone);
    json.writeNumberField("occurrence", 1);
  }

  private void crossing(JsonGenerator json, UsageEvent event, Crossing each) throws IOException {
    Ladder ladder = each.ladder();
    String reason = reason(event.at, event.backfill);
    json.writeStringField("metric", ladder.metric);
    json.writeStringField("kind", ladder.kind);
    json.writeStringField("unit", ladder.unit);
    json.writeStringField("tier", "minor");
    json.writeNumberField("threshold", ladder.thresholds[each.step()]);
    number(json, "value_before", each.before());
    number(json, "value", each.value());
    moments(json, event.at);
    json.writeNullField("days_since_signup");
    rung(json, "previous", ladder, each.step() - 1, null);
    rung(json, "next", ladder, each.next(), each.missing());
    json.writeBooleanField("celebrate", reason == null);
    json.writeStringField("not_celebrated_because", reason);
    json.writeBooleanField("holdout", false);
    json.writeNullField("reward");
    json.writeNumberField("rules_version", 1);
  }

  private static void rung(JsonGenerator json, String name, Ladder ladder, int step, Number missing)
      throws IOException {
    if (step < 0) {
      json.writeNullField(name);
      return;
    }
    json.writeObjectFieldStart(name);
    json.writeStringField("milestone", ladder.milestone(step));
    json.writeNumberField("occurrence", 1);
    json.writeNumberField("threshold", ladder.thresholds[step]);
    if (missing != null) {
      number(json, "remaining", missing);
    }
    json.writeEndObject();
  }

  private static void moments(JsonGenerator json, long at) throws IOException {
    json.writeStringField("occurred_at", Moments.text(at));
    json.writeStringField("detected_at", Moments.text(System.currentTimeMillis()));
  }

  private void source(JsonGenerator json, UsageEvent event) throws IOException {
    RecordMetadata place = context.recordMetadata().orElseThrow();
    json.writeObjectFieldStart("source");
    json.writeStringField("kind", "event");
    json.writeStringField("topic", place.topic());
    json.writeNumberField("partition", place.partition());
    json.writeNumberField("offset", place.offset());
    json.writeStringField("event_source", event.source);
    json.writeStringField("event_id", event.id);
    json.writeEndObject();
  }

  private static void jump(JsonGenerator json, int index, int of) throws IOException {
    json.writeObjectFieldStart("jump");
    json.writeNumberField("index", index);
    json.writeNumberField("of", of);
    json.writeBooleanField("top", index == of);
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, String name, Number value) throws IOException {
    if (value instanceof BigDecimal exact) {
      json.writeNumberField(name, exact);
    } else {
      json.writeNumberField(name, value.longValue());
    }
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }

  private static int attempts(Headers headers) {
    Header last = headers.lastHeader(ATTEMPT);
    try {
      return last == null ? 0 : Math.max(0, Integer.parseInt(new String(last.value(), StandardCharsets.UTF_8)));
    } catch (RuntimeException notOurs) {
      return 0; // anybody may write this header
    }
  }
}
