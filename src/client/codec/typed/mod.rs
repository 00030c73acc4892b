//! Between types of one's own and records, led by the schema.
//!
//! The `apache-avro` crate's own serializer goes by the place that a variant has in its Rust enum: in a union it publishes null
//! for one that is a symbol of an enum there, or one record for another. Here names decide, and what could be
//! meant in two ways is refused.

mod given;
mod items;
mod members;
mod place;
mod reading;
mod serializer;
mod variants;

use super::extent::Beyond;
use super::unfit::Unfit;
use crate::records::Checker;
use crate::schema::ParsedSchema;
use apache_avro::types::Value;
use place::{Ground, Place};
use reading::Reading;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// Writes `value` behind `out`. Follows its depth with the stack, as [`Serialize`] does.
pub(super) fn write<T: Serialize + ?Sized>(
    checker: &Checker,
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), Result<Unfit, Beyond>> {
    let ParsedSchema::Avro(schema) = &**checker.schema();
    value.serialize(Place::root(Ground { checker, schema }, out)).map_err(Wrong::told)
}

/// Makes a type of one's own of a value of `schema`; or says where and why it cannot be. Follows its depth with the stack.
pub(super) fn read<T: DeserializeOwned>(schema: &ParsedSchema, value: &Value) -> Result<T, String> {
    let ParsedSchema::Avro(schema) = schema;
    T::deserialize(Reading::root(schema, value)).map_err(|wrong| match wrong.told() {
        Ok(unfit) => unfit.to_string(),
        Err(beyond) => beyond.to_string(),
    })
}

/// What is wrong, and the way up from there, the innermost part first.
#[derive(Debug)]
struct Wrong {
    steps: Vec<String>,
    reason: Reason,
}

#[derive(Debug)]
enum Reason {
    Unfit(String),
    Beyond(Beyond),
}

type Written = Result<(), Wrong>;

fn wrong(reason: String) -> Wrong {
    Wrong { steps: Vec::new(), reason: Reason::Unfit(reason) }
}

impl Wrong {
    fn within(mut self, step: impl FnOnce() -> String) -> Self {
        self.steps.push(step());
        self
    }

    fn told(self) -> Result<Unfit, Beyond> {
        match self.reason {
            Reason::Beyond(beyond) => Err(beyond),
            Reason::Unfit(reason) => {
                let path: String = self.steps.into_iter().rev().collect();
                let path = path.trim_start_matches('.');
                Ok(Unfit { path: if path.is_empty() { "$".to_owned() } else { path.to_owned() }, reason })
            }
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Unfit(reason) => f.write_str(reason),
            Reason::Beyond(beyond) => write!(f, "{beyond}"),
        }
    }
}

impl std::error::Error for Wrong {}

impl serde::ser::Error for Wrong {
    fn custom<T: fmt::Display>(message: T) -> Self {
        wrong(super::super::query::in_passing(&message.to_string()))
    }
}

impl serde::de::Error for Wrong {
    fn custom<T: fmt::Display>(message: T) -> Self {
        serde::ser::Error::custom(message)
    }
}
