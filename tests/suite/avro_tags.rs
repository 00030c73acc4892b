//! Inline tags of Avro texts: what is found, which entity a path means, what a change leaves behind.
//!
//! Expected values are recorded answers, and where there is none what the reference's public source does (8.3.1).

use crate::generator::Generator;
use sluicegate::schema::avro::retagged;
use sluicegate::schema::{
    Entity, EntityType, ParsedSchema, ReferencedText, SchemaSource, SchemaType, Strictness, TagChanges, TagProblem,
    TaggedEntity, parse,
};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::{Duration, Instant};

/// Random texts per law.
const ROUNDS: usize = 1500;

fn record(path: &str, tags: &[&str]) -> TaggedEntity {
    of_type(EntityType::Record, path, tags)
}

fn field(path: &str, tags: &[&str]) -> TaggedEntity {
    of_type(EntityType::Field, path, tags)
}

fn of_type(entity_type: EntityType, path: &str, tags: &[&str]) -> TaggedEntity {
    let entity = Entity { path: path.to_owned(), entity_type };
    TaggedEntity { entity, tags: tags.iter().map(|tag| (*tag).to_owned()).collect() }
}

fn stored(text: &str) -> ParsedSchema {
    parse(&SchemaSource::avro(text), Strictness::Stored).expect("a schema")
}

fn change(text: &str, add: &[TaggedEntity], remove: &[TaggedEntity]) -> Result<String, TagProblem> {
    stored(text).retagged(TagChanges { add, remove })
}

fn add(text: &str, add: &[TaggedEntity]) -> String {
    change(text, add, &[]).expect("changed")
}

fn found(text: &str) -> Vec<TaggedEntity> {
    stored(text).tagged_entities(|_| true).expect("short paths")
}

fn no_match(path: &str) -> TagProblem {
    TagProblem::NoMatch { path: path.to_owned() }
}

const NESTED: &str = r#"{"type":"record","name":"R","fields":[{"name":"a","type":"string"},{"name":"n","type":{"type":"record","name":"N","fields":[{"name":"x","type":"string"}]}},{"name":"u","type":["null",{"type":"array","items":{"type":"record","name":"M","fields":[{"name":"y","type":"string"}]}}],"default":null}]}"#;

/// `tags-endpoint-2` 2 to 37.
#[test]
fn an_entity_is_called_by_the_full_name_of_its_own_record() {
    let tags = ["T1", "T0"];
    let with = |head: &str| NESTED.replacen(head, &format!("{head},\"confluent:tags\":[\"T1\",\"T0\"]"), 1);
    let expected = [
        (field("R.a", &tags), with("\"name\":\"a\",\"type\":\"string\"")),
        (field("R.n", &tags), with("{\"name\":\"x\",\"type\":\"string\"}]}")),
        (record("N", &tags), with("{\"name\":\"x\",\"type\":\"string\"}]")),
        (field("N.x", &tags), with("\"name\":\"x\",\"type\":\"string\"")),
        (field("R.u", &tags), with("\"default\":null")),
        (record("M", &tags), with("{\"name\":\"y\",\"type\":\"string\"}]")),
        (field("M.y", &tags), with("\"name\":\"y\",\"type\":\"string\"")),
        (record("R", &tags), with("\"default\":null}]")),
    ];
    for (tagged, text) in expected {
        assert_eq!(add(NESTED, std::slice::from_ref(&tagged)), text);
        assert_eq!(found(&text), [tagged]);
    }
    assert_eq!(add(NESTED, &[record(".R", &tags)]), add(NESTED, &[record("R", &tags)]));
    for path in ["R.n.N", "R.u.M", "R.a", ""] {
        assert_eq!(change(NESTED, &[record(path, &tags)], &[]), Err(no_match(path)));
    }
    for path in ["R.n.x", "R.n.N.x", "R.u.array.M.y", "R.zzz"] {
        assert_eq!(change(NESTED, &[field(path, &tags)], &[]), Err(no_match(path)));
    }
    for (tagged, end) in [
        (field("R", &tags), -1),
        (field("R.", &tags), -1),
        (field("", &tags), -1),
        (field(".", &tags), -2),
        (record("...", &tags), -1),
    ] {
        assert_eq!(change(NESTED, &[tagged], &[]), Err(TagProblem::TooShort { end }));
    }
}

#[test]
fn tags_are_added_before_they_are_removed_and_an_empty_list_goes() {
    let tagged = add(NESTED, &[record("R", &["A", "B", "A"]), field("R.a", &["C"]), record(".R", &["D"])]);
    assert_eq!(found(&tagged), [record("R", &["A", "B", "D"]), field("R.a", &["C"])]);
    let changed = change(&tagged, &[record("R", &["E", "A"])], &[record("R", &["B", "E", "none"])]).expect("changed");
    assert_eq!(found(&changed), [record("R", &["A", "D"]), field("R.a", &["C"])]);
    let none = change(&tagged, &[], &[record("R", &["A", "B", "D"]), field("R.a", &["C"])]).expect("changed");
    assert_eq!(none, NESTED);
    assert_eq!(change(NESTED, &[record("R", &["X"])], &[record("R", &["X"])]).as_deref(), Ok(NESTED));
    assert_eq!(add(NESTED, &[record("R", &[])]), NESTED);
    let empty = r#"{"type":"record","name":"R","fields":[],"confluent:tags":[]}"#;
    assert_eq!(found(empty), []);
    assert_eq!(
        change(empty, &[], &[record("R", &["X"])]).as_deref(),
        Ok(&*empty.replace(",\"confluent:tags\":[]", ""))
    );
    assert_eq!(change(empty, &[], &[]).as_deref(), Ok(empty));
    // Two spellings of one entity are two changes, one after the other.
    let named = r#"{"type":"record","name":"R","namespace":"a","fields":[]}"#;
    let twice = change(named, &[record("R", &["X"]), record("a.R", &["Y"])], &[record("a.R", &["X"])]);
    assert_eq!(found(&twice.expect("changed")), [record("a.R", &["Y"])]);
}

#[test]
fn tags_take_their_place_among_other_attributes() {
    let text = r#"{"type":"record","name":"R","doc":"d","fields":[{"name":"a","type":"int","doc":"d","default":1,"order":"ignore","aliases":["b"],"x":{"y":[1,"]"]}}],"p":"}","q":[],"aliases":["S"]}"#;
    let tagged = add(text, &[record("R", &["\"\\\n"]), field("R.a", &["é"])]);
    let expected = text
        .replace("\"]\"]}}", "\"]\"]},\"confluent:tags\":[\"é\"]}")
        .replace("\"q\":[]", "\"q\":[],\"confluent:tags\":[\"\\\"\\\\\\n\"]");
    assert_eq!(tagged, expected);
    assert_eq!(stored(&tagged).stored_text(), tagged);
    // Those that are there keep their place.
    let there = text.replace("\"p\"", "\"confluent:tags\":[\"A\"],\"p\"");
    assert_eq!(add(&there, &[record("R", &["B"])]), there.replace("[\"A\"]", "[\"A\",\"B\"]"));
}

#[test]
fn a_path_without_a_namespace_means_the_first_record_of_the_name_breadth_first() {
    let text = r#"{"type":"record","name":"R","namespace":"a","fields":[{"name":"f","type":{"type":"array","items":{"type":"record","name":"N","namespace":"b","fields":[{"name":"x","type":"int"}]}}},{"name":"g","type":{"type":"record","name":"N","fields":[{"name":"y","type":"int"},{"name":"h","type":{"type":"record","name":"N","namespace":"c","fields":[{"name":"z","type":"int"}]}}]}}]}"#;
    assert_eq!(stored(text).stored_text(), text);
    assert_eq!(found(&add(text, &[record("N", &["T"])])), [record("a.N", &["T"])]);
    for name in ["a.N", "b.N", "c.N", "a.R"] {
        assert_eq!(found(&add(text, &[record(name, &["T"])])), [record(name, &["T"])]);
    }
    assert_eq!(found(&add(text, &[field("N.y", &["T"])])), [field("a.N.y", &["T"])]);
    assert_eq!(found(&add(text, &[field("N.x", &["T"])])), [field("b.N.x", &["T"])]);
    // The search ends where a record has the name and not the field: `c.N` lies in `a.N`.
    assert_eq!(change(text, &[field("N.z", &["T"])], &[]), Err(no_match("N.z")));
    assert_eq!(found(&add(text, &[field("c.N.z", &["T"])])), [field("c.N.z", &["T"])]);
    // A dot in front leaves an empty part, which only a path without a namespace can bear.
    assert_eq!(change(text, &[record(".a.R", &["T"])], &[]), Err(no_match(".a.R")));
    assert_eq!(found(&add(text, &[record(".R", &["T"])])), [record("a.R", &["T"])]);
}

#[test]
fn only_records_and_fields_bear_tags_and_each_definition_counts_once() {
    let text = r#"["null",{"type":"map","values":{"type":"record","name":"R","fields":[{"name":"e","type":{"type":"enum","name":"E","symbols":["A"],"confluent:tags":["X"]}},{"name":"f","type":{"type":"fixed","name":"F","size":1}},{"name":"r","type":["null","R"]},{"name":"s","type":{"type":"string","confluent:tags":["X"]}}]}},"R"]"#;
    assert_eq!(found(text), []);
    for name in ["E", "F"] {
        assert_eq!(change(text, &[record(name, &["T"])], &[]), Err(no_match(name)));
    }
    let tagged = add(text, &[field("R.s", &["T"]), field("R.e", &["U"]), record("R", &["V"])]);
    assert_eq!(found(&tagged), [record("R", &["V"]), field("R.e", &["U"]), field("R.s", &["T"])]);
    // What the text calls an error bears tags and cannot be given any.
    let error = r#"{"type":"error","name":"R","fields":[{"name":"a","type":"int"}],"confluent:tags":["T"]}"#;
    assert_eq!(found(error), [record("R", &["T"])]);
    assert_eq!(change(error, &[field("R.a", &["T"])], &[]), Err(no_match("R.a")));
}

#[test]
fn tags_that_are_no_texts_are_taken_for_some_and_what_is_no_list_stays() {
    let text = |tags: &str| format!(r#"{{"type":"record","name":"R","fields":[],"confluent:tags":{tags}}}"#);
    assert_eq!(found(&text("[1,\"1\",true,2.50]")), [record("R", &["1", "true", "2.5"])]);
    assert_eq!(add(&text("[1,true]"), &[record("R", &["A"])]), text("[\"1\",\"true\",\"A\"]"));
    for odd in ["\"A\"", "{}", "null", "1"] {
        assert_eq!(found(&text(odd)), []);
        assert_eq!(change(&text(odd), &[record("R", &["A"])], &[]), Err(TagProblem::NoList { path: "R".to_owned() }));
    }
}

#[test]
fn tags_of_referenced_types_are_found_and_not_changed() {
    let referenced = r#"{"type":"record","name":"N","fields":[{"name":"x","type":"int","confluent:tags":["X"]}]}"#;
    let text = r#"{"type":"record","name":"R","fields":[{"name":"n","type":"N"}]}"#;
    let references = [ReferencedText { name: "N".to_owned(), text: referenced.into() }];
    let source = SchemaSource { schema_type: SchemaType::Avro, text, references: &references };
    let schema = parse(&source, Strictness::Stored).expect("a schema");
    let tagged = schema.tagged_entities(|_| true).expect("short paths");
    assert_eq!(tagged, [field("N.x", &["X"])]);
    let changes = TagChanges { add: &tagged, remove: &[] };
    assert_eq!(schema.retagged(changes), Err(no_match("N.x")));
    let own = [field("R.n", &["Y"])];
    let expected = text.replace("\"N\"", "\"N\",\"confluent:tags\":[\"Y\"]");
    assert_eq!(schema.retagged(TagChanges { add: &own, remove: &[] }), Ok(expected));
}

/// Every record and field whose path means it and nothing else, by name.
fn entities(schema: &ParsedSchema) -> Vec<Entity> {
    let ParsedSchema::Avro(schema) = schema;
    let mut entities = Vec::new();
    for record in schema.records().iter().filter(|record| !record.is_error()) {
        let path = record.name().full().to_owned();
        entities.extend(
            record
                .fields()
                .iter()
                .map(|field| Entity { path: format!("{path}.{}", field.name()), entity_type: EntityType::Field }),
        );
        entities.push(Entity { path, entity_type: EntityType::Record });
    }
    entities
}

#[test]
fn what_is_added_is_found_and_what_is_removed_again_leaves_the_text_as_it_was() {
    let seed = 71;
    let mut generator = Generator::new(seed);
    let mut tried = 0;
    for round in 0..ROUNDS {
        let text = if round % 3 == 0 { generator.odd_text() } else { generator.schema_text() };
        let Ok(schema) = parse(&SchemaSource::avro(&text), Strictness::Stored) else { continue };
        let before = schema.stored_text();
        let Ok(again) = parse(&SchemaSource::avro(&before), Strictness::Stored) else { continue };
        // What the text calls an error is not looked into; a text that does not print itself has no fixed form.
        let is_odd = before.contains("\"error\"") || again.stored_text() != before;
        // A name without a namespace may mean another record.
        let all = entities(&again);
        let has_namespaces = all.iter().all(|entity| entity.path.contains('.'));
        if is_odd || before.contains("confluent:tags") {
            continue;
        }
        let wanted = all.iter().enumerate().map(|(at, entity)| TaggedEntity {
            entity: entity.clone(),
            tags: vec![format!("t{at}"), "all".to_owned()],
        });
        let wanted: Vec<TaggedEntity> = wanted.collect();
        let Ok(tagged) = again.retagged(TagChanges { add: &wanted, remove: &[] }) else {
            assert!(!has_namespaces, "seed {seed}, round {round}: refused\n{before}");
            continue;
        };
        tried += 1;
        let context = || format!("seed {seed}, round {round}\n{before}\n{tagged}");
        let read = parse(&SchemaSource::avro(&tagged), Strictness::Stored).unwrap_or_else(|_| panic!("{}", context()));
        assert_eq!(read.stored_text(), tagged, "{}", context());
        let tags = |list: &[TaggedEntity]| -> BTreeSet<String> {
            list.iter().flat_map(|entity| entity.tags.iter().cloned()).collect()
        };
        let found = read.tagged_entities(|_| true).expect("short paths");
        assert_eq!(tags(&found), tags(&wanted), "{}", context());
        let changes = TagChanges { add: &[], remove: &wanted };
        assert_eq!(retagged(&tagged, changes).as_deref(), Ok(&*before), "{}", context());
        let changes = TagChanges { add: &[], remove: &found };
        if has_namespaces {
            assert_eq!(retagged(&tagged, changes).as_deref(), Ok(&*before), "{}", context());
        }
    }
    assert!(tried > ROUNDS / 3, "seed {seed}: only {tried} of {ROUNDS} texts could be tagged");
}

#[test]
fn many_changes_of_a_deep_or_wide_text_take_little_stack_and_time() {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(|| {
        let began = Instant::now();
        let deep = (0..330).fold(String::from("\"int\""), |inner, at| {
            format!("{{\"type\":\"record\",\"name\":\"R{at}\",\"fields\":[{{\"name\":\"f\",\"type\":{inner}}}]}}")
        });
        let mut wide = String::from("{\"type\":\"record\",\"name\":\"R\",\"fields\":[");
        for at in 0..20_000 {
            let comma = if at == 0 { "" } else { "," };
            write!(wide, "{comma}{{\"name\":\"f{at}\",\"type\":\"int\"}}").expect("a String takes everything");
        }
        wide.push_str("]}");
        let same_name = (0..300).fold(String::from("\"int\""), |inner, at| {
            format!("{{\"type\":\"record\",\"name\":\"N\",\"namespace\":\"n{at}\",\"fields\":[{{\"name\":\"f{at}\",\"type\":{inner}}}]}}")
        });
        for (text, path) in [(&deep, "R1.f"), (&wide, "R.f1"), (&same_name, "n1.N.f1")] {
            let fields: Vec<TaggedEntity> = match path {
                "R1.f" => (0..330).map(|at| field(&format!("R{at}.f"), &["T"])).collect(),
                "R.f1" => (0..20_000).map(|at| field(&format!("R.f{at}"), &["T"])).collect(),
                _ => (0..300).map(|at| field(&format!("n{at}.N.f{at}"), &["T"])).collect(),
            };
            let tagged = add(text, &fields);
            assert_eq!(found(&tagged).len(), fields.len());
            assert_eq!(change(&tagged, &[], &fields).as_deref(), Ok(&**text));
        }
        let tags: Vec<String> = (0..10_000).map(|at| format!("t{at}")).collect();
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        let entries: Vec<TaggedEntity> = tags.iter().map(|tag| field("R.f7", &[tag])).collect();
        let tagged = add(&wide, &entries);
        assert_eq!(found(&tagged), [field("R.f7", &tags)]);
        // Ten thousand paths to one place, and as many that lead nowhere.
        let spelled: Vec<TaggedEntity> = (0..10_000).map(|at| field(&format!("R.f{at}"), &tags[..1])).collect();
        assert!(change(&wide, &spelled, &spelled).is_ok());
        let nowhere: Vec<TaggedEntity> = (0..10_000).map(|at| field(&format!("N.x{at}"), &["T"])).collect();
        assert_eq!(change(&same_name, &nowhere, &[]), Err(no_match("N.x0")));
        began.elapsed()
    });
    let took = thread.expect("a thread").join().expect("the work survives");
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[test]
fn a_type_called_as_a_kind_of_type_is_in_nobodys_way() {
    for name in ["array", "map", "record"] {
        let text = format!(
            r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":{{"type":"fixed","name":"{name}","size":1}}}},{{"name":"b","type":"{name}"}},{{"name":"c","type":"int"}}]}}"#
        );
        assert_eq!(found(&add(&text, &[field("R.c", &["T"])])), [field("R.c", &["T"])], "{name}");
    }
}

/// A name is written once and means much: found in a namespace of a megabyte.
#[test]
fn a_long_namespace_is_not_multiplied_by_what_lies_in_it() {
    let long = vec!["n".repeat(50); 10_000].join(".");
    let field_texts = |tags: &str| {
        let fields = (0..20_000).map(|at| format!("{{\"name\":\"f{at}\",\"type\":\"int\"{tags}}}"));
        fields.collect::<Vec<_>>().join(",")
    };
    let (plain, with_tags) = (field_texts(""), field_texts(",\"confluent:tags\":[\"T\"]"));
    let began = Instant::now();

    let text = format!("{{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"{long}\",\"fields\":[{with_tags}]}}");
    let tagged = stored(&text);
    assert_eq!(tagged.tagged_entities(|tag| tag == "other"), Ok(Vec::new()));
    assert!(matches!(tagged.tagged_entities(|tag| tag == "T"), Err(TagProblem::LongPaths { .. })));

    // Asked for without its namespace, and with it.
    let text = text.replace(",\"confluent:tags\":[\"T\"]", "");
    for path in ["R".to_owned(), format!("{long}.R")] {
        let tagged = add(&text, &[record(&path, &["T"])]);
        assert!(tagged.ends_with("],\"confluent:tags\":[\"T\"]}"));
    }

    // A field has none of its own, but sets one for what is in it; here it must be unescaped.
    let text = format!(
        "{{\"type\":\"record\",\"name\":\"O\",\"fields\":[{{\"name\":\"x\",\"type\":{{\"type\":\"record\",\"name\":\"R\",\
         \"fields\":[{plain}]}},\"namespace\":\"\\\"{long}\"}}]}}"
    );
    assert!(
        add(&text, &[record("R", &["T"]), field("R.f7", &["T"])])
            .contains("\"f7\",\"type\":\"int\",\"confluent:tags\"")
    );
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[test]
fn many_spellings_of_one_path_do_not_go_through_its_tags_each_time() {
    let tags: Vec<String> = (0..50_000).map(|at| format!("t{at}")).collect();
    let text =
        format!("{{\"type\":\"record\",\"name\":\"R\",\"fields\":[],\"confluent:tags\":[\"{}\"]}}", tags.join("\",\""));
    let began = Instant::now();
    let spellings: Vec<_> = (0..2_000).map(|dots| record(&format!("R{}", ".".repeat(dots)), &["t1", "new"])).collect();
    let gone = record("R", &["t1"]);
    let changed = change(&text, &spellings, &[gone]).expect("changed");
    assert!(changed.ends_with("\"t49999\",\"new\",\"t1\"]}"), "{}", &changed[changed.len() - 40..]);
    assert!(began.elapsed() < Duration::from_secs(30), "{:?}", began.elapsed());
}

#[test]
fn tags_do_not_make_a_text_longer_than_any_request_could_bring() {
    let mut text = String::from("{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}");
    let mut changes = 0;
    let refusal = loop {
        let tag = changes.to_string() + &"x".repeat(9_000_000);
        match change(&text, &[record("R", &[&tag])], &[]) {
            Ok(longer) => text = longer,
            Err(problem) => break problem,
        }
        changes += 1;
    };
    assert!(matches!(refusal, TagProblem::LongText { .. }) && changes == 3, "{refusal:?} after {changes}");
    // A way back is left.
    assert!(change(&text, &[], &[record("R", &[&("0".to_owned() + &"x".repeat(9_000_000))])]).is_ok());
}
