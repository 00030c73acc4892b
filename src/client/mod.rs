#![doc = include_str!("README.md")]

mod access;
mod answers;
mod attempts;
mod awaited;
pub mod blocking;
mod caller;
mod classification;
mod codec;
mod error;
mod face;
mod flight;
mod memory;
mod operations;
pub(crate) mod path;
mod query;
mod questions;
pub(crate) mod resolution;
mod schema;
mod settings;
mod standing;
mod tls;
mod wire_words;

pub use crate::evolution::Bump;
pub use crate::evolution::ChangeClass;
pub use crate::records::wire::{NotFramed, SchemaRef};
pub use crate::records::{JsonForm, Misfit, Misfits};
pub use access::{Authorization, is_address};
pub use answers::{
    ClassOfChange, Classifier, OwnExemption, OwnPolicy, RegisteredVersion, Registration, SubjectConfig, ToldChange,
    ToldRules, Verdict, VersionReference,
};
pub use awaited::Client;
pub use codec::{
    Beyond, DecodeError, Decoded, Decoding, EncodeError, Encoded, Encoder, Framing, Message, Naming, NotReady, Part,
    Producing, ReaderSchema, Readers, Refusal, Unfit, Writer,
};
pub use error::{ClientError, Trouble};
pub use memory::{Figures, Freshness, Told};
pub use resolution::ResolvedSubject;
pub use schema::{Guid, RegisteredSchema, Schema, Unreadable};
pub use settings::{Keep, Limits, Patience, Settings, Unusable};
pub use standing::Standing;
pub use tls::Trust;
