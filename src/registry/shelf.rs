//! Texts and what was made of them: the four caches that share one budget.
//!
//! Keys are SHA-256 over the text and every text it refers to, never the guid: its MD5 can be made to collide.

use super::cache::{Cache, CacheSize};
use super::error::RefusalCause;
use super::journal::{Condition, JournalError, Texts};
use super::record::{Guid, TextHash};
use super::references::{BYTES_MAX, Closure, resolve_stored, too_large};
use super::view::{Content, Known};
use crate::compat::Direction;
use crate::schema::{self, ParsedSchema, ReferencedText, SchemaSource, SchemaType, Strictness};
use sha2::{Digest as _, Sha256};
use std::cell::OnceCell;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// A parsed schema takes about so many times the bytes of its text.
const MODEL_BYTES_PER_TEXT_BYTE: usize = 6;

pub(super) struct Shelf {
    journal: Arc<dyn Texts>,
    texts: Cache<TextHash, Arc<str>>,
    /// What became of texts that were brought, by everything that bears on it.
    brought: Cache<Key, Arc<Printed>>,
    /// Parsed stored texts.
    models: Cache<Key, Arc<ParsedSchema>>,
    /// Pairs that are known to be compatible.
    compatible: Cache<PairKey, ()>,
    /// [`shape`] of stored texts.
    shapes: Cache<TextHash, u64>,
}

/// SHA-256.
pub(super) type Key = [u8; 32];

/// New, old, and which of them reads.
type PairKey = (Key, Key, Direction);

/// A text that was brought, as it would be stored.
#[derive(Debug)]
pub(super) struct Printed {
    pub(super) text: Arc<str>,
    pub(super) hash: TextHash,
    shape: OnceLock<u64>,
    guid: OnceLock<Guid>,
}

/// A text that was brought and is valid. Its parsed form is made again where it has been forgotten.
#[derive(Clone, Debug)]
pub(super) struct Prepared {
    pub(super) printed: Arc<Printed>,
    model: OnceCell<Arc<ParsedSchema>>,
}

/// A text that is brought.
#[derive(Clone, Copy)]
pub(super) struct Brought<'a> {
    pub(super) schema_type: SchemaType,
    pub(super) text: &'a str,
    pub(super) closure: &'a Closure,
    pub(super) strictness: Strictness,
    pub(super) normalize: bool,
}

impl Shelf {
    pub(super) fn new(journal: Arc<dyn Texts>, bytes_max: usize) -> Self {
        let share = bytes_max / 16;
        Self {
            journal,
            texts: Cache::new(share * 4),
            brought: Cache::new(share * 5),
            models: Cache::new(share * 5),
            compatible: Cache::new(share),
            shapes: Cache::new(share),
        }
    }

    /// How large the caches are.
    pub(super) fn sizes(&self) -> [(&'static str, CacheSize); 5] {
        [
            ("texts", self.texts.size()),
            ("brought", self.brought.size()),
            ("models", self.models.size()),
            ("compatible", self.compatible.size()),
            ("shapes", self.shapes.size()),
        ]
    }

    pub(super) fn store_condition(&self) -> Condition {
        self.journal.condition()
    }

    /// A stored text; read from the journal where it is not at hand.
    pub(super) fn text(&self, known: &dyn Known, hash: TextHash) -> Result<Arc<str>, JournalError> {
        if let Some(text) = self.hot_text(hash) {
            return Ok(text);
        }
        let text = known.pending_text(hash).map_or_else(|| self.journal.text(hash), Ok)?;
        self.keep_text(hash, &text);
        Ok(text)
    }

    /// A stored text that is at hand.
    pub(super) fn hot_text(&self, hash: TextHash) -> Option<Arc<str>> {
        self.texts.get(&hash)
    }

    pub(super) fn keep_text(&self, hash: TextHash, text: &Arc<str>) {
        self.texts.insert(hash, text.clone(), text.len());
    }

    /// Parses a text that is brought.
    pub(super) fn prepare(&self, known: &dyn Known, brought: Brought<'_>) -> Result<Prepared, Unreadable> {
        if let Some(prepared) = self.hot_prepared(brought) {
            return Ok(prepared);
        }
        let references = self.referenced_texts(known, brought.closure)?;
        let source = SchemaSource { schema_type: brought.schema_type, text: brought.text, references: &references };
        let model = parse(&source, brought.strictness, brought.normalize)?;
        Ok(self.keep_prepared(brought, &references, model))
    }

    /// [`Self::prepare`] for callers that may not compute for long, where the text refers to nothing.
    pub(super) fn easily_prepared(&self, brought: Brought<'_>) -> Option<Prepared> {
        if let Some(prepared) = self.hot_prepared(brought) {
            return Some(prepared);
        }
        if brought.normalize || !brought.closure.schemas.is_empty() {
            return None;
        }
        let source = SchemaSource { schema_type: brought.schema_type, text: brought.text, references: &[] };
        let model = schema::parse_easily(&source, brought.strictness)?;
        Some(self.keep_prepared(brought, &[], model))
    }

    fn keep_prepared(&self, brought: Brought<'_>, references: &[ReferencedText], model: ParsedSchema) -> Prepared {
        let model = Arc::new(model);
        let text: Arc<str> = model.stored_text().into();
        let hash = TextHash::of(&text);
        // The stored text means what was brought: whoever checks against this version later need not parse it.
        let key = model_key(brought.schema_type, hash, brought.closure);
        self.models.insert(key, model.clone(), model_bytes(&text, references));
        let printed = Arc::new(Printed { text, hash, shape: OnceLock::new(), guid: OnceLock::new() });
        self.brought.insert(brought.key(), printed.clone(), size_of::<Printed>() + printed.text.len());
        Prepared { printed, model: OnceCell::from(model) }
    }

    /// What became of a text that was brought before.
    pub(super) fn hot_prepared(&self, brought: Brought<'_>) -> Option<Prepared> {
        let printed = self.brought.get(&brought.key())?;
        Some(Prepared { printed, model: OnceCell::new() })
    }

    /// The parsed form of what was brought with these references.
    pub(super) fn model_of(
        &self,
        known: &dyn Known,
        schema_type: SchemaType,
        prepared: &Prepared,
        closure: &Closure,
    ) -> Result<Arc<ParsedSchema>, Unreadable> {
        if let Some(model) = prepared.model.get() {
            return Ok(model.clone());
        }
        let Printed { text, hash, .. } = &*prepared.printed;
        let model = self.parsed(known, schema_type, *hash, text, closure)?;
        Ok(prepared.model.get_or_init(|| model).clone())
    }

    /// The parsed form of a stored content of `context`; `None` for an imported blank text.
    pub(super) fn model(
        &self,
        known: &dyn Known,
        context: &str,
        content: &Content,
    ) -> Result<Option<Arc<ParsedSchema>>, Unreadable> {
        let closure = resolve_stored(known, context, content.references())?;
        if let Some(model) = self.models.get(&model_key(content.schema_type, content.text, &closure)) {
            return Ok(Some(model));
        }
        let text = self.text(known, content.text)?;
        if text.trim().is_empty() {
            return Ok(None);
        }
        self.parsed(known, content.schema_type, content.text, &text, &closure).map(Some)
    }

    /// The parsed form of a stored text.
    fn parsed(
        &self,
        known: &dyn Known,
        schema_type: SchemaType,
        hash: TextHash,
        text: &str,
        closure: &Closure,
    ) -> Result<Arc<ParsedSchema>, Unreadable> {
        let key = model_key(schema_type, hash, closure);
        if let Some(model) = self.models.get(&key) {
            return Ok(model);
        }
        let references = self.referenced_texts(known, closure)?;
        let source = SchemaSource { schema_type, text, references: &references };
        let model = Arc::new(parse(&source, Strictness::Stored, false)?);
        self.models.insert(key, model.clone(), model_bytes(text, &references));
        Ok(model)
    }

    /// The parsed form of a stored text that refers to nothing, for callers that may not compute for long.
    pub(super) fn easy_model(&self, schema_type: SchemaType, hash: TextHash, text: &str) -> Option<Arc<ParsedSchema>> {
        let key = model_key(schema_type, hash, &Closure::default());
        if let Some(model) = self.models.get(&key) {
            return Some(model);
        }
        let source = SchemaSource { schema_type, text, references: &[] };
        let model = Arc::new(schema::parse_easily(&source, Strictness::Stored)?);
        self.models.insert(key, model.clone(), model_bytes(text, &[]));
        Some(model)
    }

    /// [`shape`] of a stored text.
    pub(super) fn shape_of(&self, known: &dyn Known, hash: TextHash) -> Result<u64, JournalError> {
        if let Some(shape) = self.shapes.get(&hash) {
            return Ok(shape);
        }
        let shape = shape(&self.text(known, hash)?);
        self.shapes.insert(hash, shape, 0);
        Ok(shape)
    }

    /// Whether a pair is known to be compatible. Both keys are `content_key`s.
    pub(super) fn is_known_compatible(&self, new: &Key, old: &Key, direction: Direction) -> bool {
        self.compatible.contains(&(*new, *old, direction))
    }

    pub(super) fn remember_compatible(&self, new: &Key, old: &Key, direction: Direction) {
        self.compatible.insert((*new, *old, direction), (), size_of::<PairKey>());
    }

    /// The texts of a closure, for the parser.
    fn referenced_texts(&self, known: &dyn Known, closure: &Closure) -> Result<Vec<ReferencedText>, Unreadable> {
        let mut texts = Vec::with_capacity(closure.schemas.len());
        let mut bytes = 0;
        for (name, content) in &closure.schemas {
            let text = self.text(known, content.text)?;
            bytes += text.len();
            if bytes > BYTES_MAX {
                return Err(too_large().into());
            }
            texts.push(ReferencedText { name: name.to_string(), text });
        }
        Ok(texts)
    }
}

/// Why a text has no parsed form.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// It or something it refers to is not as it must be.
    Refused(RefusalCause),
    /// A text cannot be had.
    Journal(JournalError),
}

impl From<RefusalCause> for Unreadable {
    fn from(cause: RefusalCause) -> Self {
        Self::Refused(cause)
    }
}

impl From<JournalError> for Unreadable {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

/// About what a model takes: it holds every type of the texts it refers to as well.
fn model_bytes(text: &str, references: &[ReferencedText]) -> usize {
    let referenced: usize = references.iter().map(|reference| reference.text.len()).sum();
    (text.len() + referenced) * MODEL_BYTES_PER_TEXT_BYTE
}

fn parse(source: &SchemaSource<'_>, strictness: Strictness, normalize: bool) -> Result<ParsedSchema, RefusalCause> {
    let parsed =
        if normalize { schema::parse_normalized(source, strictness) } else { schema::parse(source, strictness) };
    parsed.map_err(|invalid| match invalid.in_normal_form {
        true => RefusalCause::Normalize(invalid.reason),
        false => RefusalCause::Text(invalid.reason),
    })
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shelf")
    }
}

impl Printed {
    /// [`shape`] of the text.
    pub(super) fn shape(&self) -> u64 {
        *self.shape.get_or_init(|| shape(&self.text))
    }

    /// The fingerprint of the text with nothing besides.
    pub(super) fn guid(&self) -> Guid {
        *self.guid.get_or_init(|| Guid::of(&self.text, [], None, None))
    }
}

impl Prepared {
    /// Its parsed form, if it is at hand.
    pub(super) fn parsed(&self) -> Option<Arc<ParsedSchema>> {
        self.model.get().cloned()
    }
}

impl Brought<'_> {
    fn key(&self) -> Key {
        let mut hash = Sha256::new();
        let strict = u8::from(self.strictness == Strictness::New);
        hash.update([b'b', strict, u8::from(self.normalize)]);
        hash.update(self.schema_type.as_str());
        hash.update([0]);
        hash_closure(self.closure, &mut hash);
        hash.update(self.text);
        hash.finalize().into()
    }
}

/// The key of a stored content: its text and every text it refers to.
pub(super) fn model_key(schema_type: SchemaType, text: TextHash, closure: &Closure) -> Key {
    // Most contents refer to nothing, and a check against a long history makes a key of each of its versions. No text
    // that parses has the hash of another key: it would have to begin as those do that are hashed here.
    if schema_type == SchemaType::Avro && closure.schemas.is_empty() {
        return text.0;
    }
    let mut hash = Sha256::new();
    hash.update([b'm']);
    hash.update(schema_type.as_str());
    hash.update([0]);
    hash_closure(closure, &mut hash);
    hash.update(text.0);
    hash.finalize().into()
}

fn hash_closure(closure: &Closure, hash: &mut Sha256) {
    hash.update(closure.schemas.len().to_be_bytes());
    for (name, content) in &closure.schemas {
        hash.update(name.len().to_be_bytes());
        hash.update(&**name);
        hash.update(content.text.0);
    }
}

/// A number that is equal for equivalent schemas: what may differ between their stored texts is the order in which
/// attributes and aliases stand, so each word occurs equally often in both. Spares parsing a whole history.
pub(super) fn shape(text: &str) -> u64 {
    let mut sum = 0_u64;
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let more = match first {
            b'"' => string_bytes(after),
            b'{' | b'}' | b'[' | b']' | b',' | b':' => 0,
            _ => after.iter().take_while(|byte| !b"{}[],:\"".contains(byte)).count(),
        };
        let (word, after) = rest.split_at(1 + more);
        // An error type counts as a record (`registry-semantics` 3).
        let word: &[u8] = if word == b"\"error\"" { b"\"record\"" } else { word };
        sum = sum.wrapping_add(word_hash(word));
        rest = after;
    }
    sum
}

/// How many bytes of `text` belong to the string that has just been opened, its closing quote included.
fn string_bytes(text: &[u8]) -> usize {
    let mut is_escaped = false;
    let closing = text.iter().position(|&byte| {
        let closes = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        closes
    });
    closing.map_or(text.len(), |at| at + 1)
}

fn word_hash(word: &[u8]) -> u64 {
    const K: u64 = 0x9e37_79b9_7f4a_7c15;
    let hash = word.iter().fold(K, |hash, &byte| (hash.rotate_left(5) ^ u64::from(byte)).wrapping_mul(K));
    hash ^ (hash >> 29)
}

#[cfg(test)]
mod tests {
    use super::{MODEL_BYTES_PER_TEXT_BYTE, model_bytes, shape};
    use crate::schema::ReferencedText;

    #[test]
    fn a_model_counts_the_types_that_it_refers_to() {
        let common = ReferencedText { name: "C".to_owned(), text: "x".repeat(600_000).into() };
        assert_eq!(model_bytes("\"C\"", &[common]), 600_003 * MODEL_BYTES_PER_TEXT_BYTE);
    }

    #[test]
    fn a_shape_does_not_mind_the_order_of_attributes_but_that_of_letters() {
        let text =
            r#"{"type":"record","name":"R","fields":[],"b":{"x":1,"y":"\"}"},"a":[true,null],"aliases":["P","Q"]}"#;
        let same =
            r#"{"type":"error","name":"R","fields":[],"a":[true,null],"b":{"y":"\"}","x":1},"aliases":["Q","P"]}"#;
        assert_eq!(shape(text), shape(same));
        for word in [r#""P""#, "1", "true", "null", r#""x""#] {
            assert_ne!(shape(text), shape(&text.replacen(word, r#""Z""#, 1)), "{word}");
        }
        assert_ne!(shape(r#"["v12"]"#), shape(r#"["v21"]"#));
    }
}
