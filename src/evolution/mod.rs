//! What kind of change is this? Every difference between two schemas, named, graded and placed.
//!
//! Our own question (`change-classification`), answered without looking at whether data can be decoded: that is
//! `compat`, which this folder may not see. A pure function of the two schemas; profiles and versions are `policy`'s.

mod change;
mod class;
mod kind;

pub use change::{Change, Place};
pub use class::{Bump, ChangeClass};
pub use kind::{ChangeKind, ClassOf};
