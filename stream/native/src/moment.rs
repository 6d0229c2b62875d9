//! Moments: RFC 3339 read and written, epoch milliseconds inside (`schemas.moment`).

pub const MINUTE_MS: i64 = 60_000;
pub const DAY_MS: i64 = 86_400_000;

/// Days since 1970-01-01 of a date of the Gregorian calendar.
/// Howard Hinnant, <http://howardhinnant.github.io/date_algorithms.html#days_from_civil>.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days - era * 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number of so many digits from a place on; None where there is anything else.
#[inline(always)]
fn number<const DIGITS: usize>(text: &[u8], at: usize) -> Option<i64> {
    let digits: &[u8; DIGITS] = text.get(at..)?.first_chunk()?;
    let mut found = 0;
    for each in digits {
        let digit = each.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        found = found * 10 + u32::from(digit);
    }
    Some(i64::from(found))
}

/// Read `YYYY-MM-DDTHH:MM:SS[.f{1,6}](Z|±HH:MM)`, which is what is usual; None for every other text, sound or not.
/// Finer digits than a millisecond are cut off.
pub fn parse(text: &[u8]) -> Option<i64> {
    let head: &[u8; 19] = text.first_chunk()?;
    if [head[4], head[7], head[10], head[13], head[16]] != *b"--T::" {
        return None;
    }
    let (year, month, day) = (number::<4>(head, 0)?, number::<2>(head, 5)?, number::<2>(head, 8)?);
    let (hour, minute, second) = (number::<2>(head, 11)?, number::<2>(head, 14)?, number::<2>(head, 17)?);
    let in_calendar = year >= 1 && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
    if !in_calendar || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut at = 19;
    let mut ms = 0;
    if text.get(at) == Some(&b'.') {
        let digits = text[at + 1..].iter().take_while(|each| each.is_ascii_digit()).count();
        if !(1..=6).contains(&digits) {
            return None;
        }
        ms = match digits {
            1 => number::<1>(text, at + 1)? * 100,
            2 => number::<2>(text, at + 1)? * 10,
            _ => number::<3>(text, at + 1)?,
        };
        at += 1 + digits;
    }
    let offset = match text.get(at)? {
        b'Z' if text.len() == at + 1 => 0,
        sign @ (b'+' | b'-') if text.len() == at + 6 && text[at + 3] == b':' => {
            let (hours, minutes) = (number::<2>(text, at + 1)?, number::<2>(text, at + 4)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 60 + minutes) * if *sign == b'+' { 1 } else { -1 }
        }
        _ => return None,
    };
    let seconds = days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset * 60;
    Some(seconds * 1000 + ms)
}

/// Append `2026-11-20T14:41:07.120Z`; the moment lies in the years 1 to 9999.
pub fn write(epoch_ms: i64, out: &mut Vec<u8>) {
    let (days, ms) = (epoch_ms.div_euclid(86_400_000), epoch_ms.rem_euclid(86_400_000));
    let (year, month, day) = civil_from_days(days);
    let parts: [(i64, usize, u8); 7] = [
        (year, 4, b'-'),
        (month, 2, b'-'),
        (day, 2, b'T'),
        (ms / 3_600_000, 2, b':'),
        (ms / 60_000 % 60, 2, b':'),
        (ms / 1000 % 60, 2, b'.'),
        (ms % 1000, 3, b'Z'),
    ];
    for (number, width, behind) in parts {
        let mut left = 10i64.pow(width as u32 - 1);
        while left > 0 {
            out.push(b'0' + (number / left % 10) as u8);
            left /= 10;
        }
        out.push(behind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_comes_back() {
        for ms in [0, 946_684_800_000, 951_782_400_123, 1_767_225_599_999, 4_102_444_800_000, 253_402_300_799_999] {
            let mut text = Vec::new();
            write(ms, &mut text);
            assert_eq!(parse(&text), Some(ms));
        }
        assert_eq!(parse(b"2026-11-20T16:41:07.12+02:00"), parse(b"2026-11-20T14:41:07.120000Z"));
    }

    #[test]
    fn what_is_unusual_is_none() {
        for text in [
            "2026-02-29T00:00:00Z",
            "2026-11-20T24:00:00Z",
            "2026-11-20 10:00:00Z",
            "2026-11-20T10:00:00",
            "2026-11-20T10:00:60Z",
            "2026-11-20T10:00:00.1234567Z",
            "2026-11-20T10:00:00.Z",
            "0000-01-01T00:00:00Z",
            "",
            "x",
        ] {
            assert!(parse(text.as_bytes()).is_none(), "{text}");
        }
    }
}
