//! Rows in memory: those that the open transaction writes, and a bounded cache of others.
//!
//! A row lies as it is stored, in one piece of memory with its key. Most contacts come once in a while, so their rows
//! are in none of the processor's caches: what an event costs is, above all, how many places it has to go to.

use std::hash::{BuildHasher, RandomState};
use std::hint::black_box;

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Memory of a row is had in such pieces (bytes): one more id in its ring, or a longer number, mostly finds room.
const PIECE: usize = 32;
/// What a processor reads from memory at once (bytes).
const LINE: usize = 64;

/// Of a row that the open transaction does not write.
const CLEAN: u32 = u32::MAX;

/// 32 bytes, so that none lies across two lines.
pub struct Entry {
    /// Its key, its row in MessagePack, and some room.
    data: Box<[u8]>,
    key_size: u32,
    row_size: u32,
    /// Its place in the list of what the open transaction writes, or `CLEAN`.
    dirty_at: u32,
    /// Whether it was touched again since the cache last looked for what to drop. Once is not enough: a backlog of
    /// contacts who come once would push out those who come all the time.
    hot: bool,
}

impl Entry {
    fn new(key: &[u8], row: &[u8]) -> Entry {
        let mut data = Vec::with_capacity((key.len() + row.len()).next_multiple_of(PIECE));
        data.extend_from_slice(key);
        data.extend_from_slice(row);
        data.resize(data.capacity(), 0);
        let (key_size, row_size) = (narrow(key.len()), narrow(row.len()));
        Entry { data: data.into_boxed_slice(), key_size, row_size, dirty_at: CLEAN, hot: false }
    }

    pub fn key(&self) -> &[u8] {
        &self.data[..self.key_size as usize]
    }

    pub fn row(&self) -> &[u8] {
        &self.data[self.key_size as usize..][..self.row_size as usize]
    }

    /// Whether the open transaction writes it.
    pub fn is_dirty(&self) -> bool {
        self.dirty_at != CLEAN
    }

    fn rewrite(&mut self, row: &[u8]) {
        match self.data[self.key_size as usize..].get_mut(..row.len()) {
            Some(room) => {
                room.copy_from_slice(row);
                self.row_size = narrow(row.len());
            }
            None => {
                let Entry { dirty_at, hot, .. } = *self;
                *self = Entry { dirty_at, hot, ..Entry::new(self.key(), row) };
            }
        }
    }
}

/// Where the entry of a key lies, with a part of the key's hash: most other keys are told apart without a look at them.
struct Place {
    hash: u32,
    at: u32,
}

pub struct Held {
    places: HashTable<Place>,
    /// Of the hashes of keys, which applications choose: nobody can make them meet.
    seed: u64,
    entries: Vec<Option<Entry>>,
    free: Vec<u32>,
    /// What the open transaction writes; a place that was removed is None.
    dirty: Vec<Option<u32>>,
    writing: usize,
    /// Where the search for what to drop goes on.
    hand: usize,
}

impl Held {
    pub fn new() -> Held {
        Held {
            places: HashTable::new(),
            seed: RandomState::new().hash_one(0u8),
            entries: Vec::new(),
            free: Vec::new(),
            dirty: Vec::new(),
            writing: 0,
            hand: 0,
        }
    }

    fn hash(&self, key: &[u8]) -> u32 {
        xxh3_64_with_seed(key, self.seed) as u32
    }

    pub fn find(&self, key: &[u8]) -> Option<usize> {
        let hash = self.hash(key);
        let is_it = |place: &Place| {
            place.hash == hash && self.entries[place.at as usize].as_ref().is_some_and(|entry| entry.key() == key)
        };
        self.places.find(spread(hash), is_it).map(|place| place.at as usize)
    }

    /// Where the entry of a key lies, if it is one of those held: the hash alone is compared, so nothing is fetched but
    /// the table's own line. `approach` the place before it is looked at.
    pub fn guess(&self, key: &[u8]) -> Option<usize> {
        let hash = self.hash(key);
        self.places.find(spread(hash), |place| place.hash == hash).map(|place| place.at as usize)
    }

    /// The entry at a place that was told or guessed.
    pub fn at(&self, place: usize) -> Option<&Entry> {
        self.entries.get(place)?.as_ref()
    }

    pub fn get(&self, key: &[u8]) -> Option<&Entry> {
        self.at(self.find(key)?)
    }

    /// Bring entries nearer that are wanted soon. Together they come in the time of a few: nothing waits for the one
    /// before it, as it does where a row is read and counted on before the next.
    pub fn approach(&self, places: impl Iterator<Item = usize> + Clone) {
        let entries = || places.clone().filter_map(|place| self.at(place));
        let mut read = entries().fold(0, |all, entry| all ^ entry.dirty_at);
        for entry in entries() {
            for line in entry.data.chunks(LINE) {
                read ^= u32::from(line[0]);
            }
        }
        black_box(read);
    }

    /// Put a row, whatever was there.
    pub fn put(&mut self, key: &[u8], row: &[u8], dirty: bool) -> usize {
        self.remove(key);
        let entry = Some(Entry::new(key, row));
        let at = match self.free.pop() {
            Some(at) => {
                self.entries[at as usize] = entry;
                at
            }
            None => {
                self.entries.push(entry);
                narrow(self.entries.len() - 1)
            }
        };
        let hash = self.hash(key);
        self.places.insert_unique(spread(hash), Place { hash, at }, |place| spread(place.hash));
        if dirty {
            self.mark(at);
        }
        at as usize
    }

    /// Let the open transaction write an entry that was in memory, changed to this row.
    pub fn rewrite(&mut self, place: usize, row: &[u8]) {
        if let Some(entry) = self.entries[place].as_mut() {
            entry.rewrite(row);
            entry.hot = true;
        }
        self.mark(narrow(place));
    }

    fn mark(&mut self, at: u32) {
        if let Some(entry) = self.entries[at as usize].as_mut() {
            if !entry.is_dirty() {
                entry.dirty_at = narrow(self.dirty.len());
                self.dirty.push(Some(at));
                self.writing += 1;
            }
        }
    }

    pub fn remove(&mut self, key: &[u8]) -> Option<Entry> {
        let hash = self.hash(key);
        let entries = &self.entries;
        let is_it = |place: &Place| {
            place.hash == hash && entries[place.at as usize].as_ref().is_some_and(|entry| entry.key() == key)
        };
        let (place, _) = self.places.find_entry(spread(hash), is_it).ok()?.remove();
        self.free.push(place.at);
        let entry = self.entries[place.at as usize].take()?;
        if entry.is_dirty() {
            self.dirty[entry.dirty_at as usize] = None;
            self.writing -= 1;
        }
        Some(entry)
    }

    /// The entries that the open transaction writes, in the order in which it touched them first.
    pub fn dirty(&self) -> impl Iterator<Item = &Entry> {
        const TOGETHER: usize = 64;
        self.dirty.chunks(TOGETHER).flat_map(|places| {
            let places = places.iter().flatten().map(|&at| at as usize);
            self.approach(places.clone());
            places.filter_map(|place| self.at(place))
        })
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
        for at in self.dirty.drain(..).flatten() {
            if let Some(entry) = self.entries[at as usize].as_mut() {
                entry.dirty_at = CLEAN;
            }
        }
        // The clock: a row that was touched since the hand came by is passed once.
        while self.places.len() > limit {
            self.hand = (self.hand + 1) % self.entries.len();
            match &mut self.entries[self.hand] {
                Some(entry) if entry.hot => entry.hot = false,
                Some(entry) => {
                    let key = entry.key().to_vec();
                    self.remove(&key);
                }
                None => {}
            }
        }
    }

    /// The transaction is gone: forget every row that it touched.
    pub fn aborted(&mut self) {
        let keys: Vec<Vec<u8>> = self.dirty().map(|entry| entry.key().to_vec()).collect();
        for key in keys {
            self.remove(&key);
        }
        self.dirty.clear();
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

/// Places and sizes take 32 bits: there is no memory for 2^32 rows, and a row is far below 4 GB.
fn narrow(size: usize) -> u32 {
    u32::try_from(size).expect("rows in memory and their bytes are below 2^32")
}

/// The hash as the table wants it: it looks at both ends of 64 bits.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abort_forgets_what_it_touched_and_nothing_else() {
        let mut held = Held::new();
        for number in 0..10u8 {
            held.put(&[number], b"row", true);
        }
        held.committed(100);
        let place = held.find(&[3]).unwrap();
        held.rewrite(place, b"rows");
        held.put(&[20], b"row", true);
        held.aborted();
        assert_eq!((held.cached_count(), held.dirty_count()), (9, 0));
        assert!(held.find(&[3]).is_none() && held.find(&[20]).is_none());
    }

    #[test]
    fn the_cache_is_bounded_and_keeps_what_is_touched() {
        let mut held = Held::new();
        for number in 0..100u8 {
            held.put(&[number], b"row", true);
            held.committed(10);
            let place = held.find(&[0]).unwrap();
            held.rewrite(place, b"row");
        }
        held.committed(10);
        assert_eq!(held.cached_count(), 10);
        assert!(held.find(&[0]).is_some());
    }

    #[test]
    fn a_row_grows_and_shrinks_beside_its_key() {
        let mut held = Held::new();
        let place = held.put(b"key", b"", true);
        for size in (0..300).chain((0..300).rev()) {
            let row = vec![size as u8; size];
            held.rewrite(place, &row);
            let entry = held.get(b"key").unwrap();
            assert!((entry.key(), entry.row(), entry.is_dirty()) == (b"key", &row, true));
        }
        assert_eq!(held.dirty_count(), 1);
    }
}
