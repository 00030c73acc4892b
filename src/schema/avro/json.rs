//! JSON as schemas carry it: defaults and attributes, with numbers kept as the reference keeps them.

/// A JSON value inside a schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// An integer that fits 64 bits.
    Integer(i64),
    /// An integer beyond 64 bits, in decimal digits with an optional minus.
    BigInteger(Box<str>),
    /// Any other number, as the IEEE double it becomes (infinities included).
    Double(f64),
    /// A string.
    String(Box<str>),
    /// An array.
    Array(Box<[Json]>),
    /// An object: members in order, each key once.
    Object(Box<[(Box<str>, Json)]>),
}
