import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The strict door of usage events: every check of the contract on a plain JSON event, in one pass over its tokens. What it
 * leaves out, in its own favour: CloudEvents, the frames and envelopes of others, texts with half a surrogate pair.
 */
final class Door {
  private static final int RECORD_BYTES = 65_536;
  private static final int ID_BYTES = 256;
  private static final int ZONE_LENGTH = 64;
  private static final long EARLIEST_MS = 946_684_800_000L; // 2000-01-01
  private static final long FUTURE_MS = 600_000L;
  private static final JsonFactory JSON = new JsonFactory();

  private Door() {}

  /** `stamp` is the record's timestamp and `now` the clock, in epoch milliseconds. */
  static UsageEvent admit(byte[] key, byte[] value, long stamp, long now) throws Refused {
    if (key == null || key.length == 0) {
      throw new Refused("key_missing", "the record has no key", "");
    }
    if (value == null || value.length == 0) {
      throw new Refused("value_missing", "the value is null or empty", "");
    }
    if (value.length > RECORD_BYTES) {
      throw new Refused("too_large", "the value has more than 65,536 bytes", "");
    }
    UsageEvent event = read(value);
    checkPresent(event.id, "id");
    checkPresent(event.contact, "contact_id");
    if (!isKey(event.contact, key)) {
      throw new Refused("key_mismatch", "contact_id is not the record's key", "/contact_id");
    }
    checkPresent(event.name, "event");
    if (event.name.startsWith("cairn.")) {
      throw new Refused("reserved_event", "event begins with 'cairn.'", "/event");
    }
    if (!event.hasAt) {
      event.at = stamp;
    }
    if (event.at < EARLIEST_MS) {
      throw new Refused("time_too_early", "at is before 2000", "/at");
    }
    if (event.at > now + FUTURE_MS) {
      throw new Refused("time_in_future", "at is ahead of the clock", "/at");
    }
    return event;
  }

  private static UsageEvent read(byte[] value) throws Refused {
    UsageEvent event = new UsageEvent();
    try (JsonParser parser = JSON.createParser(value)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Refused("not_an_object", "the value is JSON, but no object", "");
      }
      JsonToken token;
      while ((token = parser.nextToken()) == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        take(event, field, parser, parser.nextToken());
      }
      if (token == null || parser.nextToken() != null) {
        throw new Refused("not_json", "the value is not one JSON value", "");
      }
    } catch (IOException bad) {
      throw new Refused("not_json", "the value is not JSON: " + bad.getMessage(), "");
    }
    return event;
  }

  private static void take(UsageEvent event, String field, JsonParser parser, JsonToken token)
      throws IOException, Refused {
    switch (field) {
      case "id" -> event.id = id(parser, token, "id");
      case "source" -> event.source = id(parser, token, "source");
      case "contact_id" -> event.contact = id(parser, token, "contact_id");
      case "event" -> event.name = id(parser, token, "event");
      case "value" -> takeValue(event, parser, token);
      case "at" -> takeMoment(event, parser, token);
      case "properties" -> {
        check(token == JsonToken.START_OBJECT, "properties", "an object");
        event.properties = JsonValues.members(parser, 2, "/properties");
      }
      case "backfill" -> {
        check(token.isBoolean(), "backfill", "true or false");
        event.backfill = token == JsonToken.VALUE_TRUE;
      }
      case "time_zone" -> takeZone(event, parser, token);
      default -> JsonValues.skip(parser, token);
    }
  }

  private static void takeValue(UsageEvent event, JsonParser parser, JsonToken token) throws IOException, Refused {
    check(token.isNumeric(), "value", "a number");
    if (token == JsonToken.VALUE_NUMBER_INT) {
      event.value = JsonValues.whole(parser, "/value");
    } else {
      event.exact = JsonValues.decimal(parser, "/value");
    }
  }

  private static void takeMoment(UsageEvent event, JsonParser parser, JsonToken token) throws IOException, Refused {
    event.hasAt = true;
    if (token == JsonToken.VALUE_STRING) {
      event.at = Moments.parse(parser.getText());
    } else {
      check(token == JsonToken.VALUE_NUMBER_INT, "at", "RFC 3339 text or whole epoch milliseconds");
      event.at = JsonValues.whole(parser, "/at");
    }
  }

  /** A zone that is none costs the field and not the event. */
  private static void takeZone(UsageEvent event, JsonParser parser, JsonToken token) throws IOException, Refused {
    JsonValues.skip(parser, token);
    String name = token == JsonToken.VALUE_STRING ? parser.getText() : "";
    if (token == JsonToken.VALUE_NULL || (token == JsonToken.VALUE_STRING && name.isBlank())) {
      return;
    }
    if (token == JsonToken.VALUE_STRING && name.length() <= ZONE_LENGTH && Moments.zone(name) != null) {
      event.zone = name;
    } else {
      event.doubt = new Refused("bad_zone", "time_zone is no time zone that is known", "/time_zone");
    }
  }

  private static String id(JsonParser parser, JsonToken token, String name) throws IOException, Refused {
    check(token == JsonToken.VALUE_STRING, name, "a text");
    String text = parser.getText();
    int length = text.length();
    if (length == 0 && !name.equals("source")) {
      throw new Refused("bad_id", name + " is empty", "/" + name);
    }
    boolean ascii = true;
    for (int at = 0; at < length; at++) {
      char each = text.charAt(at);
      if (each < 0x20 || (each >= 0x7f && each < 0xa0)) {
        throw new Refused("bad_id", name + " holds a control character", "/" + name);
      }
      ascii &= each < 0x80;
    }
    if ((ascii ? length : text.getBytes(StandardCharsets.UTF_8).length) > ID_BYTES) {
      throw new Refused("bad_id", name + " has more than 256 bytes of UTF-8", "/" + name);
    }
    return text;
  }

  private static boolean isKey(String contact, byte[] key) {
    int length = contact.length();
    if (length != key.length) {
      return Arrays.equals(contact.getBytes(StandardCharsets.UTF_8), key);
    }
    for (int at = 0; at < length; at++) {
      char each = contact.charAt(at);
      if (each >= 0x80) {
        return Arrays.equals(contact.getBytes(StandardCharsets.UTF_8), key);
      }
      if (each != key[at]) {
        return false;
      }
    }
    return true;
  }

  private static void check(boolean sound, String name, String wanted) throws Refused {
    if (!sound) {
      throw new Refused("wrong_type", name + " is not " + wanted, "/" + name);
    }
  }

  private static void checkPresent(String field, String name) throws Refused {
    if (field == null) {
      throw new Refused("field_missing", name + " is missing", "/" + name);
    }
  }
}
