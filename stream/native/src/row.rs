//! A contact's row, as `stream.core.progress` has it, in the same MessagePack.

use std::collections::HashSet;
use std::sync::Arc;

use crate::amount::Amount;
use crate::pack::{self, Reader};

/// Fields of a row as this release writes it.
const FIELDS: usize = 15;
const STREAK_FIELDS: usize = 10;

/// What a streak counts, and how its zone is known: `stream.core.streak_row`.
pub const WEEKS: i64 = 1;
pub const STAND_IN: i64 = 2;

/// Pairs in the order in which Python's dict has them. None at all is nil: nobody writes a map without any.
pub type Pairs<T> = Vec<(i64, T)>;

#[derive(Clone, Debug)]
pub struct Reading {
    zone: Arc<str>,
    start: i64,
    first: i64,
    last: i64,
}

#[derive(Clone, Debug, Default)]
pub struct Streak {
    pub newest_ms: i64,
    pub zone: Arc<str>,
    pub runs: Vec<[i64; 3]>,
    pub until_ms: i64,
    pub start: i64,
    pub floor: i64,
    pub gaps: Vec<i64>,
    pub kind: i64,
    pub others: Option<Vec<Reading>>,
    pub entered: i64,
}

/// What is known of one contact. One row is read over another: so there is room for its lists already.
#[derive(Debug, Default)]
pub struct Row {
    pub counters: Vec<Amount>,
    pub reached: Vec<u8>,
    pub ring: Vec<u8>,
    pub peaks: Pairs<Amount>,
    pub occurrences: Pairs<i64>,
    pub first_ms: i64,
    pub last_day: i64,
    pub zone: Option<Arc<str>>,
    pub signed_up_ms: Option<i64>,
    pub streaks: Pairs<Streak>,
    pub nudged: Pairs<[i64; 2]>,
    pub active: Pairs<i64>,
    pub timer_ms: i64,
    pub life: i64,
}

/// Names of zones, each kept once: nearly all rows name one of a few.
#[derive(Default)]
pub struct Names(HashSet<Arc<str>>);

impl Names {
    pub fn name(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.0.get(text) {
            return known.clone();
        }
        let name: Arc<str> = text.into();
        self.0.insert(name.clone());
        name
    }
}

pub fn look_up<T: Copy>(pairs: &Pairs<T>, key: i64) -> Option<T> {
    pairs.iter().find(|pair| pair.0 == key).map(|pair| pair.1)
}

/// Python's `{**pairs, key: value}`.
pub fn put<T>(pairs: &mut Pairs<T>, key: i64, value: T) {
    match pairs.iter_mut().find(|pair| pair.0 == key) {
        Some(pair) => pair.1 = value,
        None => pairs.push((key, value)),
    }
}

pub fn remove<T>(pairs: &mut Pairs<T>, key: i64) {
    pairs.retain(|pair| pair.0 != key);
}

impl Row {
    /// Make it that of a contact of whom nothing is known.
    pub fn clear(&mut self) {
        self.clear_from(0);
    }

    /// Give the fields from one on what a row has that was written without them.
    fn clear_from(&mut self, field: usize) {
        for each in field..FIELDS {
            match each {
                0 => self.counters.clear(),
                1 => self.reached.clear(),
                2 => self.ring.clear(),
                3 => self.peaks.clear(),
                4 => self.occurrences.clear(),
                5 => self.first_ms = 0,
                6 => self.last_day = 0,
                7 => self.zone = None,
                8 => self.signed_up_ms = None,
                9 => self.streaks.clear(),
                11 => self.nudged.clear(),
                12 => self.active.clear(),
                13 => self.timer_ms = 0,
                14 => self.life = 1,
                _ => {}
            }
        }
    }

    pub fn counter(&self, slot: usize) -> Amount {
        self.counters.get(slot).copied().unwrap_or(Amount::ZERO)
    }

    /// The high-water mark of a metric.
    pub fn high(&self, slot: usize) -> Amount {
        look_up(&self.peaks, slot as i64).unwrap_or_else(|| self.counter(slot).max(Amount::ZERO))
    }

    /// The highest occurrence reached of a milestone; 0 means never.
    pub fn occurrence(&self, milestone: usize) -> i64 {
        let bits = self.reached.get(milestone >> 3).copied().unwrap_or(0);
        if bits >> (milestone & 7) & 1 == 0 {
            return 0;
        }
        look_up(&self.occurrences, milestone as i64).unwrap_or(1)
    }

    pub fn reach(&mut self, milestone: usize, occurrence: i64) {
        let place = milestone >> 3;
        if self.reached.len() <= place {
            self.reached.resize(place + 1, 0);
        }
        self.reached[place] |= 1 << (milestone & 7);
        if occurrence > 1 {
            put(&mut self.occurrences, milestone as i64, occurrence);
        }
    }

    /// The occurrence last nudged, near (0) or stuck (1); 0 means none.
    pub fn nudge(&self, milestone: usize, place: usize) -> i64 {
        look_up(&self.nudged, milestone as i64).map_or(0, |marks| marks[place])
    }

    pub fn mark_nudged(&mut self, milestone: usize, place: usize, occurrence: i64) {
        let mut marks = look_up(&self.nudged, milestone as i64).unwrap_or([0, 0]);
        marks[place] = occurrence;
        put(&mut self.nudged, milestone as i64, marks);
    }

    pub fn streak(&self, slot: usize) -> Option<&Streak> {
        self.streaks.iter().find(|pair| pair.0 == slot as i64).map(|pair| &pair.1)
    }

    pub fn streak_mut(&mut self, slot: usize) -> Option<&mut Streak> {
        self.streaks.iter_mut().find(|pair| pair.0 == slot as i64).map(|pair| &mut pair.1)
    }

    /// Read a row without its format byte over this one; None for one that holds what only the Python core knows
    /// (imported baselines, numbers beyond 64 bits) and for what msgspec would not have written: then this one is
    /// nobody's.
    pub fn read(&mut self, data: &[u8], names: &mut Names) -> Option<()> {
        let mut reader = Reader::new(data);
        let fields = reader.array()?;
        if fields == 0 || fields > FIELDS {
            return None;
        }
        for field in 0..fields {
            match field {
                0 => read_list(&mut reader, &mut self.counters, amount)?,
                1 => read_bytes(&mut reader, &mut self.reached)?,
                2 => read_bytes(&mut reader, &mut self.ring)?,
                3 => read_pairs(&mut reader, &mut self.peaks, |reader, value| set(value, amount(reader)))?,
                4 => read_pairs(&mut reader, &mut self.occurrences, |reader, value| set(value, reader.int()))?,
                5 => self.first_ms = reader.int()?,
                6 => self.last_day = reader.int()?,
                7 if reader.nil() => self.zone = None,
                7 => {
                    let zone = reader.raw_text()?;
                    if self.zone.as_ref().is_none_or(|known| known.as_bytes() != zone) {
                        self.zone = Some(names.name(std::str::from_utf8(zone).ok()?));
                    }
                }
                8 => self.signed_up_ms = if reader.nil() { None } else { Some(reader.int()?) },
                9 => read_pairs(&mut reader, &mut self.streaks, |reader, streak| streak.read(reader, names))?,
                10 => {
                    if !reader.nil() {
                        return None;
                    }
                }
                11 => read_pairs(&mut reader, &mut self.nudged, |reader, value| set(value, ints(reader)))?,
                12 => read_pairs(&mut reader, &mut self.active, |reader, value| set(value, reader.int()))?,
                13 => self.timer_ms = reader.int()?,
                _ => self.life = reader.int()?,
            }
        }
        self.clear_from(fields);
        reader.is_at_end().then_some(())
    }

    /// Append the row as `encode_progress` writes it.
    pub fn encode(&self, out: &mut Vec<u8>) {
        pack::put_array(FIELDS, out);
        pack::put_array(self.counters.len(), out);
        for &each in &self.counters {
            put_amount(each, out);
        }
        pack::put_bytes(&self.reached, out);
        pack::put_bytes(&self.ring, out);
        put_pairs(&self.peaks, |&value, out| put_amount(value, out), out);
        put_pairs(&self.occurrences, |&value, out| pack::put_int(value, out), out);
        pack::put_int(self.first_ms, out);
        pack::put_int(self.last_day, out);
        match &self.zone {
            Some(zone) => pack::put_text(zone, out),
            None => pack::put_nil(out),
        }
        match self.signed_up_ms {
            Some(at_ms) => pack::put_int(at_ms, out),
            None => pack::put_nil(out),
        }
        put_pairs(&self.streaks, put_streak, out);
        pack::put_nil(out); // baselines: a row that has them is not read here
        put_pairs(&self.nudged, |marks, out| put_ints(marks, out), out);
        put_pairs(&self.active, |&value, out| pack::put_int(value, out), out);
        pack::put_int(self.timer_ms, out);
        pack::put_int(self.life, out);
    }
}

fn amount(reader: &mut Reader) -> Option<Amount> {
    if !reader.is_text() {
        return reader.int().map(Amount::whole);
    }
    // A whole Decimal lies beyond 64 bits, or came so from an event: as an int it would be written otherwise.
    Amount::parse(reader.text()?.as_bytes()).filter(|each| each.as_int().is_none())
}

fn put_amount(amount: Amount, out: &mut Vec<u8>) {
    match amount.as_int() {
        Some(number) => pack::put_int(number, out),
        None => {
            let mut text = Vec::with_capacity(24);
            amount.write(&mut text);
            pack::put_text(std::str::from_utf8(&text).unwrap_or_default(), out);
        }
    }
}

fn set<T>(place: &mut T, found: Option<T>) -> Option<()> {
    *place = found?;
    Some(())
}

fn read_bytes(reader: &mut Reader, into: &mut Vec<u8>) -> Option<()> {
    into.clear();
    into.extend_from_slice(reader.bytes()?);
    Some(())
}

fn read_list<'a, T>(
    reader: &mut Reader<'a>,
    into: &mut Vec<T>,
    mut read: impl FnMut(&mut Reader<'a>) -> Option<T>,
) -> Option<()> {
    into.clear();
    for _ in 0..reader.array()? {
        into.push(read(reader)?);
    }
    Some(())
}

fn read_pairs<T: Default>(
    reader: &mut Reader,
    into: &mut Pairs<T>,
    mut read: impl FnMut(&mut Reader, &mut T) -> Option<()>,
) -> Option<()> {
    if reader.nil() {
        into.clear();
        return Some(());
    }
    let count = reader.map()?;
    if count == 0 {
        return None; // written as nil
    }
    into.truncate(count);
    for at in 0..count {
        if at == into.len() {
            into.push((0, T::default()));
        }
        let pair = &mut into[at];
        pair.0 = reader.int()?;
        read(reader, &mut pair.1)?;
    }
    Some(())
}

fn put_pairs<T>(pairs: &Pairs<T>, write: impl Fn(&T, &mut Vec<u8>), out: &mut Vec<u8>) {
    if pairs.is_empty() {
        return pack::put_nil(out);
    }
    pack::put_map(pairs.len(), out);
    for (key, value) in pairs {
        pack::put_int(*key, out);
        write(value, out);
    }
}

/// Read a list of so many numbers.
fn ints<const N: usize>(reader: &mut Reader) -> Option<[i64; N]> {
    if reader.array()? != N {
        return None;
    }
    let mut found = [0; N];
    for each in &mut found {
        *each = reader.int()?;
    }
    Some(found)
}

fn put_ints(numbers: &[i64], out: &mut Vec<u8>) {
    pack::put_array(numbers.len(), out);
    for &each in numbers {
        pack::put_int(each, out);
    }
}

impl Streak {
    fn read(&mut self, reader: &mut Reader, names: &mut Names) -> Option<()> {
        let fields = reader.array()?;
        if !(3..=STREAK_FIELDS).contains(&fields) {
            return None;
        }
        self.newest_ms = reader.int()?;
        let zone = reader.raw_text()?;
        if self.zone.as_bytes() != zone {
            self.zone = names.name(std::str::from_utf8(zone).ok()?);
        }
        read_list(reader, &mut self.runs, ints)?;
        for field in 3..STREAK_FIELDS {
            let is_there = field < fields;
            let mut int = || if is_there { reader.int() } else { Some(0) };
            match field {
                3 => self.until_ms = int()?,
                4 => self.start = int()?,
                5 => self.floor = int()?,
                6 if is_there => read_list(reader, &mut self.gaps, Reader::int)?,
                6 => self.gaps.clear(),
                7 => self.kind = int()?,
                8 => self.others = if is_there { readings(reader, names)? } else { None },
                _ => self.entered = int()?,
            }
        }
        Some(())
    }
}

fn readings(reader: &mut Reader, names: &mut Names) -> Option<Option<Vec<Reading>>> {
    if reader.nil() {
        return Some(None);
    }
    let count = reader.array()?;
    let mut found = Vec::new();
    for _ in 0..count {
        if reader.array()? != 4 {
            return None;
        }
        let zone = names.name(reader.text()?);
        found.push(Reading { zone, start: reader.int()?, first: reader.int()?, last: reader.int()? });
    }
    Some(Some(found))
}

fn put_streak(streak: &Streak, out: &mut Vec<u8>) {
    pack::put_array(STREAK_FIELDS, out);
    pack::put_int(streak.newest_ms, out);
    pack::put_text(&streak.zone, out);
    pack::put_array(streak.runs.len(), out);
    for run in &streak.runs {
        put_ints(run, out);
    }
    for number in [streak.until_ms, streak.start, streak.floor] {
        pack::put_int(number, out);
    }
    put_ints(&streak.gaps, out);
    pack::put_int(streak.kind, out);
    match &streak.others {
        None => pack::put_nil(out),
        Some(others) => {
            pack::put_array(others.len(), out);
            for each in others {
                pack::put_array(4, out);
                pack::put_text(&each.zone, out);
                put_ints_bare(&[each.start, each.first, each.last], out);
            }
        }
    }
    pack::put_int(streak.entered, out);
}

fn put_ints_bare(numbers: &[i64], out: &mut Vec<u8>) {
    for &each in numbers {
        pack::put_int(each, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Vec<u8> {
        let mut names = Names::default();
        let zone = names.name("Europe/Paris");
        let reading = Reading { zone: zone.clone(), start: 1, first: 300, last: 70_000 };
        let streak = Streak {
            newest_ms: 1_767_225_600_000,
            zone: zone.clone(),
            runs: vec![[20_454, 20_454, 1]],
            until_ms: 0,
            start: 29_453_760,
            floor: 0,
            gaps: vec![1500, 1600],
            kind: 6,
            others: Some(vec![reading]),
            entered: -1,
        };
        let row = Row {
            counters: vec![Amount::whole(-200), Amount::parse(b"19.90").unwrap()],
            reached: vec![5],
            ring: vec![7; 128],
            peaks: vec![(0, Amount::whole(3))],
            occurrences: vec![(2, 1000)],
            zone: Some(zone),
            signed_up_ms: Some(1),
            streaks: vec![(1, streak)],
            nudged: vec![(-3, [1, 2])],
            active: vec![(0, 5)],
            timer_ms: 9,
            life: 1,
            ..Row::default()
        };
        let mut out = Vec::new();
        row.encode(&mut out);
        out
    }

    fn read(data: &[u8]) -> Option<Row> {
        let mut row = Row::default();
        row.read(data, &mut Names::default()).map(|()| row)
    }

    fn written(row: &Row) -> Vec<u8> {
        let mut out = Vec::new();
        row.encode(&mut out);
        out
    }

    #[test]
    fn a_row_comes_back() {
        let data = full();
        assert_eq!(written(&read(&data).unwrap()), data);
    }

    /// Whatever was in the room before, and however much of it a shorter row of an earlier release tells.
    #[test]
    fn nothing_of_another_row_stays() {
        let data = full();
        let mut fresh = Row::default();
        fresh.clear();
        let short = |fields: u8, streak_fields: u8| {
            let mut short = vec![0x90 | fields, 0x91, 7, 0xc4, 1, 5, 0xc4, 0, 0xc0, 0xc0, 1, 2, 0xc0, 3];
            short.extend([0x81, 1, 0x90 | streak_fields, 9, 0xa3, b'U', b'T', b'C', 0x91, 0x93, 4, 4, 1]);
            short.extend(&[8, 7, 6, 0x90, 5][..usize::from(streak_fields) - 3]);
            short
        };
        let others = [written(&fresh), vec![0x91, 0x90], short(10, 3), short(10, 6), short(10, 8)];
        let mut names = Names::default();
        for other in others {
            let mut row = Row::default();
            row.read(&data, &mut names).unwrap();
            row.read(&other, &mut names).unwrap();
            assert_eq!(written(&row), written(&read(&other).unwrap()));
            row.read(&data, &mut names).unwrap();
            assert_eq!(written(&row), data);
            row.clear();
            assert_eq!(written(&row), written(&fresh));
        }
    }

    #[test]
    fn what_is_cut_off_or_goes_on_is_none_and_damage_breaks_nothing() {
        let data = full();
        for cut in 0..data.len() {
            assert!(read(&data[..cut]).is_none(), "{cut}");
        }
        let longer = [data.clone(), vec![0xc0]].concat();
        assert!(read(&longer).is_none());
        for at in 0..data.len() {
            for byte in 0..=255 {
                let mut damaged = data.clone();
                damaged[at] = byte;
                if let Some(row) = read(&damaged) {
                    row.encode(&mut Vec::new());
                }
            }
        }
    }
}
