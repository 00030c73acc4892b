//! Changes that the cases do not show: how positions, steps and repeated types work together.

use crate::generator::Generator;
use sluicegate::compat::{Reading, Scratch, can_read};
use sluicegate::evolution::{Bump, Change, ChangeClass, Evolving, TooLarge, catalogue, classify};
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};
use std::collections::{BTreeMap, BTreeSet};

fn schema(text: &str) -> ParsedSchema {
    parse(&SchemaSource::avro(text), Strictness::New).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn changes(old: &str, new: &str) -> Vec<Change> {
    classify(Evolving { old: &schema(old), new: &schema(new) }).unwrap()
}

/// Each change in a line: id, path, detail if there is one, class.
fn lines(old: &str, new: &str) -> Vec<String> {
    let line = |change: Change| {
        let detail = change.detail.map_or(String::new(), |detail| format!(" ({detail})"));
        format!("{} {}{detail} {}", change.kind.id, change.path, change.class)
    };
    changes(old, new).into_iter().map(line).collect()
}

/// A record `com.acme.Order` with these fields.
fn order(fields: &str) -> String {
    format!(r#"{{"type": "record", "name": "Order", "namespace": "com.acme", "fields": [{fields}]}}"#)
}

#[test]
fn a_type_used_twice_is_reported_once_with_its_worst_class() {
    let fixed = |size: u32| format!(r#"{{"type": "fixed", "name": "Hash", "size": {size}}}"#);
    let twice = |size| {
        let first = format!(r#"{{"name": "previous", "type": ["null", {}]}}"#, fixed(size));
        order(&format!(r#"{first}, {{"name": "current", "type": {{"type": "array", "items": "Hash"}}}}"#))
    };
    assert_eq!(lines(&twice(16), &twice(20)), ["fixed-size-changed previous (16 -> 20) forbidden"]);
    let once = |size| order(&format!(r#"{{"name": "previous", "type": ["null", {}]}}"#, fixed(size)));
    assert_eq!(lines(&once(16), &once(20)), ["fixed-size-changed previous (16 -> 20) major-bump-required"]);
}

#[test]
fn the_items_of_an_optional_field_are_optional() {
    let items =
        |of: &str| order(&format!(r#"{{"name": "x", "type": ["null", {{"type": "array", "items": "{of}"}}]}}"#));
    assert_eq!(lines(&items("long"), &items("int")), ["numeric-narrowed x[] (long -> int) major-bump-required"]);
    assert_eq!(
        lines(&items("long"), &items("string")),
        ["optional-field-type-changed x[] (long -> string) major-bump-required"]
    );
}

#[test]
fn branches_are_matched_by_full_name_then_alias_then_simple_name_then_by_being_the_last() {
    let record = |name: &str, more: &str| {
        format!(r#"{{"type": "record", "name": "{name}", "fields": [{{"name": "of", "type": "int"}}]{more}}}"#)
    };
    let union = |branches: [String; 4]| order(&format!(r#"{{"name": "x", "type": [{}]}}"#, branches.join(", ")));
    let old = union([record("a.Card", ""), record("b.Card", ""), record("a.Cash", ""), record("a.Gift", "")]);
    let new = union([
        record("c.Coupon", ""),
        record("c.Card", ""),
        record("a.Coins", r#", "aliases": ["Cash"]"#),
        record("b.Card", ""),
    ]);
    assert_eq!(
        lines(&old, &new),
        [
            "union-reordered x allowed",
            "type-renamed x<c.Coupon> (a.Gift -> c.Coupon) major-bump-required",
            "type-namespace-changed x<c.Card> (a.Card -> c.Card) major-bump-required",
            "type-renamed x<a.Coins> (a.Cash -> a.Coins) major-bump-required",
        ]
    );
}

#[test]
fn a_promotion_is_found_before_a_narrowing() {
    let of = |branches: &str| order(&format!(r#"{{"name": "x", "type": [{branches}]}}"#));
    assert_eq!(
        lines(&of(r#""double", "int""#), &of(r#""float", "long""#)),
        ["numeric-narrowed x<float> (double -> float) forbidden", "numeric-widened x<long> (int -> long) allowed",]
    );
    // Which of the two becomes a double does not depend on their order.
    for old in [r#""long", "float""#, r#""float", "long""#] {
        assert_eq!(
            lines(&of(old), &of(r#""double""#)),
            [
                "numeric-widened-lossy x (long merged into double) allowed",
                "numeric-widened x<double> (float -> double) allowed",
            ]
        );
    }
}

#[test]
fn two_branches_left_over_go_into_the_one_that_keeps_every_value() {
    let old = r#"{"type": "record", "name": "R", "fields": [{"name": "x", "type": ["long", "float", "int"]}]}"#;
    let new = r#"{"type": "record", "name": "R", "fields": [{"name": "x", "type": "double"}]}"#;
    assert_eq!(
        lines(old, new),
        [
            "numeric-widened-lossy x (long merged into double) allowed",
            "numeric-widened x (int merged into double) allowed",
            "numeric-widened x<double> (float -> double) allowed",
        ]
    );
}

#[test]
fn what_a_merged_number_was_meant_as_is_not_lost_in_silence() {
    let old = order(r#"{"name": "x", "type": [{"type": "int", "logicalType": "date"}, "long"]}"#);
    let new = order(r#"{"name": "x", "type": "long"}"#);
    assert_eq!(
        lines(&old, &new),
        ["numeric-widened x (int merged into long) allowed", "logical-type-removed x (date) major-bump-required",]
    );
}

#[test]
fn an_event_inside_another_event_is_compared_where_it_is_an_event() {
    let union = |namespace: &str, of: &str| {
        let inner =
            format!(r#"{{"type": "record", "name": "{namespace}Inner", "fields": [{{"name": "v", "type": "{of}"}}]}}"#);
        format!(
            r#"[{{"type": "record", "name": "Outer", "fields": [{{"name": "inner", "type": {inner}}}]}}, "{namespace}Inner"]"#
        )
    };
    assert_eq!(lines(&union("", "int"), &union("", "long")), ["numeric-widened <Inner>.v (int -> long) allowed"]);
    assert_eq!(
        lines(&union("a.", "int"), &union("b.", "int")),
        ["event-namespace-changed <b.Inner> (a.Inner -> b.Inner) major-bump-required"]
    );
}

#[test]
fn records_move_whole_or_not_at_all() {
    let inner = r#"{"name": "city", "type": "string"}, {"name": "zip", "type": ["null", "string"], "default": null}"#;
    let ship = |fields: &str| {
        format!(r#"{{"name": "ship", "type": {{"type": "record", "name": "Ship", "fields": [{fields}]}}}}"#)
    };
    let address = format!(r#"{{"name": "to", "type": {{"type": "record", "name": "Address", "fields": [{inner}]}}}}"#);
    let nested = order(&format!(r#"{{"name": "id", "type": "string"}}, {}"#, ship(&address)));
    let flat = order(&format!(r#"{{"name": "id", "type": "string"}}, {inner}"#));
    assert_eq!(
        lines(&nested, &flat),
        [
            "field-relocated city (ship.to.city -> city) major-bump-required",
            "field-relocated zip (ship.to.zip -> zip) major-bump-required",
        ]
    );
    assert_eq!(
        lines(&flat, &nested),
        [
            "field-added-without-default ship major-bump-required",
            "field-relocated ship.to.city (city -> ship.to.city) major-bump-required",
            "field-relocated ship.to.zip (zip -> ship.to.zip) major-bump-required",
        ]
    );
    let without_zip = order(r#"{"name": "id", "type": "string"}, {"name": "city", "type": "string"}"#);
    assert_eq!(
        lines(&nested, &without_zip),
        ["field-removed ship forbidden", "field-added-without-default city major-bump-required"]
    );
}

#[test]
fn a_move_keeps_the_value_and_goes_up_or_down() {
    let part = |name: &str, fields: &str| {
        format!(r#"{{"name": "{name}", "type": {{"type": "record", "name": "{name}_part", "fields": [{fields}]}}}}"#)
    };
    let (id, zip) = (r#"{"name": "id", "type": "int"}"#, r#"{"name": "zip", "type": "int"}"#);
    let both = format!("{id}, {zip}");
    // Into a record that was there before, and widened on the way.
    let old = order(&format!("{zip}, {}", part("ship", id)));
    let new = order(&part("ship", &format!(r#"{id}, {{"name": "zip", "type": "long"}}"#)));
    assert_eq!(lines(&old, &new), ["field-relocated ship.zip (zip -> ship.zip) major-bump-required"]);
    // Narrowed on the way: a loss.
    let old = order(&format!(r#"{{"name": "zip", "type": "long"}}, {}"#, part("ship", id)));
    let new = order(&part("ship", &both));
    assert_eq!(
        lines(&old, &new),
        ["field-removed zip forbidden", "field-added-without-default ship.zip major-bump-required"]
    );
    // Two arrive at one place: one of them is lost.
    let old = order(&[part("bill", &both), part("ship", &both)].join(", "));
    let new = order(&[part("bill", id), part("ship", id), zip.to_owned()].join(", "));
    assert_eq!(
        lines(&old, &new),
        [
            "field-added-without-default zip major-bump-required",
            "field-removed bill.zip forbidden",
            "field-removed ship.zip forbidden",
        ]
    );
}

#[test]
fn records_that_contain_each_other_end() {
    let pair = |of: &str| {
        format!(
            r#"{{"type": "record", "name": "A", "fields": [{{"name": "b", "type": ["null", {{"type": "record", "name": "B",
               "fields": [{{"name": "a", "type": ["null", "A"]}}, {{"name": "v", "type": "{of}"}}]}}]}}]}}"#
        )
    };
    assert_eq!(lines(&pair("int"), &pair("long")), ["numeric-widened b.v (int -> long) allowed"]);
}

#[test]
fn one_type_that_meets_two_is_compared_with_both() {
    let record = |name: &str, of: &str| {
        format!(r#"{{"type": "record", "name": "{name}", "fields": [{{"name": "v", "type": "{of}"}}]}}"#)
    };
    let old = order(&format!(r#"{{"name": "a", "type": {}}}, {{"name": "b", "type": "P"}}"#, record("P", "int")));
    let new = order(&format!(
        r#"{{"name": "a", "type": {}}}, {{"name": "b", "type": {}}}"#,
        record("P", "int"),
        record("Q", "long")
    ));
    assert_eq!(
        lines(&old, &new),
        ["type-renamed b (com.acme.P -> com.acme.Q) major-bump-required", "numeric-widened b.v (int -> long) allowed",]
    );
}

#[test]
fn spelling_a_type_out_again_changes_nothing() {
    let money = |of: &str, doc: &str| {
        format!(r#"{{"type": "record", "name": "Money", {doc}"fields": [{{"name": "cents", "type": "{of}"}}]}}"#)
    };
    let two = |first: &str, second: &str| {
        order(&format!(r#"{{"name": "net", "type": {first}}}, {{"name": "gross", "type": {second}}}"#))
    };
    let by_name = r#""Money""#;
    let (old, new) = (money("int", ""), money("long", ""));
    let expected = ["numeric-widened net.cents (int -> long) allowed"];
    assert_eq!(lines(&two(&old, by_name), &two(&new, by_name)), expected);
    assert_eq!(lines(&two(&old, by_name), &two(&new, &new)), expected);
    assert_eq!(lines(&two(&old, &old), &two(&new, &new)), expected);
    assert_eq!(lines(&two(&old, &old), &two(&old, by_name)), [""; 0]);
    // Where the second definition says more than the first, that is a change of its own.
    let documented = money("int", r#""doc": "in cents", "#);
    assert_eq!(lines(&two(&old, by_name), &two(&old, &documented)), ["doc-changed gross allowed"]);
}

#[test]
fn defaults_are_compared_as_values() {
    let field = |of: &str, default: &str| order(&format!(r#"{{"name": "x", "type": {of}, "default": {default}}}"#));
    let inner = r#"{"type": "record", "name": "In", "fields": [{"name": "a", "type": "int"}, {"name": "b", "type": "double", "default": 2}]}"#;
    let floats = r#"{"type": "array", "items": "float"}"#;
    let same = [
        (r#""double""#, "0", "0.0"),
        (r#""float""#, "0.1", "0.10000000149011612"),
        (floats, "[1, 2]", "[1.0, 2.0]"),
        (r#"["null", "double"]"#, "1", "1.0"),
        (inner, r#"{"a": 1}"#, r#"{"b": 2.0, "a": 1}"#),
    ];
    for (of, before, after) in same {
        assert_eq!(lines(&field(of, before), &field(of, after)), [""; 0], "{of}: {before} and {after}");
    }
    let different = [
        (r#""double""#, "0.1", "0.10000000149011612"),
        (r#""float""#, "-0.0", "0.0"),
        (r#""string""#, r#""a""#, r#""A""#),
        (r#"["long", "double"]"#, "1", "1.0"),
        (inner, r#"{"a": 1}"#, r#"{"a": 1, "b": 3}"#),
    ];
    for (of, before, after) in different {
        let found = lines(&field(of, before), &field(of, after));
        assert_eq!(found.len(), 1, "{of}: {before} and {after}");
        assert!(found[0].starts_with("field-default-changed x ("), "{found:?}");
    }
    // The old default had to go with its symbol.
    let symbols = |symbols: &str| format!(r#"{{"type": "enum", "name": "E", "symbols": [{symbols}]}}"#);
    assert_eq!(
        lines(&field(&symbols(r#""A", "B""#), r#""B""#), &field(&symbols(r#""A""#), r#""A""#)),
        ["enum-symbol-removed x (B) major-bump-required"]
    );
}

#[test]
fn a_default_that_holds_defaults_of_its_own_record_without_end_is_settled() {
    let of = |default: &str| {
        let text = format!(
            r#"{{"type": "record", "name": "R", "fields": [{{"name": "f", "type": "R", "default": {default}}}]}}"#
        );
        // Only a stored text may have such a default.
        parse(&SchemaSource::avro(&text), Strictness::Stored).unwrap()
    };
    let found = classify(Evolving { old: &of("{}"), new: &of(r#"{"f": {}}"#) }).unwrap();
    assert_eq!((found.len(), found[0].kind.id), (1, "field-default-changed"));
}

#[test]
fn spelling_of_a_logical_type_is_a_property_and_an_invalid_one_is_none() {
    let decimal =
        |more: &str| order(&format!(r#"{{"name": "x", "type": {{"type": "bytes", "logicalType": "decimal"{more}}}}}"#));
    let plain = decimal(r#", "precision": 9"#);
    assert_eq!(lines(&plain, &decimal(r#", "precision": 9, "scale": 0"#)), ["property-changed x (scale) allowed"]);
    assert_eq!(
        lines(&plain, &decimal(r#", "precision": 0"#)),
        ["property-changed x (precision) allowed", "logical-type-removed x (decimal) major-bump-required"]
    );
    assert_eq!(
        lines(&plain, &decimal(r#", "precision": 12, "scale": 0"#)),
        ["decimal-precision-increased x (9 -> 12) allowed"]
    );
}

#[test]
fn tags_are_compared_one_by_one_and_as_a_set() {
    let tagged = |tags: &str| order(&format!(r#"{{"name": "x", "type": "string", "confluent:tags": {tags}}}"#));
    assert_eq!(
        lines(&tagged(r#"["PII", "EMAIL"]"#), &tagged(r#"["EMAIL", "GDPR"]"#)),
        ["tag-removed x (PII) allowed", "tag-added x (GDPR) allowed"]
    );
    let property = ["property-changed x (confluent:tags) allowed"];
    assert_eq!(lines(&tagged(r#"["A", "B"]"#), &tagged(r#"["B", "A"]"#)), property);
    assert_eq!(lines(&tagged(r#"["A"]"#), &tagged(r#""A""#)), property);
}

#[test]
fn two_new_fields_that_claim_one_old_field_collide() {
    let old = order(r#"{"name": "a", "type": "string"}"#);
    let new = order(r#"{"name": "a", "type": "string"}, {"name": "b", "type": "int", "default": 0, "aliases": ["a"]}"#);
    assert_eq!(lines(&old, &new), ["field-added-with-default b allowed", "alias-collision b (a) major-bump-required"]);
}

#[test]
fn a_removal_names_what_may_be_its_new_name() {
    let old = order(r#"{"name": "a", "type": ["null", "string"], "default": null}"#);
    let equal = order(r#"{"name": "b", "type": ["null", "string"], "default": null}"#);
    let other = order(r#"{"name": "b", "type": ["null", "long"], "default": null}"#);
    assert!(changes(&old, &equal)[0].message.ends_with("; possible-rename: b of an equal type was added"));
    assert!(!changes(&old, &other)[0].message.contains("possible-rename"));
}

#[test]
fn a_remedy_can_be_copied_into_the_schema() {
    let old =
        order(r#"{"name": "code", "type": ["null", "string"], "default": null}, {"name": "id", "type": "string"}"#);
    let new = order(r#"{"name": "id", "type": "string"}"#);
    let removed = &changes(&old, &new)[0];
    let object = removed.remedy.strip_prefix("put the field code back as ").unwrap();
    assert_eq!(lines(&old, &order(&format!(r#"{object}, {{"name": "id", "type": "string"}}"#))), [""; 0]);
}

#[test]
fn nesting_as_deep_as_the_parser_allows_is_compared() {
    let arrays = |of: &str| {
        let open = r#"{"type": "array", "items": "#.repeat(900);
        format!("{open}\"{of}\"{}", "}".repeat(900))
    };
    let found = changes(&arrays("long"), &arrays("int"));
    assert_eq!((found.len(), found[0].kind.id), (1, "numeric-narrowed"));
    let found = changes(&arrays("long"), &arrays("string"));
    assert_eq!((found.len(), found[0].kind.id, found[0].path.len()), (1, "required-field-type-changed", 1_800));
    let records = |of: &str| {
        (0..240).fold(format!("\"{of}\""), |inner, at| {
            format!(r#"{{"type": "record", "name": "R{at}", "fields": [{{"name": "f", "type": {inner}}}]}}"#)
        })
    };
    let found = changes(&records("int"), &records("long"));
    assert_eq!((found.len(), found[0].kind.id), (1, "numeric-widened"));
    // Everything below is gone, and reappears without its records.
    let flat = r#"{"type": "record", "name": "R239", "fields": [{"name": "g", "type": "int"}]}"#;
    assert_eq!(changes(&records("int"), flat).len(), 2);
}

#[test]
fn types_tangled_on_purpose_are_refused_in_time() {
    let tangled = |shift: usize| {
        let record = |at: usize| {
            let field = |field: usize| format!(r#"{{"name": "f{field}", "type": "K{}"}}"#, (at + field + shift) % 250);
            let fields: Vec<_> = (0..250).map(field).collect();
            format!(r#"{{"type": "record", "name": "K{at}", "fields": [{}]}}"#, fields.join(", "))
        };
        schema(&format!("[{}]", (0..250).map(record).collect::<Vec<_>>().join(", ")))
    };
    assert!(matches!(classify(Evolving { old: &tangled(0), new: &tangled(1) }), Err(TooLarge)));
    assert_eq!(classify(Evolving { old: &tangled(0), new: &tangled(0) }), Ok(Vec::new()));
}

#[test]
fn every_id_is_found_by_its_name_and_none_is_listed_twice() {
    let ids: BTreeSet<&str> = catalogue::ALL.iter().map(|kind| kind.id).collect();
    assert_eq!(ids.len(), 51);
    assert!(catalogue::ALL.iter().all(|kind| catalogue::find(kind.id) == Some(kind)));
    assert_eq!(catalogue::find("Field-Removed"), None);
}

fn seed() -> u64 {
    std::env::var("EVOLUTION_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_260_101)
}

/// How many random pairs are looked at: `EVOLUTION_PAIRS`, or a number that takes a second or two.
fn pairs_max() -> usize {
    std::env::var("EVOLUTION_PAIRS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

/// Which laws a pair breaks. An old schema whose own fields claim each other cannot even be read with itself, so no law
/// about reading holds for what follows it.
fn broken_laws(old: &ParsedSchema, new: &ParsedSchema, changes: &[Change], scratch: &mut Scratch) -> Vec<&'static str> {
    let class = changes.iter().map(|change| change.class).max().unwrap_or(ChangeClass::None);
    let bump = changes.iter().map(|change| change.bump).max().unwrap_or(Bump::None);
    let mut reads = |reader, writer| can_read(Reading { reader, writer }, scratch);
    let is_clear = reads(old, old);
    let (backward, forward) = (reads(new, old), reads(old, new));
    let laws = [
        ("P1: allowed, but not backward compatible", is_clear && class <= ChangeClass::Allowed && !backward),
        ("P2: a patch, but not fully compatible", is_clear && bump <= Bump::Patch && !(backward && forward)),
        ("a change between equal schemas", !changes.is_empty() && old.is_equivalent_to(new)),
        ("no change between unequal schemas", changes.is_empty() && !without_defaults(old, new)),
    ];
    laws.into_iter().filter(|(_, is_broken)| *is_broken).map(|(law, _)| law).collect()
}

/// Whether two schemas are equal once the defaults of fields, which may be spelled in two ways, are taken off.
fn without_defaults(old: &ParsedSchema, new: &ParsedSchema) -> bool {
    let stripped = |schema: &ParsedSchema| {
        let mut json: serde_json::Value = serde_json::from_str(&schema.resolved_text()).unwrap();
        strip(&mut json);
        parse(&SchemaSource::avro(&json.to_string()), Strictness::Stored).unwrap()
    };
    stripped(old).is_equivalent_to(&stripped(new))
}

fn strip(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
        serde_json::Value::Object(members) => {
            if let Some(fields) = members.get_mut("fields").and_then(|fields| fields.as_array_mut()) {
                for field in fields.iter_mut().filter_map(|field| field.as_object_mut()) {
                    field.shift_remove("default");
                }
            }
            members.values_mut().for_each(strip);
        }
        _ => {}
    }
}

#[test]
fn classes_keep_their_promises_over_random_pairs() {
    let mut generator = Generator::new(seed());
    let mut scratch = Scratch::default();
    let mut hits: BTreeMap<&str, usize> = catalogue::ALL.iter().map(|kind| (kind.id, 0)).collect();
    let mut wrong = Vec::new();
    let read = |text: &str| parse(&SchemaSource::avro(text), Strictness::Stored).ok();
    for _ in 0..pairs_max() {
        let (old, new) = generator.pair();
        let (Some(old), Some(new)) = (read(&old), read(&new)) else { continue };
        let changes = classify(Evolving { old: &old, new: &new }).unwrap();
        for change in &changes {
            *hits.entry(change.kind.id).or_insert(0) += 1;
        }
        for law in broken_laws(&old, &new, &changes, &mut scratch) {
            let shown: Vec<_> = changes.iter().map(|change| (change.kind.id, &change.path, &change.detail)).collect();
            wrong.push(format!("{law}\n old {}\n new {}\n {shown:?}", old.stored_text(), new.stored_text()));
        }
    }
    println!("changes found: {hits:?}");
    wrong.sort_by_key(String::len);
    let first: Vec<_> = wrong.iter().take(3).cloned().collect();
    assert!(wrong.is_empty(), "seed {}: {} laws broken, the shortest:\n{}", seed(), wrong.len(), first.join("\n"));
}
