import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * An exact running total and its high-water mark. Whole numbers of 64 bits are longs; a total with a fraction, or beyond
 * them, has an `exact` one, and the long is then its floor, which is all that whole thresholds need.
 */
final class Sum {
  private static final BigDecimal SMALLEST = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  long value;
  long high;
  private BigDecimal exact;
  private BigDecimal exactHigh;

  /** Add an amount, `exact` if it is not null; return whether the high-water mark rose. */
  boolean add(long amount, BigDecimal exactAmount) {
    if (exactAmount != null || exact != null || exactHigh != null || overflows(amount)) {
      return addExactly(exactAmount == null ? BigDecimal.valueOf(amount) : exactAmount);
    }
    value += amount;
    if (value <= high) {
      return false;
    }
    high = value;
    return true;
  }

  /** The total as a number to write: Long or BigDecimal. */
  Number number() {
    return exact == null ? (Number) value : exact;
  }

  /** What is missing to a threshold. */
  Number missing(long threshold) {
    return exact == null ? (Number) (threshold - value) : BigDecimal.valueOf(threshold).subtract(exact);
  }

  void write(ByteBuffer out) {
    out.putLong(value).putLong(high);
    write(exact, out);
    write(exactHigh, out);
  }

  void read(ByteBuffer in) {
    value = in.getLong();
    high = in.getLong();
    exact = readExact(in);
    exactHigh = readExact(in);
  }

  private boolean overflows(long amount) {
    long total = value + amount;
    return ((value ^ total) & (amount ^ total)) < 0;
  }

  private boolean addExactly(BigDecimal amount) {
    BigDecimal total = (exact == null ? BigDecimal.valueOf(value) : exact).add(amount);
    BigDecimal mark = exactHigh == null ? BigDecimal.valueOf(high) : exactHigh;
    value = floor(total);
    exact = fitsLong(total) ? null : total;
    if (total.compareTo(mark) <= 0) {
      return false;
    }
    high = value;
    exactHigh = exact;
    return true;
  }

  private static boolean fitsLong(BigDecimal number) {
    return number.stripTrailingZeros().scale() <= 0 && number.compareTo(SMALLEST) >= 0 && number.compareTo(LARGEST) <= 0;
  }

  private static long floor(BigDecimal number) {
    return number.setScale(0, RoundingMode.FLOOR).max(SMALLEST).min(LARGEST).longValueExact();
  }

  private static void write(BigDecimal number, ByteBuffer out) {
    if (number == null) {
      out.put((byte) 0);
      return;
    }
    byte[] text = number.toPlainString().getBytes(StandardCharsets.US_ASCII);
    out.put((byte) text.length).put(text);
  }

  private static BigDecimal readExact(ByteBuffer in) {
    int length = in.get();
    if (length == 0) {
      return null;
    }
    byte[] text = new byte[length];
    in.get(text);
    return new BigDecimal(new String(text, StandardCharsets.US_ASCII));
  }
}
