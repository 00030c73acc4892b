//! Between records and messages: what is checked before anything is sent, and decoded when it arrives.

mod decoder;
mod encoder;
mod extent;
mod naming;
mod producing;
mod readers;
mod typed;
mod unfit;
mod writing;

pub use decoder::{DecodeError, Decoded, Decoding, Message, ReaderSchema};
pub use encoder::{EncodeError, Encoded, Encoder, Framing};
pub use extent::Beyond;
pub use naming::{Naming, Part};
pub use producing::{NotReady, Producing, Writer};
pub use readers::{Readers, Refusal};
pub use unfit::Unfit;
