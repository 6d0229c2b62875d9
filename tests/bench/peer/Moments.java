import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** RFC 3339 and zones. The usual form of a moment is read by hand, at a tenth of the library's price. */
final class Moments {
  static final long DAY_MS = 86_400_000L;

  private static final DateTimeFormatter MILLISECONDS = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
  private static final Map<String, ZoneId> ZONES = new ConcurrentHashMap<>();

  private Moments() {}

  static String text(long epochMs) {
    return MILLISECONDS.format(Instant.ofEpochMilli(epochMs));
  }

  /** The zone of this name, or null. */
  static ZoneId zone(String name) {
    ZoneId known = ZONES.get(name);
    if (known == null) {
      try {
        known = ZoneId.of(name);
      } catch (DateTimeException unknown) {
        return null;
      }
      ZONES.put(name, known);
    }
    return known;
  }

  /** The number of the day since 1970-01-01 that a moment lies in. */
  static long day(long epochMs, ZoneId zone) {
    return Instant.ofEpochMilli(epochMs).atZone(zone).toLocalDate().toEpochDay();
  }

  /** When a day begins, in epoch milliseconds. */
  static long begin(long day, ZoneId zone) {
    return LocalDate.ofEpochDay(day).atStartOfDay(zone).toInstant().toEpochMilli();
  }

  /** Epoch milliseconds of RFC 3339 with an offset; finer digits are cut off. */
  static long parse(String text) throws Refused {
    long usual = usual(text);
    if (usual != Long.MIN_VALUE) {
      return usual;
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException bad) {
      throw new Refused("bad_time", "at is not RFC 3339 with an offset", "/at");
    }
  }

  /** Reads 2026-01-01T00:00:00Z and 2026-01-01T00:00:00.000Z up to the 28th of a month; MIN_VALUE for all others. */
  private static long usual(String text) {
    int length = text.length();
    if ((length != 24 && length != 20) || !punctuated(text, length)) {
      return Long.MIN_VALUE;
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, 10);
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, 19);
    int ms = length == 24 ? digits(text, 20, 23) : 0;
    boolean sound =
        year > 0 && month >= 1 && month <= 12 && day >= 1 && day <= 28 && hour >= 0 && hour < 24
            && minute >= 0 && minute < 60 && second >= 0 && second < 60 && ms >= 0;
    if (!sound) {
      return Long.MIN_VALUE;
    }
    return daysTo(year, month, day) * DAY_MS + ((hour * 60L + minute) * 60 + second) * 1000 + ms;
  }

  private static boolean punctuated(String text, int length) {
    return text.charAt(4) == '-' && text.charAt(7) == '-' && text.charAt(10) == 'T' && text.charAt(13) == ':'
        && text.charAt(16) == ':' && (length == 20 || text.charAt(19) == '.') && text.charAt(length - 1) == 'Z';
  }

  private static int digits(String text, int from, int to) {
    int number = 0;
    for (int at = from; at < to; at++) {
      int digit = text.charAt(at) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  /** Days since 1970-01-01, by eras of 400 years that begin in March, so that the leap day is the last. */
  private static long daysTo(int year, int month, int day) {
    year -= month <= 2 ? 1 : 0;
    int era = year / 400;
    int yearOfEra = year - era * 400;
    int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146_097L + yearOfEra * 365L + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
  }
}
