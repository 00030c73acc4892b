//! Paragraphs on a screen: wrapped at its width, coloured where colours are welcome, and harmless.

use super::Screen;
use super::harmless::harmless;
use anstyle::{AnsiColor, Style};
use std::collections::BTreeSet;
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr as _;

/// How a piece of text is meant; the colours follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it is.
    Plain,
    /// What the eye should find.
    Strong,
    /// What the eye may skip.
    Faint,
    /// Accepted.
    Good,
    /// Needs attention.
    Caution,
    /// Refused.
    Bad,
    /// A name, or something to type.
    Code,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => AnsiColor::Green.on_default().bold(),
            Self::Caution => AnsiColor::Yellow.on_default().bold(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Code => AnsiColor::Cyan.on_default(),
        }
    }
}

/// Where paragraphs go.
pub(crate) struct Page<'w> {
    out: &'w mut dyn Write,
    screen: Screen,
    explained: BTreeSet<&'static str>,
}

/// How far a paragraph stands from the left edge, in columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Indent {
    /// Its first line.
    pub(crate) first: usize,
    /// All others.
    pub(crate) rest: usize,
}

impl Indent {
    /// The same for all lines.
    pub(crate) const fn of(columns: usize) -> Self {
        Self { first: columns, rest: columns }
    }

    /// The first line so far, the others two columns more.
    pub(crate) const fn hanging(columns: usize) -> Self {
        Self { first: columns, rest: columns + 2 }
    }
}

impl<'w> Page<'w> {
    pub(crate) fn new(out: &'w mut dyn Write, screen: Screen) -> Self {
        Self { out, screen, explained: BTreeSet::new() }
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// Whether `what` is about to be explained for the first time on this page.
    pub(crate) fn explains(&mut self, what: &'static str) -> bool {
        self.explained.insert(what)
    }

    /// One paragraph. Lines break at spaces only, so that a name or a path too long for a line can still be copied.
    pub(crate) fn paragraph(&mut self, indent: Indent, pieces: &[(Tone, &str)]) -> io::Result<()> {
        let mut line = Line { column: indent.first, is_empty: true, spaces: 0, tone: Tone::Plain };
        write!(self.out, "{:1$}", "", indent.first)?;
        let mut word: Vec<(Tone, String)> = Vec::new();
        for (tone, text) in pieces {
            for (number, part) in harmless(text).split(' ').enumerate() {
                if number > 0 {
                    self.place(&mut word, &mut line, indent)?;
                    line.spaces += 1;
                }
                if !part.is_empty() {
                    word.push((*tone, part.to_owned()));
                }
            }
        }
        self.place(&mut word, &mut line, indent)?;
        self.turn(&mut line, Tone::Plain)?;
        writeln!(self.out)
    }

    /// Puts what has been collected of a word on the line, or on the next one.
    fn place(&mut self, word: &mut Vec<(Tone, String)>, line: &mut Line, indent: Indent) -> io::Result<()> {
        let Some((tone, _)) = word.first() else { return Ok(()) };
        let width: usize = word.iter().map(|(_, part)| part.width()).sum();
        let spaces = if line.is_empty { 0 } else { line.spaces };
        let is_full = !line.is_empty && line.column + spaces + width > self.screen.columns;
        if is_full || *tone != line.tone {
            self.turn(line, Tone::Plain)?;
        }
        if is_full {
            write!(self.out, "\n{:1$}", "", indent.rest)?;
            line.column = indent.rest;
        } else {
            write!(self.out, "{:1$}", "", spaces)?;
            line.column += spaces;
        }
        for (tone, part) in word.drain(..) {
            self.turn(line, tone)?;
            write!(self.out, "{part}")?;
        }
        line.column += width;
        line.is_empty = false;
        line.spaces = 0;
        Ok(())
    }

    /// Goes on in another tone.
    fn turn(&mut self, line: &mut Line, tone: Tone) -> io::Result<()> {
        if self.screen.is_coloured && line.tone != tone {
            write!(self.out, "{:#}{}", line.tone.style(), tone.style())?;
        }
        line.tone = tone;
        Ok(())
    }
}

/// The line that is being filled.
struct Line {
    column: usize,
    is_empty: bool,
    /// Met since the last word.
    spaces: usize,
    /// In force at its end.
    tone: Tone,
}
