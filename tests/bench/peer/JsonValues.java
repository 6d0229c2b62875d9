import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** JSON values inside an event: numbers exact and within 64 bits and 36 places, at most 16 levels deep. */
final class JsonValues {
  private static final int DEEPEST = 16;
  private static final int PLACES = 36;
  private static final BigDecimal SMALLEST = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  private JsonValues() {}

  /** The members of the object that the parser has just begun; the event itself is at depth 1. */
  static Map<String, Object> members(JsonParser parser, int depth, String pointer) throws IOException, Refused {
    checkDepth(depth);
    Map<String, Object> members = new HashMap<>(4);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      members.put(name, value(parser, parser.nextToken(), depth, pointer));
    }
    return members;
  }

  static Object value(JsonParser parser, JsonToken token, int depth, String pointer) throws IOException, Refused {
    switch (token) {
      case START_OBJECT:
        return members(parser, depth + 1, pointer);
      case START_ARRAY:
        return elements(parser, depth + 1, pointer);
      case VALUE_STRING:
        return parser.getText();
      case VALUE_NUMBER_INT:
        return whole(parser, pointer);
      case VALUE_NUMBER_FLOAT:
        return decimal(parser, pointer);
      case VALUE_TRUE:
        return true;
      case VALUE_FALSE:
        return false;
      default:
        return null;
    }
  }

  /** Read over a field that nobody asks for; it must be JSON, and not too deep. */
  static void skip(JsonParser parser, JsonToken token) throws IOException, Refused {
    if (!token.isStructStart()) {
      return;
    }
    for (int depth = 2; depth > 1; ) {
      checkDepth(depth);
      JsonToken next = parser.nextToken();
      if (next == null) {
        return;
      }
      depth += next.isStructStart() ? 1 : next.isStructEnd() ? -1 : 0;
    }
  }

  static long whole(JsonParser parser, String pointer) throws IOException, Refused {
    try {
      return parser.getLongValue();
    } catch (InputCoercionException beyond) {
      throw outOfRange(pointer);
    }
  }

  static BigDecimal decimal(JsonParser parser, String pointer) throws IOException, Refused {
    BigDecimal number = parser.getDecimalValue();
    if (number.scale() > PLACES || number.compareTo(SMALLEST) < 0 || number.compareTo(LARGEST) > 0) {
      throw outOfRange(pointer);
    }
    return number;
  }

  private static List<Object> elements(JsonParser parser, int depth, String pointer) throws IOException, Refused {
    checkDepth(depth);
    List<Object> elements = new ArrayList<>();
    JsonToken token;
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
      elements.add(value(parser, token, depth, pointer));
    }
    return elements;
  }

  private static void checkDepth(int depth) throws Refused {
    if (depth > DEEPEST) {
      throw new Refused("too_deep", "objects and arrays are nested more than 16 deep", "");
    }
  }

  private static Refused outOfRange(String pointer) {
    return new Refused("out_of_range", "a number is beyond 64 bits, or has too many decimals", pointer);
  }
}
