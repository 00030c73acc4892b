//! What the steps share: subjects and schemas by name, an event, and how a finished step is told.

use std::path::{Path, PathBuf};

/// Where the registry and the schemas are, for the steps of one client.
pub struct Kit {
    pub client: &'static str,
    pub url: String,
    pub schemas: PathBuf,
}

impl Kit {
    pub fn topic(&self, name: &str) -> String {
        format!("rust-{}-{name}", self.client)
    }

    pub fn subject(&self, name: &str) -> String {
        format!("{}-value", self.topic(name))
    }

    /// The text of a schema: the examples', or one that stands beside the clients.
    pub fn text(&self, name: &str) -> String {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas");
        let file = format!("{name}.avsc");
        let found = [&self.schemas, &own].map(|folder| folder.join(&file)).into_iter().find(|path| path.exists());
        std::fs::read_to_string(found.expect("the schema is there")).expect("it can be read")
    }

    pub fn passed(&self, step: &str) {
        println!("  {}: {step}", self.client);
    }
}

/// An event of the second version of `order_events`, as fields of the Avro library whose `Value` is given.
macro_rules! order_event {
    ($Value:ident) => {
        vec![
            ("event_id", $Value::String("0b7f".into())),
            ("event_type", $Value::Enum(0, "ORDER_PLACED".into())),
            ("event_timestamp", $Value::TimestampMicros(1_790_000_000_000_000)),
            ("order_id", $Value::String("o-1".into())),
            ("customer_id", $Value::String("c-1".into())),
            ("order_total_cents", $Value::Long(4200)),
            ("currency_code", $Value::String("EUR".into())),
            ("channel", $Value::Union(1, Box::new($Value::String("web".into())))),
            ("metadata", $Value::Map([("gift".to_owned(), $Value::String("yes".into()))].into())),
            ("coupon_code", $Value::Union(0, Box::new($Value::Null))),
        ]
    };
}
pub(crate) use order_event;

/// The prefix of a payload: a zero byte, then the id.
pub fn prefix(id: u32) -> Vec<u8> {
    [&[0][..], &id.to_be_bytes()].concat()
}

/// The value of the header that carries a guid: a one, then its sixteen bytes.
pub fn guid_header(guid: &str) -> Vec<u8> {
    let digits = guid.replace('-', "");
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("a guid is hexadecimal");
    std::iter::once(1).chain((0..digits.len()).step_by(2).map(byte)).collect()
}
