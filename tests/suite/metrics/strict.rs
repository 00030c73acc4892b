//! A reader of both texts for scrapers that takes nothing but what their specifications allow, and what they ask for
//! beside their grammar: families of one piece, ascending histograms, no sample twice.

use std::collections::{BTreeMap, BTreeSet};

/// One page.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) families: BTreeMap<String, Family>,
}

/// Samples under one name.
#[derive(Debug, Default)]
pub(super) struct Family {
    pub(super) kind: String,
    pub(super) samples: Vec<Sample>,
}

/// One number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) value: f64,
}

impl Page {
    /// The value of a sample with these labels at least; 0 where there is none, the sum where there are several.
    pub(super) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let has =
            |sample: &&Sample| labels.iter().all(|(key, value)| sample.labels.get(*key).is_some_and(|v| v == value));
        self.samples().filter(|sample| sample.name == name).filter(has).map(|sample| sample.value).sum()
    }

    pub(super) fn samples(&self) -> impl Iterator<Item = &Sample> {
        self.families.values().flat_map(|family| &family.samples)
    }
}

/// Reads a page of format 0.0.4, or of OpenMetrics 1.0.0.
pub(super) fn read(text: &str, is_open: bool) -> Result<Page, String> {
    let body = match is_open {
        true => text.strip_suffix("# EOF\n").ok_or("no `# EOF` at the end")?,
        false => text,
    };
    let mut page = Page::default();
    let mut current = String::new();
    let mut helped: Option<String> = None;
    for line in body.strip_suffix('\n').ok_or("the last line has no end")?.split('\n') {
        let wrong = |what: &str| format!("{what}: {line:?}");
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, text) = help.split_once(' ').ok_or_else(|| wrong("help without a text"))?;
            if text.is_empty() || helped.replace(name.to_owned()).is_some() {
                return Err(wrong("help that helps nothing"));
            }
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').ok_or_else(|| wrong("no type"))?;
            let unknown = if is_open { "unknown" } else { "untyped" };
            if !["counter", "gauge", "histogram", unknown].contains(&kind) || helped.take().as_deref() != Some(name) {
                return Err(wrong("not a type, or not that of the help before it"));
            }
            if is_open && kind == "counter" && name.ends_with("_total") {
                return Err(wrong("a counter's family is named without `_total`"));
            }
            current = name.to_owned();
            let family = Family { kind: kind.to_owned(), samples: Vec::new() };
            if !is_name(name, true) || page.families.insert(current.clone(), family).is_some() {
                return Err(wrong("a name that is none, or a second time"));
            }
        } else {
            let sample = sample(line).ok_or_else(|| wrong("no sample"))?;
            let family = page.families.get_mut(&current).ok_or_else(|| wrong("no family"))?;
            let suffix = sample.name.strip_prefix(&current).ok_or_else(|| wrong("of another family"))?;
            let fits = match family.kind.as_str() {
                "counter" if is_open => suffix == "_total",
                "histogram" => ["_bucket", "_sum", "_count"].contains(&suffix),
                _ => suffix.is_empty(),
            };
            if !fits || (family.kind == "counter" && sample.value < 0.0) {
                return Err(wrong("not a sample of such a family"));
            }
            family.samples.push(sample);
        }
    }
    let mut seen = BTreeSet::new();
    for sample in page.samples() {
        if !seen.insert(format!("{} {:?}", sample.name, sample.labels)) {
            return Err(format!("twice: {sample:?}"));
        }
    }
    for (name, family) in page.families.iter().filter(|(_, family)| family.kind == "histogram") {
        histogram(name, family)?;
    }
    Ok(page)
}

/// Bounds ascend, counts do not fall, the last bound is infinite and holds all.
fn histogram(name: &str, family: &Family) -> Result<(), String> {
    let mut series: BTreeMap<String, Vec<&Sample>> = BTreeMap::new();
    for sample in &family.samples {
        let labels: Vec<_> = sample.labels.iter().filter(|(name, _)| *name != "le").collect();
        series.entry(format!("{labels:?}")).or_default().push(sample);
    }
    for (labels, samples) in series {
        let wrong = |what: &str| format!("{name} {labels}: {what}");
        let [buckets @ .., sum, count] = &samples[..] else { return Err(wrong("too little")) };
        let bounds: Option<Vec<f64>> = buckets.iter().map(|bucket| number(bucket.labels.get("le")?)).collect();
        let bounds = bounds.ok_or_else(|| wrong("a bucket without a bound"))?;
        let ascend = bounds.is_sorted_by(|a, b| a < b) && bounds.last() == Some(&f64::INFINITY);
        let rises = buckets.is_sorted_by(|a, b| a.value <= b.value);
        let ends = buckets.last().is_some_and(|last| last.value == count.value);
        if !ascend || !rises || !ends || !sum.name.ends_with("_sum") || !count.name.ends_with("_count") {
            return Err(wrong("not a histogram"));
        }
    }
    Ok(())
}

fn sample(line: &str) -> Option<Sample> {
    let end = line.find(['{', ' '])?;
    let (name, mut rest) = line.split_at(end);
    let mut labels = BTreeMap::new();
    if let Some(after) = rest.strip_prefix('{') {
        rest = after;
        loop {
            let (label, after) = rest.split_once("=\"")?;
            let (value, after) = quoted(after)?;
            if !is_name(label, false) || labels.insert(label.to_owned(), value).is_some() {
                return None;
            }
            match after.strip_prefix(',') {
                Some(after) => rest = after,
                None => {
                    rest = after.strip_prefix('}')?;
                    break;
                }
            }
        }
    }
    let value = number(rest.strip_prefix(' ')?)?;
    is_name(name, true).then(|| Sample { name: name.to_owned(), labels, value })
}

/// The text up to the closing quote, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    loop {
        match letters.next()? {
            (at, '"') => return Some((value, &text[at + 1..])),
            (_, '\\') => value.push(match letters.next()?.1 {
                'n' => '\n',
                letter @ ('\\' | '"') => letter,
                _ => return None,
            }),
            (_, letter) => value.push(letter),
        }
    }
}

fn number(text: &str) -> Option<f64> {
    match text {
        "+Inf" => Some(f64::INFINITY),
        text if text.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte)) => text.parse().ok(),
        _ => None,
    }
}

fn is_name(name: &str, may_have_colons: bool) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || (may_have_colons && byte == b':');
    name.bytes().next().is_some_and(|first| !first.is_ascii_digit()) && name.bytes().all(fits)
}

#[test]
fn a_page_that_breaks_a_rule_is_not_read() {
    let head = "# HELP a x\n# TYPE a gauge\n";
    assert!(read(&format!("{head}a 1\n"), false).is_ok());
    for wrong in
        ["a 1", "a{b=\"c} 1\n", "a{b=\"\\x\"} 1\n", "a{b=\"1\"} 1\na{b=\"1\"} 2\n", "b 1\n", "a one\n", "a{2=\"\"} 1\n"]
    {
        assert!(read(&format!("{head}{wrong}"), false).is_err(), "{wrong}");
    }
    assert!(read(&format!("{head}a 1\n{head}a 1\n"), false).is_err(), "a family in two pieces");
    assert!(read(&format!("{head}a 1\n"), true).is_err(), "no end");
    let buckets =
        "# HELP h x\n# TYPE h histogram\nh_bucket{le=\"1.0\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n";
    assert!(read(buckets, false).is_err(), "counts that fall");
}
