//! Verdicts that were reached before, in a table of fixed size: a pair of texts seen again is answered without a look
//! at the schemas.

/// Identity of a schema's whole content: the SHA-256 of its text together with its resolved references.
///
/// Nothing weaker will do: CRC-64 and MD5 can be forged, and the parsing form drops aliases and defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentKey(pub [u8; 32]);

#[derive(Clone, Copy, Debug)]
struct Entry {
    reader: ContentKey,
    writer: ContentKey,
    can_read: bool,
}

/// How many verdicts are kept; 65 bytes each.
const ENTRIES: usize = 1 << 13;

/// How many places a verdict may stand in.
const WAYS: usize = 4;

/// The verdicts. Allocates its half MiB with the first of them; a newer verdict takes the place of an older one.
#[derive(Debug, Default)]
pub(super) struct Seen {
    entries: Box<[Option<Entry>]>,
    /// Which of its places the next newcomer of any set takes.
    turn: u8,
}

impl Seen {
    /// Whether `reader` can read `writer`, if that is known.
    pub(super) fn get(&self, reader: ContentKey, writer: ContentKey) -> Option<bool> {
        let set = self.entries.get(places(reader, writer))?;
        let entry = set.iter().flatten().find(|entry| entry.reader == reader && entry.writer == writer);
        entry.map(|entry| entry.can_read)
    }

    /// Remembers a verdict.
    pub(super) fn put(&mut self, reader: ContentKey, writer: ContentKey, can_read: bool) {
        if self.entries.is_empty() {
            self.entries = vec![None; ENTRIES].into();
        }
        self.turn = (self.turn + 1) % WAYS as u8;
        let set = &mut self.entries[places(reader, writer)];
        let place = set.iter().position(Option::is_none).unwrap_or(self.turn as usize);
        set[place] = Some(Entry { reader, writer, can_read });
    }
}

/// The places a pair may stand in. Digests are spread already; turning one of them tells the two directions apart.
fn places(reader: ContentKey, writer: ContentKey) -> std::ops::Range<usize> {
    let half = |key: ContentKey| {
        u64::from_le_bytes([key.0[0], key.0[1], key.0[2], key.0[3], key.0[4], key.0[5], key.0[6], key.0[7]])
    };
    let set = (half(reader) ^ half(writer).rotate_left(17)) as usize % (ENTRIES / WAYS);
    set * WAYS..(set + 1) * WAYS
}
