//! Corners of the comparison that an adversary looks for: how a union is written, moves that lose a branch, fields that
//! name themselves, hints and unions that cost too much, and stacks that are too small.

use serde_json::{Value, json};
use sluicegate::evolution::{Change, Evolving, TooLarge, classify};
use sluicegate::schema::{ParsedSchema, SchemaSource, Strictness, parse};

fn schema(tree: &Value) -> ParsedSchema {
    let text = tree.to_string();
    parse(&SchemaSource::avro(&text), Strictness::Stored).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn changes(old: &Value, new: &Value) -> Vec<Change> {
    classify(Evolving { old: &schema(old), new: &schema(new) }).unwrap()
}

/// Each change in a line: id, path, detail if there is one, class.
fn lines(old: &Value, new: &Value) -> Vec<String> {
    let line = |change: Change| {
        let detail = change.detail.map_or(String::new(), |detail| format!(" ({detail})"));
        format!("{} {}{detail} {}", change.kind.id, change.path, change.class)
    };
    changes(old, new).into_iter().map(line).collect()
}

fn record(name: &str, fields: &[Value]) -> Value {
    json!({"type": "record", "name": name, "fields": fields})
}

fn field(name: &str, of: &Value) -> Value {
    json!({"name": name, "type": of})
}

/// A record with the field `x` of this type.
fn x(of: &Value) -> Value {
    record("R", &[field("x", of)])
}

/// All orders of these branches.
fn orders(branches: &[&str]) -> Vec<Vec<String>> {
    let Some((first, rest)) = branches.split_first() else { return vec![Vec::new()] };
    let with_first = |order: &Vec<String>| -> Vec<Vec<String>> {
        let place = |at: usize| {
            let mut order = order.clone();
            order.insert(at, (*first).to_owned());
            order
        };
        (0..=order.len()).map(place).collect()
    };
    orders(rest).iter().flat_map(with_first).collect()
}

#[test]
fn what_numbers_became_does_not_depend_on_how_a_union_is_written() {
    let numbers = ["int", "long", "float", "double"];
    let some = |mask: usize| -> Vec<&str> { (0..4).filter(|at| mask >> at & 1 == 1).map(|at| numbers[at]).collect() };
    let told = |old: &[String], new: &[String]| {
        let mut lines = lines(&x(&json!(old)), &x(&json!(new)));
        lines.retain(|line| !line.starts_with("union-reordered"));
        lines.sort();
        lines
    };
    for (old, new) in (1..16).flat_map(|old| (1..16).map(move |new| (some(old), some(new)))) {
        let mut seen: Vec<Vec<String>> = Vec::new();
        for (before, after) in orders(&old).iter().flat_map(|old| orders(&new).into_iter().map(move |new| (old, new))) {
            seen.push(told(before, &after));
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "{old:?} -> {new:?}: {seen:?}");
    }
    assert_eq!(
        lines(&x(&json!(["int", "float"])), &x(&json!(["double", "long"]))),
        [
            "union-reordered x allowed",
            "numeric-widened x<double> (float -> double) allowed",
            "numeric-widened x<long> (int -> long) allowed",
        ]
    );
}

#[test]
fn a_record_more_on_the_way_is_no_move() {
    let [card, cash, gift] = ["Card", "Cash", "Gift"].map(|name| record(name, &[field(name, &json!("int"))]));
    let old = record("R", &[field("paid", &json!([card, cash]))]);
    let into = |branches: Value| record("R", &[field("in", &record("In", &[field("paid", &branches)]))]);
    assert_eq!(
        lines(&old, &into(json!([card, cash, gift]))),
        ["field-removed paid forbidden", "field-added-without-default in major-bump-required"]
    );
    assert_eq!(
        lines(&old, &into(json!([card, cash]))),
        [
            "field-added-without-default in major-bump-required",
            "field-relocated in.paid (paid -> in.paid) major-bump-required",
        ]
    );
}

#[test]
fn a_field_that_names_itself_claims_its_value_twice() {
    let named = |aliases: &[&str]| {
        let mut a = field("a", &json!("int"));
        a["aliases"] = json!(aliases);
        record("R", &[a, field("b", &json!("int"))])
    };
    let found = changes(&named(&[]), &named(&["a"]));
    assert_eq!(
        lines(&named(&[]), &named(&["a"])),
        ["alias-collision a (a) major-bump-required", "alias-added a (a) allowed"]
    );
    assert_eq!(found[0].message, "a would take its values from the old field a twice, by its name and by its alias");
    assert_eq!(found[0].remedy, "remove the alias a from a");
    // Every alias that has to go is named, and one that harms nobody is not.
    assert_eq!(changes(&named(&[]), &named(&["c", "b", "a"]))[0].remedy, "remove the aliases b, a from a");
    assert_eq!(lines(&named(&["a"]), &named(&["a"])), [""; 0]);
    assert_eq!(lines(&named(&["a"]), &named(&[])), ["property-changed a (aliases) allowed"]);
}

#[test]
fn a_renamed_field_is_told_to_keep_the_alias_it_needs() {
    let old = record("R", &[field("a", &json!("int")), field("b", &json!("int"))]);
    let aliased = |name: &str, aliases: &[&str]| {
        let mut field = field(name, &json!("int"));
        field["aliases"] = json!(aliases);
        field
    };
    let new = record("R", &[aliased("y", &["a"]), aliased("x", &["b", "a"])]);
    let collision = changes(&old, &new).into_iter().find(|change| change.kind.id == "alias-collision").unwrap();
    assert_eq!(
        (collision.path.as_str(), collision.remedy.as_str()),
        ("x", "remove the alias a from x"),
        "b is what it was called"
    );
}

#[test]
fn a_removed_field_is_put_back_with_all_it_had() {
    let owned = json!({
        "name": "code", "type": ["null", "string"], "default": null, "doc": "as \"printed\"", "aliases": ["sku", "id"],
        "order": "descending", "x-owner": {"team": ["orders"]}
    });
    let old = record("R", &[owned]);
    let removed = &changes(&old, &record("R", &[]))[0];
    let object: Value =
        serde_json::from_str(removed.remedy.strip_prefix("put the field code back as ").unwrap()).unwrap();
    assert_eq!(lines(&old, &record("R", &[object])), [""; 0]);
}

#[test]
fn no_remedy_ends_in_the_middle_of_a_default() {
    let with = |default: Option<Value>| {
        let mut field = field("x", &json!({"type": "array", "items": "int"}));
        field.as_object_mut().unwrap().extend(default.map(|default| ("default".to_owned(), default)));
        record("R", &[field])
    };
    let long = json!((0..300).collect::<Vec<_>>());
    let remedy = |old: Option<Value>, new| changes(&with(old), &with(new)).remove(0).remedy;
    assert_eq!(remedy(Some(long.clone()), None), "give x its default back as it was");
    assert_eq!(remedy(Some(long), Some(json!([]))), "set the default of x back to what it was");
    assert_eq!(remedy(Some(json!([1])), None), "give x its default back: \"default\": [1]");
    assert_eq!(remedy(Some(json!([1])), Some(json!([]))), "set the default of x back to [1]");
}

#[test]
fn an_event_that_is_written_out_again_inside_another_is_still_the_event() {
    let event = |space: &str, of: &str| json!({"type": "record", "name": "Inner", "namespace": space, "fields": [field("v", &json!(of))]});
    let events = |space: &str, of: &str, again: bool| {
        let second = if again { event(space, of) } else { json!(format!("{space}.Inner")) };
        json!([record("Outer", &[field("inner", &event(space, of))]), second])
    };
    let expected = [
        "event-namespace-changed <b.Inner> (a.Inner -> b.Inner) major-bump-required",
        "numeric-narrowed <b.Inner>.v (long -> int) forbidden",
    ];
    for (old, new) in [(false, false), (false, true), (true, false), (true, true)] {
        assert_eq!(lines(&events("a", "long", old), &events("b", "int", new)), expected, "{old} {new}");
    }
}

#[test]
fn a_sign_before_zero_is_no_matter_of_taste() {
    // Avro encodes and sorts the two differently, and the texts are two schemas.
    let owned = |value: f64| {
        let mut field = field("x", &json!({"type": "double", "on-type": value}));
        field["on-field"] = json!(value);
        record("R", &[field])
    };
    assert_eq!(
        lines(&owned(-0.0), &owned(0.0)),
        ["property-changed x (on-field) allowed", "property-changed x (on-type) allowed"]
    );
    assert_eq!(lines(&owned(-0.0), &owned(-0.0)), [""; 0]);
}

/// A stored text has "Infinity" where a number was too large (as Avro Java prints it); read again, that is a text.
#[test]
fn a_number_beyond_all_is_the_one_that_its_stored_text_names() {
    let owned = |of: &Value, default: &str| {
        let text =
            format!(r#"{{"type":"record","name":"R","fields":[{{"name":"x","type":{of},"default":{default}}}]}}"#);
        parse(&SchemaSource::avro(&text), Strictness::Stored).unwrap_or_else(|error| panic!("{error}: {text}"))
    };
    for of in [json!("double"), json!("float"), json!(["double", "string"])] {
        for (sent, stored) in [("1e400", r#""Infinity""#), ("-1e400", r#""-Infinity""#)] {
            let (sent, stored) = (owned(&of, sent), owned(&of, stored));
            assert_eq!(classify(Evolving { old: &stored, new: &sent }), Ok(Vec::new()), "{of}");
            assert_eq!(classify(Evolving { old: &sent, new: &stored }), Ok(Vec::new()), "{of}");
        }
        let (above, below) = (owned(&of, "1e400"), owned(&of, r#""-Infinity""#));
        assert_eq!(classify(Evolving { old: &above, new: &below }).map(|changes| changes.len()), Ok(1), "{of}");
    }
}

#[test]
fn a_merged_branch_is_asked_back_as_a_branch() {
    let found = changes(&x(&json!(["string", "bytes"])), &x(&json!("bytes")));
    assert_eq!(found[0].kind.id, "bytes-string-swapped");
    assert_eq!(found[0].remedy, "put the branch string back into the type of x");
}

#[test]
fn a_root_has_no_field_to_move_a_branch_into() {
    let found = changes(&json!("int"), &json!(["int", "string"]));
    assert_eq!(
        found[0].remedy,
        "take the branch string out of the type of the schema and publish it under a subject of its own"
    );
}

#[test]
fn a_hint_never_costs_the_answer() {
    // Each record loses one field and gains another, whose types reach all the others.
    let shared: Vec<Value> = (0..3_000).map(|at| field(&format!("f{at}"), &json!("int"))).collect();
    let shared = record("Shared", &shared);
    let holders = |name: &str| {
        let holder =
            |at: usize| record(&format!("H{at}"), &[field(name, &json!({"type": "array", "items": "Shared"}))]);
        let all: Vec<Value> = std::iter::once(shared.clone()).chain((0..1_200).map(holder)).collect();
        json!(all)
    };
    let found = classify(Evolving { old: &schema(&holders("a")), new: &schema(&holders("b")) });
    assert_eq!(found.map(|changes| changes.len()), Ok(2_400));
}

#[test]
fn a_union_of_one_simple_name_is_compared_in_time_or_not_at_all() {
    let union = |prefix: &str, count: usize| {
        let branch = |at: usize| record(&format!("{prefix}{at}.R"), &[]);
        schema(&json!((0..count).map(branch).collect::<Vec<_>>()))
    };
    let compared = |count| classify(Evolving { old: &union("a", count), new: &union("b", count) });
    assert_eq!(compared(500).map(|changes| changes.len()), Ok(500));
    assert_eq!(compared(20_000), Err(TooLarge));
}

#[test]
fn many_aliases_are_compared_in_time_or_not_at_all() {
    let names = |prefix: &str| -> Vec<String> { (0..60_000).map(|at| format!("{prefix}{at}")).collect() };
    // Two old fields answer to the name of every new one.
    let claiming = |name: &str| json!({"name": name, "type": "int", "aliases": names("f")});
    let claimed: Vec<Value> = names("f").iter().map(|name| field(name, &json!("int"))).collect();
    let (old, new) = (schema(&record("R", &[claiming("a"), claiming("b")])), schema(&record("R", &claimed)));
    assert_eq!(classify(Evolving { old: &old, new: &new }), Err(TooLarge));
    // One new type has the names of all old ones, in another namespace.
    let mut heir = record("b.Heir", &[]);
    heir["aliases"] = json!(names("R"));
    let many = json!(names("a.R").iter().map(|name| record(name, &[])).collect::<Vec<_>>());
    assert_eq!(classify(Evolving { old: &schema(&many), new: &schema(&heir) }), Err(TooLarge));
    assert_eq!(classify(Evolving { old: &schema(&heir), new: &schema(&many) }), Err(TooLarge));
}

#[test]
fn more_changes_than_anybody_reads_are_no_answer() {
    let symbols = |prefix: &str, count: usize| {
        let symbols: Vec<String> = (0..count).map(|at| format!("{prefix}{at}")).collect();
        schema(&x(&json!({"type": "enum", "name": "E", "symbols": symbols})))
    };
    let compared = |count| classify(Evolving { old: &symbols("a", count), new: &symbols("b", count) });
    assert_eq!(compared(20_000).map(|changes| changes.len()), Ok(40_000));
    assert_eq!(compared(100_000), Err(TooLarge));
    let gone = |count: usize| {
        let fields: Vec<Value> = (0..count).map(|at| field(&format!("f{at}"), &json!("int"))).collect();
        schema(&record("R", &fields))
    };
    assert_eq!(classify(Evolving { old: &gone(60_000), new: &gone(0) }), Err(TooLarge));
    // Not one step is paid for behind these, in a record that also lost and gained fields.
    let described = |with: bool, name: &str| {
        let mut record = record("R", &[field(name, &json!("int"))]);
        let keys = record.as_object_mut().unwrap();
        keys.extend((0..60_000).filter(|_| with).map(|at| (format!("p{at}"), json!(1))));
        schema(&record)
    };
    assert_eq!(classify(Evolving { old: &described(false, "a"), new: &described(true, "b") }), Err(TooLarge));
}

#[test]
fn nothing_that_is_deep_reaches_the_stack() {
    let chain = |of: &str| {
        let link = |at: usize| {
            let below = match at {
                0 => json!(of),
                at => json!(format!("L{}", at - 1)),
            };
            record(&format!("L{at}"), &[field("f", &below), field("v", &json!(of))])
        };
        schema(&json!((0..900).map(link).collect::<Vec<_>>()))
    };
    // A default that nests as deep as a text may, of a record that holds itself.
    let nested = |of: &str| {
        let value = (0..450).fold(json!({}), |below, _| json!({"of": {"k": below}}));
        let of_self = json!({"name": "of", "type": {"type": "map", "values": "Node"}, "default": {}});
        let node = record("Node", &[of_self, json!({"name": "v", "type": of, "default": 1})]);
        schema(&record("R", &[json!({"name": "x", "type": node, "default": value}), field("y", &json!(of))]))
    };
    let pairs = [(chain("int"), chain("long")), (nested("int"), nested("long")), (nested("double"), nested("float"))];
    let on_a_small_stack = std::thread::Builder::new().stack_size(256 * 1024).spawn(move || {
        pairs.iter().map(|(old, new)| classify(Evolving { old, new }).map(|found| found.len())).collect::<Vec<_>>()
    });
    let found = on_a_small_stack.unwrap().join().unwrap();
    assert!(found.iter().all(|count| count.is_ok_and(|count| count > 0)), "{found:?}");
}
