import java.math.BigDecimal;
import java.util.Map;

/** A usage event as the contract has it, behind the door. */
final class UsageEvent {
  String id;
  String source = "";
  String contact;
  String name;

  /** The value; where it has a fraction, `exact` is it and this is nothing. */
  long value = 1;

  BigDecimal exact;

  /** Epoch milliseconds. */
  long at;

  boolean hasAt;
  Map<String, Object> properties = Map.of();
  boolean backfill;

  /** The zone of the device; null when it names none. */
  String zone;

  /** The event counts without its zone, and this is told; null mostly. */
  Refused doubt;
}
