//! Who reads what a producer writes, and whether they could read a record.

use crate::records::{Misfit, Reading};
use crate::schema::ParsedSchema;
use std::fmt;
use std::sync::Arc;

/// Whose ability to read a record is asked for.
///
/// ```
/// use sluicegate::client::{ReaderSchema, Readers};
///
/// let billing = ReaderSchema::avro(r#"{"type": "record", "name": "Order", "fields": [{"name": "cents", "type": "long"}]}"#)?;
/// let readers = Readers::These(vec![("billing".to_owned(), billing.parsed().clone())]);
/// # let _ = readers;
/// # Ok::<(), sluicegate::client::Unreadable>(())
/// ```
#[derive(Clone, Debug, Default)]
pub enum Readers {
    /// Nobody's.
    #[default]
    None,
    /// That of consumers with any of the newest live versions of the subject, so many at most.
    Live(u32),
    /// That of consumers with these schemas, each with a name for messages.
    These(Vec<(String, Arc<ParsedSchema>)>),
}

/// A reader that cannot read a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reader: `version 3`, or the name it was given.
    pub reader: String,
    /// Where in the record, and why.
    pub misfit: Misfit,
}

/// A reader that can read some records and not others.
pub(super) struct Reader {
    pub(super) name: String,
    reading: Reading,
}

impl Reader {
    /// `None` for one that can read all that is written with `writer`.
    pub(super) fn new(name: String, writer: &Arc<ParsedSchema>, reader: &Arc<ParsedSchema>) -> Option<Self> {
        let reading = Reading::new(Arc::clone(writer), Arc::clone(reader));
        (!reading.reads_everything()).then_some(Self { name, reading })
    }

    pub(super) fn check(&self, datum: &[u8]) -> Result<(), Box<Refusal>> {
        self.reading.binary(datum).map_err(|misfit| Box::new(Refusal { reader: self.name.clone(), misfit }))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "by {}: {}", self.reader, self.misfit)
    }
}
