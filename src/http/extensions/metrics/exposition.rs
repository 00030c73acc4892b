//! The two texts that Prometheus reads: its own format 0.0.4 and OpenMetrics 1.0.0.
//!
//! Written by hand: the numbers are plain atomics, no library writes both formats, and what matters of them is below.

use crate::registry::figures::Histogram;
use std::fmt::{Display, Write as _};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Format {
    /// For every scraper.
    Plain,
    /// For those that ask for it.
    OpenMetrics,
}

/// What a family is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Only goes up, from zero at the start of the process. Its name lacks the `_total` that its samples have.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Neither says.
    Unknown,
}

/// A text under way.
pub(super) struct Exposition {
    text: String,
    format: Format,
}

/// A family of samples under way.
pub(super) struct Family<'e> {
    text: &'e mut String,
    name: &'static str,
    suffix: &'static str,
}

/// Names and values that tell samples of a family apart.
pub(super) type Labels<'l> = &'l [(&'static str, &'l str)];

impl Format {
    pub(in crate::http) fn media_type(self) -> &'static str {
        match self {
            Self::Plain => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

impl Exposition {
    pub(super) fn new(format: Format) -> Self {
        Self { text: String::with_capacity(32 << 10), format }
    }

    /// Begins a family; all its samples follow at once. `help` has neither backslashes nor line ends.
    pub(super) fn family(&mut self, kind: Kind, name: &'static str, help: &str) -> Family<'_> {
        let suffix = if kind == Kind::Counter { "_total" } else { "" };
        let word = match (kind, self.format) {
            (Kind::Counter, _) => "counter",
            (Kind::Gauge, _) => "gauge",
            (Kind::Unknown, Format::Plain) => "untyped",
            (Kind::Unknown, Format::OpenMetrics) => "unknown",
        };
        self.head(name, suffix, word, help);
        Family { text: &mut self.text, name, suffix }
    }

    /// Begins a family of histograms.
    pub(super) fn histograms(&mut self, name: &'static str, help: &str) -> Family<'_> {
        self.head(name, "", "histogram", help);
        Family { text: &mut self.text, name, suffix: "" }
    }

    /// A family of one sample without labels.
    pub(super) fn single(&mut self, kind: Kind, name: &'static str, help: &str, value: impl Display) {
        self.family(kind, name, help).sample(&[], value);
    }

    /// In OpenMetrics a counter's family is named without the `_total` of its samples, in the older format with it.
    fn head(&mut self, name: &str, suffix: &str, word: &str, help: &str) {
        let suffix = if self.format == Format::Plain { suffix } else { "" };
        put(&mut self.text, format_args!("# HELP {name}{suffix} {help}\n# TYPE {name}{suffix} {word}\n"));
    }

    pub(super) fn finish(mut self) -> String {
        if self.format == Format::OpenMetrics {
            self.text.push_str("# EOF\n");
        }
        self.text
    }
}

impl Family<'_> {
    pub(super) fn sample(&mut self, labels: Labels<'_>, value: impl Display) {
        self.line(self.suffix, labels, None, value);
    }

    /// The samples of a histogram, bounds and sum divided by `unit`.
    pub(super) fn histogram(&mut self, labels: Labels<'_>, histogram: &Histogram, unit: f64) {
        let mut count = 0;
        let bounds = histogram.bounds().iter().map(|bound| Some(in_units(*bound, unit)));
        for (class, bound) in histogram.classes().into_iter().zip(bounds.chain([None])) {
            count += class;
            // Debug writes `1.0` where Display writes `1`; OpenMetrics wants the former.
            let bound = bound.map_or("+Inf".to_owned(), |bound| format!("{bound:?}"));
            self.line("_bucket", labels, Some(&bound), count);
        }
        self.line("_sum", labels, None, in_units(histogram.sum(), unit));
        self.line("_count", labels, None, count);
    }

    fn line(&mut self, suffix: &str, labels: Labels<'_>, bound: Option<&str>, value: impl Display) {
        put(self.text, format_args!("{}{suffix}", self.name));
        let bound = bound.map(|bound| ("le", bound));
        for (at, (name, value)) in labels.iter().copied().chain(bound).enumerate() {
            self.text.push_str(if at == 0 { "{" } else { "," });
            put(self.text, format_args!("{name}=\""));
            value.chars().for_each(|letter| match letter {
                '\\' => self.text.push_str("\\\\"),
                '"' => self.text.push_str("\\\""),
                '\n' => self.text.push_str("\\n"),
                letter => self.text.push(letter),
            });
            self.text.push('"');
        }
        self.text.push_str(if labels.is_empty() && bound.is_none() { " " } else { "} " });
        put(self.text, format_args!("{value}\n"));
    }
}

#[expect(clippy::cast_precision_loss, reason = "beyond 2^53 the last digits of a sum matter to nobody")]
fn in_units(value: u64, unit: f64) -> f64 {
    value as f64 / unit
}

fn put(text: &mut String, what: std::fmt::Arguments<'_>) {
    text.write_fmt(what).expect("a String takes everything");
}

#[cfg(test)]
mod tests {
    use super::{Exposition, Format, Kind};
    use crate::registry::figures::Histogram;

    fn written(format: Format) -> String {
        let histogram = Histogram::new(&[500_000_000, 1_000_000_000]);
        [1, 2, 1_500_000_000].into_iter().for_each(|value| histogram.observe(value));
        let mut page = Exposition::new(format);
        page.single(Kind::Gauge, "a_bytes", "How many.", 7);
        page.family(Kind::Counter, "b", "How often.").sample(&[("why", "a \"b\"\\\n")], 1.5);
        page.single(Kind::Unknown, "c", "Something.", 0);
        page.histograms("d_seconds", "How long.").histogram(&[("x", "y")], &histogram, 1e9);
        page.finish()
    }

    /// Written after the examples of <https://prometheus.io/docs/instrumenting/exposition_formats/>.
    #[test]
    fn the_older_format_names_a_counter_as_its_samples_are() {
        let expected = r#"# HELP a_bytes How many.
# TYPE a_bytes gauge
a_bytes 7
# HELP b_total How often.
# TYPE b_total counter
b_total{why="a \"b\"\\\n"} 1.5
# HELP c Something.
# TYPE c untyped
c 0
# HELP d_seconds How long.
# TYPE d_seconds histogram
d_seconds_bucket{x="y",le="0.5"} 2
d_seconds_bucket{x="y",le="1.0"} 2
d_seconds_bucket{x="y",le="+Inf"} 3
d_seconds_sum{x="y"} 1.500000003
d_seconds_count{x="y"} 3
"#;
        assert_eq!(written(Format::Plain), expected);
    }

    /// Written after the specification of OpenMetrics 1.0.0.
    #[test]
    fn open_metrics_names_a_counter_without_total_and_has_an_end() {
        let text = written(Format::OpenMetrics);
        assert!(text.contains("# TYPE b counter\nb_total{"), "{text}");
        assert!(text.contains("# TYPE c unknown\nc 0\n"), "{text}");
        assert!(text.ends_with("} 3\n# EOF\n"), "{text}");
    }
}
