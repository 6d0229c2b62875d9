/** Why a record is not let in: a code of the contract, a sentence for a person, and where in the value (RFC 6901). */
final class Refused extends Exception {
  final String code;
  final String pointer;

  Refused(String code, String message, String pointer) {
    super(message, null, false, false); // no stack trace: a verdict, not an error
    this.code = code;
    this.pointer = pointer;
  }
}
