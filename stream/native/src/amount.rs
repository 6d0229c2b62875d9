//! Exact amounts: whole numbers of 64 bits, and decimals as Python's `Decimal` has them, digits and places.
//!
//! What does not fit (more than 6 places, a number beyond 64 bits) is `None` everywhere: such an event or row is the
//! Python core's. With at most 6 places `str(Decimal)` never writes an exponent, so the text is the same in both.

use std::cmp::Ordering;

/// Places of a decimal that are kept here.
pub const MOST_PLACES: u8 = 6;

/// A number: `units` / 10^`places`. Whole numbers that Python holds as `int` have no places; a `Decimal` keeps its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Amount {
    units: i64,
    places: u8,
}

/// The rules' numbers are at most this (`spec.MOST`): a whole one that is, too, is ample beside any of them.
const MOST_WHOLE: u64 = 1_000_000_000_000;

const POWERS: [i128; 7] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

impl Amount {
    pub const ZERO: Amount = Amount::whole(0);

    pub const fn whole(units: i64) -> Amount {
        Amount { units, places: 0 }
    }

    /// The value if it is an `int` in Python.
    pub fn as_int(self) -> Option<i64> {
        (self.places == 0).then_some(self.units)
    }

    /// Read `-?digits[.digits]`, as JSON and `str` of an int or a Decimal write it; None for anything else, for -0,
    /// and for what does not fit.
    pub fn parse(text: &[u8]) -> Option<Amount> {
        let (negative, digits) = match text.split_first() {
            Some((b'-', rest)) => (true, rest),
            _ => (false, text),
        };
        let point = digits.iter().position(|&each| each == b'.');
        let (whole, fraction) = match point {
            Some(at) => (&digits[..at], Some(&digits[at + 1..])),
            None => (digits, None),
        };
        if whole.is_empty() || (whole.len() > 1 && whole[0] == b'0') || digits.len() > 19 {
            return None;
        }
        let fraction = match fraction {
            Some(places) if places.is_empty() || places.len() > usize::from(MOST_PLACES) => return None,
            Some(places) => places,
            None => &[],
        };
        // 19 digits fit into 64 bits without a sign.
        let mut units: u64 = 0;
        for &each in whole.iter().chain(fraction) {
            if !each.is_ascii_digit() {
                return None;
            }
            units = units * 10 + u64::from(each - b'0');
        }
        if negative && units == 0 {
            return None;
        }
        let units = if negative { 0i64.checked_sub_unsigned(units)? } else { i64::try_from(units).ok()? };
        Some(Amount { units, places: u8::try_from(fraction.len()).ok()? })
    }

    /// Whether sums and differences with numbers of the rules stay within 64 bits, places included. The rules' numbers
    /// are at most 10^12 (`spec.MOST`), and `are_whole` says that they have no places.
    pub fn is_ample(self, are_whole: bool) -> bool {
        if self.places == 0 && self.units.unsigned_abs() <= MOST_WHOLE {
            return true;
        }
        let most = if are_whole && self.places == 0 {
            1i128 << 60
        } else {
            POWERS[6] * POWERS[usize::from(self.places)] * POWERS[6]
        };
        i128::from(self.units).abs() <= most
    }

    pub fn is_negative(self) -> bool {
        self.units < 0
    }

    fn scaled(self, places: u8) -> i128 {
        i128::from(self.units) * POWERS[usize::from(places - self.places)]
    }

    fn tidy(units: i128, places: u8) -> Option<Amount> {
        let power = POWERS[usize::from(places)];
        if units % power == 0 {
            return Some(Amount::whole(i64::try_from(units / power).ok()?));
        }
        Some(Amount { units: i64::try_from(units).ok()?, places })
    }

    /// `add_exactly`: the exact sum, an int whenever it is whole.
    pub fn add(self, other: Amount) -> Option<Amount> {
        if self.places | other.places == 0 {
            return self.units.checked_add(other.units).map(Amount::whole);
        }
        let places = self.places.max(other.places);
        Amount::tidy(self.scaled(places) + other.scaled(places), places)
    }

    /// `exact_gap`: the exact difference, an int whenever it is whole.
    pub fn gap(self, lower: Amount) -> Option<Amount> {
        if self.places | lower.places == 0 {
            return self.units.checked_sub(lower.units).map(Amount::whole);
        }
        let places = self.places.max(lower.places);
        Amount::tidy(self.scaled(places) - lower.scaled(places), places)
    }

    /// `multiple * amount`, with the places that the amount has.
    pub fn times(self, multiple: i64) -> Option<Amount> {
        Some(Amount { units: self.units.checked_mul(multiple)?, places: self.places })
    }

    /// `self // divisor` of numbers that are not negative; the divisor is above 0.
    pub fn floor_div(self, divisor: Amount) -> Option<i64> {
        if self.units < 0 || divisor.units <= 0 {
            return None;
        }
        if self.places == divisor.places {
            return Some(self.units / divisor.units);
        }
        let places = self.places.max(divisor.places);
        i64::try_from(self.scaled(places) / divisor.scaled(places)).ok()
    }

    pub fn cmp(self, other: Amount) -> Ordering {
        if self.places == other.places {
            return self.units.cmp(&other.units);
        }
        let places = self.places.max(other.places);
        self.scaled(places).cmp(&other.scaled(places))
    }

    pub fn lt(self, other: Amount) -> bool {
        self.cmp(other) == Ordering::Less
    }

    pub fn le(self, other: Amount) -> bool {
        self.cmp(other) != Ordering::Greater
    }

    /// Python's `max`: the first of two that are equal.
    pub fn max(self, other: Amount) -> Amount {
        if self.lt(other) {
            other
        } else {
            self
        }
    }

    /// Append the text that `str` gives, which is also the JSON number.
    pub fn write(self, out: &mut Vec<u8>) {
        if self.places == 0 {
            write_int(self.units, out);
            return;
        }
        if self.units < 0 {
            out.push(b'-');
        }
        let power = POWERS[usize::from(self.places)].unsigned_abs() as u64;
        let units = self.units.unsigned_abs();
        write_digits(units / power, out);
        out.push(b'.');
        let mut left = power / 10;
        let rest = units % power;
        while left > 0 {
            out.push(b'0' + ((rest / left) % 10) as u8);
            left /= 10;
        }
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Amount) -> bool {
        Amount::cmp(*self, *other) == Ordering::Equal
    }
}

/// Append a whole number in decimal.
pub fn write_int(number: i64, out: &mut Vec<u8>) {
    if number < 0 {
        out.push(b'-');
    }
    write_digits(number.unsigned_abs(), out);
}

fn write_digits(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

/// How many of `marks`, which rise, are at most `value`: Python's `bisect_right`.
pub fn bisect_right(marks: &[Amount], value: Amount) -> usize {
    marks.partition_point(|mark| mark.le(value))
}

/// How many of `marks`, which rise, are below `value`: Python's `bisect_left`.
pub fn bisect_left(marks: &[Amount], value: Amount) -> usize {
    marks.partition_point(|mark| mark.lt(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(amount: Amount) -> String {
        let mut out = Vec::new();
        amount.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    fn amount(text: &str) -> Amount {
        Amount::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_decimal_keeps_its_places_and_a_whole_sum_has_none() {
        for text in ["0", "7", "-3", "1.30", "-0.05", "0.000001", "9223372036854775807", "-9223372036854775808"] {
            assert_eq!(shown(amount(text)), text);
        }
        assert_eq!(shown(amount("1.20").add(amount("0.1")).unwrap()), "1.30");
        assert_eq!(shown(amount("1.5").add(amount("1.50")).unwrap()), "3");
        assert_eq!(shown(amount("0.5").times(2).unwrap()), "1.0");
    }

    #[test]
    fn what_does_not_fit_is_none() {
        for text in ["", "-", "-0", "-0.0", "01", "1.", ".5", "1e3", "0.0000001", "9223372036854775808", "1.2.3", "+1"]
        {
            assert!(Amount::parse(text.as_bytes()).is_none(), "{text}");
        }
        assert!(Amount::whole(i64::MAX).add(Amount::whole(1)).is_none());
    }

    /// Against whole numbers of one millionth, over the widest amounts that are let in.
    #[test]
    fn sums_are_exact_at_every_width() {
        let mut amounts = Vec::new();
        for places in 0..=MOST_PLACES {
            for power in 0..60 {
                for units in [1i64 << power, -(1i64 << power), (1i64 << power) - 1] {
                    amounts.push(Amount { units, places });
                }
            }
        }
        amounts.retain(|amount| amount.is_ample(amount.places == 0));
        let millionths = |amount: Amount| amount.scaled(MOST_PLACES);
        for &one in &amounts {
            for &other in &amounts {
                if let Some(sum) = one.add(other) {
                    assert_eq!(millionths(sum), millionths(one) + millionths(other));
                }
                if let Some(gap) = one.gap(other) {
                    assert_eq!(millionths(gap), millionths(one) - millionths(other));
                }
                assert_eq!(one.cmp(other), millionths(one).cmp(&millionths(other)));
                if let Some(quotient) = one.floor_div(other) {
                    assert_eq!(i128::from(quotient), millionths(one) / millionths(other));
                }
            }
            if millionths(one) != 0 {
                assert_eq!(millionths(amount(&shown(one))), millionths(one));
            }
        }
    }
}
