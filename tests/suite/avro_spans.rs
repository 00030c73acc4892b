//! Where in its text each part of a schema is said to stand.

use sluicegate::schema::avro::model::{Node, RecordId};
use sluicegate::schema::avro::{AvroSchema, parse_with_spans};
use sluicegate::schema::{ReferencedText, SchemaSource, SchemaType, Strictness, TextPosition, parse};

const TEXT: &str = r#"{
  "type": "record", "name": "Order",
  "fields": [
    {"name": "id", "type": "string"},
    /* größer */ {"name": "state",
     "type": {"type": "enum", "name": "State",
              "symbols": ["NEW", "PAID"]}, "default": "NEW"},
    {"name": "price", "type": ["null", {"type": "fixed", "name": "Price", "size": 8}],
     "default":
        null}
  ]
}"#;

fn at(line: u32, column: u32) -> Option<TextPosition> {
    Some(TextPosition { line, column })
}

fn root_record(schema: &AvroSchema) -> RecordId {
    match schema.node(schema.root()) {
        Node::Record(id) => id,
        other => panic!("{other:?} is no record"),
    }
}

#[test]
fn types_fields_defaults_symbols_and_branches_know_their_place() {
    let (schema, spans) = parse_with_spans(&SchemaSource::avro(TEXT), Strictness::New).expect("a schema");
    let order = root_record(&schema);
    let fields = schema.record(order).fields();
    assert_eq!(spans.of_type(schema.root()), at(1, 1));
    assert_eq!(spans.of_field(order, 0), at(4, 5));
    assert_eq!(spans.of_field_type(order, 0), at(4, 28));
    assert_eq!(spans.of_default(order, 0), None);
    // Columns count characters: the comment before it has two that take two bytes.
    assert_eq!(spans.of_field(order, 1), at(5, 18));
    assert_eq!(spans.of_default(order, 1), at(7, 55));
    assert_eq!(spans.of_default(order, 2), at(10, 9));
    let Node::Enum(state) = schema.node(fields[1].node()) else { panic!("an enum") };
    assert_eq!(spans.of_type(fields[1].node()), at(6, 14));
    assert_eq!(spans.of_symbol(state, 1), at(7, 34));
    assert_eq!(spans.of_symbol(state, 2), None);
    let Node::Union(price) = schema.node(fields[2].node()) else { panic!("a union") };
    assert_eq!(spans.of_branch(price, 0), at(8, 32));
    assert_eq!(spans.of_branch(price, 1), at(8, 40));
}

#[test]
fn parts_of_referenced_texts_have_no_place() {
    let text = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"s\",\"type\":\"S\"}]}".into();
    let inner = "\n\n{\"type\":\"record\",\"name\":\"S\",\"fields\":[]}".into();
    let references =
        [ReferencedText { name: "S".to_owned(), text: inner }, ReferencedText { name: "R".to_owned(), text }];
    let source = SchemaSource { schema_type: SchemaType::Avro, text: "[\"R\"]", references: &references };
    let (schema, spans) = parse_with_spans(&source, Strictness::New).expect("a schema");
    let Node::Union(union) = schema.node(schema.root()) else { panic!("a union") };
    let branch = schema.union(union).branches()[0];
    assert_eq!(spans.of_branch(union, 0), at(1, 2));
    assert_eq!(spans.of_type(branch), None);
}

#[test]
fn a_complaint_names_the_line_and_column_of_its_cause() {
    for (text, position) in [
        ("{\"type\":\"record\",\n \"name\":\"1R\",\"fields\":[]}", at(2, 9)),
        ("[\"int\",\n\"Missing\"]", at(2, 1)),
        ("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\n\"é\"]}", at(2, 1)),
        (
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\",\n\"default\":\"x\"}]}",
            at(2, 11),
        ),
        ("\"int\"\n junk", at(2, 2)),
        ("{\"type\":\"int\",\n}", at(2, 1)),
    ] {
        let invalid = parse(&SchemaSource::avro(text), Strictness::New).expect_err("refused");
        assert_eq!(invalid.at, position, "{invalid} in {text}");
    }
}

#[test]
fn a_refused_text_is_refused_in_the_same_words_with_and_without_spans() {
    for text in
        ["", "{", "{\"type\":\"foo\"}", "[\"int\",\"int\"]", "{\"type\":\"record\",\"name\":\"é\",\"fields\":[]}"]
    {
        let plain = parse(&SchemaSource::avro(text), Strictness::New).expect_err("refused");
        let with_spans = parse_with_spans(&SchemaSource::avro(text), Strictness::New).expect_err("refused");
        assert_eq!(plain, with_spans);
    }
}
