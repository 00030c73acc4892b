//! From a value of the `apache-avro` crate to bytes.
//!
//! The crate's own encoder trusts the value where it should follow the schema: a value that stands bare in a union is written
//! without its branch, a float in place of a double as four bytes, a fixed at whatever length it has. What comes out may be
//! another record that fits. Here the schema leads.

use super::unfit::{Unfit, could_be, name_of};
use crate::records::Checker;
use crate::schema::ParsedSchema;
use crate::schema::avro::AvroSchema;
use crate::schema::avro::model::{Kind, Node, NodeId, Primitive, Record, RecordId};
use apache_avro::Schema;
use apache_avro::types::{Value, ValueKind};
use apache_avro::writer::datum::GenericDatumWriter;

/// What is wrong, and the way up from there, the innermost part first.
struct Wrong {
    steps: Vec<String>,
    reason: String,
}

type Written = Result<(), Wrong>;

/// Writes `value` behind `out`. Follows its depth with the stack.
pub(super) fn write(checker: &Checker, value: &Value, out: &mut Vec<u8>) -> Result<(), Unfit> {
    let ParsedSchema::Avro(schema) = &**checker.schema();
    Writing { checker, schema, out }.value(schema.root(), value).map_err(|wrong| {
        let path: String = wrong.steps.into_iter().rev().collect();
        let path = path.trim_start_matches('.');
        Unfit { path: if path.is_empty() { "$".to_owned() } else { path.to_owned() }, reason: wrong.reason }
    })
}

fn wrong(reason: String) -> Written {
    Err(Wrong { steps: Vec::new(), reason })
}

fn within(written: Written, step: impl FnOnce() -> String) -> Written {
    written.map_err(|mut wrong| {
        wrong.steps.push(step());
        wrong
    })
}

struct Writing<'a> {
    checker: &'a Checker,
    schema: &'a AvroSchema,
    out: &'a mut Vec<u8>,
}

impl Writing<'_> {
    fn value(&mut self, node: NodeId, value: &Value) -> Written {
        match (self.schema.node(node), value) {
            (Node::Union(_), _) => self.union(node, value),
            (Node::Record(record), Value::Record(fields)) => self.record(record, fields),
            (Node::Array(item), Value::Array(items)) => {
                self.count(items.len());
                for (at, value) in items.iter().enumerate() {
                    within(self.value(item, value), || format!("[{at}]"))?;
                }
                self.end()
            }
            (Node::Map(item), Value::Map(entries)) => {
                self.count(entries.len());
                // In order, so that the same value is always the same bytes.
                let mut entries: Vec<_> = entries.iter().collect();
                entries.sort_by_key(|(key, _)| *key);
                for (key, value) in entries {
                    self.bytes(key.as_bytes())?;
                    within(self.value(item, value), || format!("{{{key}}}"))?;
                }
                self.end()
            }
            (Node::Primitive(primitive), _) => self.primitive(node, primitive, value),
            (Node::Fixed(fixed), _) => {
                let size = self.schema.fixed(fixed).size() as usize;
                self.fixed(node, size, value)
            }
            (Node::Enum(id), Value::Enum(_, symbol) | Value::String(symbol)) => {
                let wanted = self.schema.enumeration(id);
                match (wanted.position_of(symbol), value) {
                    (Some(position), Value::Enum(at, _)) if position != *at as usize => {
                        wrong(format!("{symbol} is symbol {position} of {}, not {at}", wanted.name().full()))
                    }
                    (Some(position), _) => self.long(position as i64),
                    (None, _) => wrong(format!("{symbol} is no symbol of {}", wanted.name().full())),
                }
            }
            _ => self.unwanted(node, value),
        }
    }

    fn union(&mut self, node: NodeId, value: &Value) -> Written {
        let Node::Union(union) = self.schema.node(node) else { return self.unwanted(node, value) };
        let branches = self.schema.union(union).branches();
        let (position, inner) = match value {
            Value::Union(at, inner) if (*at as usize) < branches.len() => (*at as usize, &**inner),
            Value::Union(at, _) => {
                return wrong(format!("the union has no branch {at}, but {} branches", branches.len()));
            }
            bare => match self.branch_for(branches, bare) {
                Some(position) => (position, bare),
                None => return wrong(format!("no branch of the union takes {}", name_of(value))),
            },
        };
        self.long(position as i64)?;
        self.value(branches[position], inner)
    }

    /// The branch of a value that stands bare: of its own type, else one that it can stand for.
    fn branch_for(&self, branches: &[NodeId], value: &Value) -> Option<usize> {
        let is_own = |node: &NodeId| match (self.schema.node(*node), value) {
            (Node::Record(record), Value::Record(fields)) => {
                let wanted = self.schema.record(record).fields();
                fields.iter().all(|(name, _)| wanted.iter().any(|field| field.name() == name))
                    && wanted
                        .iter()
                        .all(|field| field.default().is_some() || fields.iter().any(|(name, _)| field.name() == name))
            }
            (Node::Fixed(fixed), Value::Fixed(_, bytes)) => bytes.len() == self.schema.fixed(fixed).size() as usize,
            (Node::Primitive(Primitive::Int), value) => matches!(value, Value::Int(_)) || self.is_of(*node, value),
            (Node::Primitive(Primitive::Long), value) => matches!(value, Value::Long(_)) || self.is_of(*node, value),
            (Node::Primitive(Primitive::Double), value) => matches!(value, Value::Double(_)),
            (Node::Primitive(Primitive::String), value) => matches!(value, Value::String(_)),
            (Node::Primitive(Primitive::Bytes), value) => matches!(value, Value::Bytes(_)),
            (_, value) => could_be(self.schema, *node, value),
        };
        let can_stand = |node: &NodeId| could_be(self.schema, *node, value) && self.keeps_unit(*node, value);
        branches.iter().position(is_own).or_else(|| branches.iter().position(can_stand))
    }

    fn record(&mut self, record: RecordId, fields: &[(String, Value)]) -> Written {
        let wanted = self.schema.record(record);
        let mut used = 0;
        for (at, field) in wanted.fields().iter().enumerate() {
            // Mostly they stand in the schema's order.
            let given = match fields.get(at) {
                Some((name, value)) if name == field.name() => Some(value),
                _ => fields.iter().find(|(name, _)| name == field.name()).map(|(_, value)| value),
            };
            let written = match given {
                Some(value) => {
                    used += 1;
                    self.value(field.node(), value)
                }
                None => match self.checker.default(record, at as u32) {
                    Some(default) => {
                        self.out.extend(default);
                        Ok(())
                    }
                    None => return self.missing(wanted, at, fields),
                },
            };
            within(written, || format!(".{}", field.name()))?;
        }
        if used == fields.len() {
            return Ok(());
        }
        wrong(unknown(wanted, fields).unwrap_or_else(|| "a field is given more than once".to_owned()))
    }

    fn missing(&self, wanted: &Record, at: usize, fields: &[(String, Value)]) -> Written {
        match unknown(wanted, fields) {
            Some(reason) => wrong(reason),
            None => within(wrong("the field is missing".to_owned()), || format!(".{}", wanted.fields()[at].name())),
        }
    }

    fn primitive(&mut self, node: NodeId, primitive: Primitive, value: &Value) -> Written {
        match (primitive, value) {
            (Primitive::Null, Value::Null) => Ok(()),
            (Primitive::Boolean, Value::Boolean(boolean)) => self.raw(&[u8::from(*boolean)]),
            (Primitive::Int | Primitive::Long, Value::Int(number)) => self.long(i64::from(*number)),
            (Primitive::Long, Value::Long(number)) => self.long(*number),
            (Primitive::Int, Value::Date(number) | Value::TimeMillis(number)) if self.is_of(node, value) => {
                self.long(i64::from(*number))
            }
            (
                Primitive::Long,
                Value::TimeMicros(number)
                | Value::TimestampMillis(number)
                | Value::TimestampMicros(number)
                | Value::TimestampNanos(number)
                | Value::LocalTimestampMillis(number)
                | Value::LocalTimestampMicros(number)
                | Value::LocalTimestampNanos(number),
            ) if self.is_of(node, value) => self.long(*number),
            (Primitive::Float, Value::Float(number)) => self.raw(&number.to_le_bytes()),
            (Primitive::Double, Value::Float(number)) => self.raw(&f64::from(*number).to_le_bytes()),
            (Primitive::Double, Value::Double(number)) => self.raw(&number.to_le_bytes()),
            (Primitive::Bytes, Value::Bytes(bytes)) => self.bytes(bytes),
            (Primitive::Bytes, Value::Uuid(uuid)) => self.bytes(uuid.as_bytes()),
            (Primitive::Bytes, Value::Decimal(_)) if self.is_of(node, value) => {
                let bytes = decimal(value)?;
                self.bytes(&bytes)
            }
            (Primitive::Bytes, Value::BigDecimal(_)) if self.is_of(node, value) => {
                let writer = GenericDatumWriter::builder(&Schema::BigDecimal).build();
                let written = writer.and_then(|writer| writer.write_value_ref(self.out, value));
                written.map(|_| ()).or_else(|error| wrong(error.to_string()))
            }
            (Primitive::String, Value::String(text)) => self.bytes(text.as_bytes()),
            (Primitive::String, Value::Uuid(uuid)) => self.bytes(uuid.to_string().as_bytes()),
            _ => self.unwanted(node, value),
        }
    }

    fn fixed(&mut self, node: NodeId, size: usize, value: &Value) -> Written {
        let bytes = match value {
            Value::Fixed(_, bytes) | Value::Bytes(bytes) => bytes.clone(),
            Value::Uuid(uuid) => uuid.as_bytes().to_vec(),
            Value::Duration(duration) => <[u8; 12]>::from(*duration).to_vec(),
            Value::Decimal(_) if self.is_of(node, value) => {
                let bytes = decimal(value)?;
                let fill = if bytes.first().is_some_and(|first| *first >= 0x80) { 0xff } else { 0 };
                [vec![fill; size.saturating_sub(bytes.len())], bytes].concat()
            }
            _ => return self.unwanted(node, value),
        };
        if bytes.len() == size {
            return self.raw(&bytes);
        }
        let name = self.schema.names_of(node).map_or("it", |(name, _)| name.full());
        wrong(format!("{name} has {size} bytes, not {}", bytes.len()))
    }

    /// Whether a value of a logical type is one of the schema's: a number of milliseconds is none of microseconds.
    fn is_of(&self, node: NodeId, value: &Value) -> bool {
        let wanted = self.schema.logical_type(node);
        wanted.is_some_and(|wanted| word(value) == Some(wanted.name))
    }

    /// Whether it is of no logical type that has a unit, or of the schema's.
    fn keeps_unit(&self, node: NodeId, value: &Value) -> bool {
        word(value).is_none() || self.is_of(node, value)
    }

    fn unwanted(&self, node: NodeId, value: &Value) -> Written {
        let wanted = match self.schema.logical_type(node) {
            Some(logical) => logical.name.to_owned(),
            None => match self.schema.kind(node) {
                Kind::Primitive(primitive) => primitive.word().to_owned(),
                kind => kind.word().to_owned(),
            },
        };
        wrong(format!("{wanted} is wanted, not {}", name_of(value)))
    }

    fn count(&mut self, count: usize) {
        if count > 0 {
            self.number(count as i64);
        }
    }

    fn end(&mut self) -> Written {
        self.raw(&[0])
    }

    fn long(&mut self, number: i64) -> Written {
        self.number(number);
        Ok(())
    }

    fn number(&mut self, number: i64) {
        let mut left = (number.wrapping_shl(1) ^ (number >> 63)).cast_unsigned();
        while left >= 0x80 {
            self.out.push(left as u8 | 0x80);
            left >>= 7;
        }
        self.out.push(left as u8);
    }

    fn bytes(&mut self, bytes: &[u8]) -> Written {
        self.long(bytes.len() as i64)?;
        self.raw(bytes)
    }

    fn raw(&mut self, bytes: &[u8]) -> Written {
        self.out.extend_from_slice(bytes);
        Ok(())
    }
}

/// A field that the record does not have.
fn unknown(wanted: &Record, fields: &[(String, Value)]) -> Option<String> {
    let is_known = |name: &str| wanted.fields().iter().any(|field| field.name() == name);
    let (name, _) = fields.iter().find(|(name, _)| !is_known(name))?;
    Some(format!("{} has no field {name}", wanted.name().full()))
}

/// The two's complement of a decimal.
fn decimal(value: &Value) -> Result<Vec<u8>, Wrong> {
    let Value::Decimal(decimal) = value else { return Ok(Vec::new()) };
    Vec::try_from(decimal).map_err(|error| Wrong { steps: Vec::new(), reason: error.to_string() })
}

/// The schema's word for a value of a logical type.
fn word(value: &Value) -> Option<&'static str> {
    Some(match ValueKind::from(value) {
        ValueKind::Date => "date",
        ValueKind::TimeMillis => "time-millis",
        ValueKind::TimeMicros => "time-micros",
        ValueKind::TimestampMillis => "timestamp-millis",
        ValueKind::TimestampMicros => "timestamp-micros",
        ValueKind::TimestampNanos => "timestamp-nanos",
        ValueKind::LocalTimestampMillis => "local-timestamp-millis",
        ValueKind::LocalTimestampMicros => "local-timestamp-micros",
        ValueKind::LocalTimestampNanos => "local-timestamp-nanos",
        ValueKind::Decimal => "decimal",
        ValueKind::BigDecimal => "big-decimal",
        _ => return None,
    })
}
