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

/// Pairs in the order in which Python's dict has them.
pub type Pairs<T> = Vec<(i64, T)>;

#[derive(Clone, Debug)]
pub struct Reading {
    zone: Arc<str>,
    start: i64,
    first: i64,
    last: i64,
}

#[derive(Clone, Debug)]
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

/// What is known of one contact. `None` of a map is nil, which is not the same as an empty one.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub counters: Vec<Amount>,
    pub reached: Vec<u8>,
    pub ring: Vec<u8>,
    pub peaks: Option<Pairs<Amount>>,
    pub occurrences: Option<Pairs<i64>>,
    pub first_ms: i64,
    pub last_day: i64,
    pub zone: Option<Arc<str>>,
    pub signed_up_ms: Option<i64>,
    pub streaks: Option<Pairs<Streak>>,
    pub nudged: Option<Pairs<[i64; 2]>>,
    pub active: Option<Pairs<i64>>,
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

pub fn look_up<T: Copy>(pairs: &Option<Pairs<T>>, key: i64) -> Option<T> {
    pairs.as_ref()?.iter().find(|pair| pair.0 == key).map(|pair| pair.1)
}

/// Python's `{**pairs, key: value}`.
pub fn put<T>(pairs: &mut Option<Pairs<T>>, key: i64, value: T) {
    let pairs = pairs.get_or_insert_with(Vec::new);
    match pairs.iter_mut().find(|pair| pair.0 == key) {
        Some(pair) => pair.1 = value,
        None => pairs.push((key, value)),
    }
}

/// Remove a key; nothing is left of a map without any.
pub fn remove<T>(pairs: &mut Option<Pairs<T>>, key: i64) {
    if let Some(held) = pairs {
        held.retain(|pair| pair.0 != key);
        if held.is_empty() {
            *pairs = None;
        }
    }
}

impl Row {
    /// A contact of whom nothing is known.
    pub fn fresh() -> Row {
        Row { life: 1, ..Row::default() }
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
        self.streaks.as_ref()?.iter().find(|pair| pair.0 == slot as i64).map(|pair| &pair.1)
    }

    pub fn streak_mut(&mut self, slot: usize) -> Option<&mut Streak> {
        self.streaks.as_mut()?.iter_mut().find(|pair| pair.0 == slot as i64).map(|pair| &mut pair.1)
    }

    /// Read a row without its format byte; None for one that holds what only the Python core knows (imported
    /// baselines, numbers beyond 64 bits) and for what msgspec would not have written.
    pub fn decode(data: &[u8], names: &mut Names) -> Option<Row> {
        let mut reader = Reader::new(data);
        let fields = reader.array()?;
        if fields == 0 || fields > FIELDS {
            return None;
        }
        let mut row = Row::fresh();
        for field in 0..fields {
            match field {
                0 => {
                    let count = reader.array()?;
                    row.counters.reserve_exact(count.min(data.len()));
                    for _ in 0..count {
                        row.counters.push(amount(&mut reader)?);
                    }
                }
                1 => row.reached = reader.bytes()?.to_vec(),
                2 => row.ring = reader.bytes()?.to_vec(),
                3 => row.peaks = pairs(&mut reader, amount)?,
                4 => row.occurrences = pairs(&mut reader, Reader::int)?,
                5 => row.first_ms = reader.int()?,
                6 => row.last_day = reader.int()?,
                7 => row.zone = if reader.nil() { None } else { Some(names.name(reader.text()?)) },
                8 => row.signed_up_ms = if reader.nil() { None } else { Some(reader.int()?) },
                9 => row.streaks = pairs(&mut reader, |reader| streak(reader, names))?,
                10 => {
                    if !reader.nil() {
                        return None;
                    }
                }
                11 => row.nudged = pairs(&mut reader, marks)?,
                12 => row.active = pairs(&mut reader, Reader::int)?,
                13 => row.timer_ms = reader.int()?,
                _ => row.life = reader.int()?,
            }
        }
        reader.is_at_end().then_some(row)
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

fn pairs<'a, T>(
    reader: &mut Reader<'a>,
    mut read: impl FnMut(&mut Reader<'a>) -> Option<T>,
) -> Option<Option<Pairs<T>>> {
    if reader.nil() {
        return Some(None);
    }
    let count = reader.map()?;
    if count == 0 {
        return None; // written as nil
    }
    let mut found = Vec::new();
    for _ in 0..count {
        found.push((reader.int()?, read(reader)?));
    }
    Some(Some(found))
}

fn put_pairs<T>(pairs: &Option<Pairs<T>>, write: impl Fn(&T, &mut Vec<u8>), out: &mut Vec<u8>) {
    let Some(pairs) = pairs else {
        return pack::put_nil(out);
    };
    pack::put_map(pairs.len(), out);
    for (key, value) in pairs {
        pack::put_int(*key, out);
        write(value, out);
    }
}

fn ints(reader: &mut Reader) -> Option<Vec<i64>> {
    let count = reader.array()?;
    (0..count).map(|_| reader.int()).collect()
}

fn put_ints(numbers: &[i64], out: &mut Vec<u8>) {
    pack::put_array(numbers.len(), out);
    for &each in numbers {
        pack::put_int(each, out);
    }
}

fn marks(reader: &mut Reader) -> Option<[i64; 2]> {
    ints(reader)?.try_into().ok()
}

fn streak(reader: &mut Reader, names: &mut Names) -> Option<Streak> {
    let fields = reader.array()?;
    if !(3..=STREAK_FIELDS).contains(&fields) {
        return None;
    }
    let newest_ms = reader.int()?;
    let zone = names.name(reader.text()?);
    let count = reader.array()?;
    let runs = (0..count).map(|_| ints(reader)?.try_into().ok()).collect::<Option<Vec<[i64; 3]>>>()?;
    let mut streak = Streak {
        newest_ms,
        zone,
        runs,
        until_ms: 0,
        start: 0,
        floor: 0,
        gaps: Vec::new(),
        kind: 0,
        others: None,
        entered: 0,
    };
    for field in 3..fields {
        match field {
            3 => streak.until_ms = reader.int()?,
            4 => streak.start = reader.int()?,
            5 => streak.floor = reader.int()?,
            6 => streak.gaps = ints(reader)?,
            7 => streak.kind = reader.int()?,
            8 => streak.others = readings(reader, names)?,
            _ => streak.entered = reader.int()?,
        }
    }
    Some(streak)
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
            peaks: Some(vec![(0, Amount::whole(3))]),
            occurrences: Some(vec![(2, 1000)]),
            zone: Some(zone),
            signed_up_ms: Some(1),
            streaks: Some(vec![(1, streak)]),
            nudged: Some(vec![(-3, [1, 2])]),
            active: Some(vec![(0, 5)]),
            timer_ms: 9,
            ..Row::fresh()
        };
        let mut out = Vec::new();
        row.encode(&mut out);
        out
    }

    #[test]
    fn a_row_comes_back() {
        let data = full();
        let mut again = Vec::new();
        Row::decode(&data, &mut Names::default()).unwrap().encode(&mut again);
        assert_eq!(again, data);
    }

    #[test]
    fn what_is_cut_off_or_goes_on_is_none_and_damage_breaks_nothing() {
        let data = full();
        for cut in 0..data.len() {
            assert!(Row::decode(&data[..cut], &mut Names::default()).is_none(), "{cut}");
        }
        let longer = [data.clone(), vec![0xc0]].concat();
        assert!(Row::decode(&longer, &mut Names::default()).is_none());
        for at in 0..data.len() {
            for byte in 0..=255 {
                let mut damaged = data.clone();
                damaged[at] = byte;
                if let Some(row) = Row::decode(&damaged, &mut Names::default()) {
                    row.encode(&mut Vec::new());
                }
            }
        }
    }
}
