//! The rows of one table that are in memory: those of the open transaction, and a bounded cache of others.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::row::{Names, Row};

#[allow(clippy::large_enum_variant)] // nearly all are rows
pub enum Content {
    Row(Row),
    /// Bytes of a row that only the Python core reads.
    Foreign(Box<[u8]>),
}

impl Content {
    pub fn read(data: &[u8], names: &mut Names) -> Content {
        match Row::decode(data, names) {
            Some(row) => Content::Row(row),
            None => Content::Foreign(data.into()),
        }
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Content::Row(row) => row.encode(out),
            Content::Foreign(data) => out.extend_from_slice(data),
        }
    }
}

pub struct Entry {
    pub key: Arc<[u8]>,
    pub content: Content,
    /// Its place in the list of what the open transaction writes; None if it does not.
    dirty_at: Option<usize>,
    /// Whether it was touched again since the cache last looked for what to drop. Once is not enough: a backlog of
    /// contacts who come once would push out those who come all the time.
    hot: bool,
}

/// Hashes of keys, which applications choose: seeded, so that nobody can make them meet.
#[derive(Clone)]
struct Seeded(u64);

struct Hasher {
    seed: u64,
    hash: u64,
}

impl BuildHasher for Seeded {
    type Hasher = Hasher;

    fn build_hasher(&self) -> Hasher {
        Hasher { seed: self.0, hash: 0 }
    }
}

impl std::hash::Hasher for Hasher {
    fn finish(&self) -> u64 {
        self.hash
    }

    fn write(&mut self, bytes: &[u8]) {
        self.hash = xxh3_64_with_seed(bytes, self.seed ^ self.hash);
    }

    /// The length that goes before a slice: keys are whole, so it tells nothing more.
    fn write_usize(&mut self, _: usize) {}
}

pub struct Held {
    places: HashMap<Arc<[u8]>, usize, Seeded>,
    entries: Vec<Option<Entry>>,
    free: Vec<usize>,
    /// What the open transaction writes; a place that was removed is None.
    dirty: Vec<Option<usize>>,
    writing: usize,
    /// Where the search for what to drop goes on.
    hand: usize,
    pub names: Names,
}

impl Entry {
    /// Whether the open transaction writes it.
    pub fn is_dirty(&self) -> bool {
        self.dirty_at.is_some()
    }
}

impl Held {
    pub fn new() -> Held {
        Held {
            places: HashMap::with_hasher(Seeded(RandomState::new().hash_one(0u8))),
            entries: Vec::new(),
            free: Vec::new(),
            dirty: Vec::new(),
            writing: 0,
            hand: 0,
            names: Names::default(),
        }
    }

    pub fn find(&self, key: &[u8]) -> Option<usize> {
        self.places.get(key).copied()
    }

    pub fn entry(&mut self, place: usize) -> Option<&mut Entry> {
        self.entries.get_mut(place)?.as_mut()
    }

    pub fn get(&self, key: &[u8]) -> Option<&Entry> {
        self.entries[self.find(key)?].as_ref()
    }

    /// Names and one entry at once, for what reads the one and changes the other.
    pub fn parts(&mut self, place: usize) -> (&mut Names, Option<&mut Entry>) {
        (&mut self.names, self.entries.get_mut(place).and_then(Option::as_mut))
    }

    /// Put a row, whatever was there.
    pub fn put(&mut self, key: &[u8], content: Content, dirty: bool) -> usize {
        self.remove(key);
        let key: Arc<[u8]> = key.into();
        let entry = Some(Entry { key: key.clone(), content, dirty_at: None, hot: false });
        let place = match self.free.pop() {
            Some(place) => {
                self.entries[place] = entry;
                place
            }
            None => {
                self.entries.push(entry);
                self.entries.len() - 1
            }
        };
        self.places.insert(key, place);
        if dirty {
            self.mark(place);
        }
        place
    }

    /// Let the open transaction write an entry that was in memory.
    pub fn touch(&mut self, place: usize) {
        if let Some(entry) = self.entries[place].as_mut() {
            entry.hot = true;
        }
        self.mark(place);
    }

    fn mark(&mut self, place: usize) {
        if let Some(entry) = self.entries[place].as_mut() {
            if entry.dirty_at.is_none() {
                entry.dirty_at = Some(self.dirty.len());
                self.dirty.push(Some(place));
                self.writing += 1;
            }
        }
    }

    pub fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        let place = self.places.remove(key)?;
        self.free.push(place);
        let entry = self.entries[place].take();
        if let Some(at) = entry.as_ref().and_then(|entry| entry.dirty_at) {
            self.dirty[at] = None;
            self.writing -= 1;
        }
        entry
    }

    /// The entries that the open transaction writes, in the order in which it touched them first.
    pub fn dirty(&self) -> impl Iterator<Item = &Entry> {
        self.dirty.iter().flatten().filter_map(|&place| self.entries[place].as_ref())
    }

    pub fn dirty_count(&self) -> usize {
        self.writing
    }

    pub fn cached_count(&self) -> usize {
        self.places.len() - self.writing
    }

    /// The transaction is committed and stored: keep at most `limit` rows, those touched lately first.
    pub fn committed(&mut self, limit: usize) {
        self.writing = 0;
        for place in self.dirty.drain(..).flatten() {
            if let Some(entry) = self.entries[place].as_mut() {
                entry.dirty_at = None;
            }
        }
        // The clock: a row that was touched since the hand came by is passed once.
        while self.places.len() > limit {
            self.hand = (self.hand + 1) % self.entries.len();
            match &mut self.entries[self.hand] {
                Some(entry) if entry.hot => entry.hot = false,
                Some(entry) => {
                    let key = entry.key.clone();
                    self.remove(&key);
                }
                None => {}
            }
        }
    }

    /// The transaction is gone: forget every row that it touched.
    pub fn aborted(&mut self) {
        self.writing = 0;
        for place in self.dirty.drain(..).flatten() {
            if let Some(entry) = self.entries[place].take() {
                self.places.remove(&entry.key);
                self.free.push(place);
            }
        }
    }

    /// Forget everything.
    pub fn forget(&mut self) {
        self.places.clear();
        self.entries.clear();
        self.free.clear();
        self.dirty.clear();
        self.writing = 0;
        self.hand = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: i64) -> Content {
        Content::Row(Row { first_ms: number, ..Row::fresh() })
    }

    #[test]
    fn an_abort_forgets_what_it_touched_and_nothing_else() {
        let mut held = Held::new();
        for number in 0..10u8 {
            held.put(&[number], row(0), true);
        }
        held.committed(100);
        let place = held.find(&[3]).unwrap();
        held.touch(place);
        held.put(&[20], row(1), true);
        held.aborted();
        assert_eq!((held.cached_count(), held.dirty_count()), (9, 0));
        assert!(held.find(&[3]).is_none() && held.find(&[20]).is_none());
    }

    #[test]
    fn the_cache_is_bounded_and_keeps_what_is_touched() {
        let mut held = Held::new();
        for number in 0..100u8 {
            held.put(&[number], row(0), true);
            held.committed(10);
            let place = held.find(&[0]).unwrap();
            held.touch(place);
        }
        held.committed(10);
        assert_eq!(held.cached_count(), 10);
        assert!(held.find(&[0]).is_some());
    }
}
