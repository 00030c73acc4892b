//! Our own Markdown on a screen: headings, tables, code, paragraphs. What schemas say never comes this way.

use super::page::{Indent, Page, Tone};
use std::io;

/// Writes a page of `evolution::page`.
pub(super) fn write(page: &mut Page<'_>, markdown: &str) -> io::Result<()> {
    let mut is_code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if is_code {
            code(page, line)?;
        } else if line.is_empty() {
            page.gap()?;
        } else if let Some(title) = line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#')) {
            page.paragraph(Indent::of(0), &[(Tone::Strong, title)])?;
        } else if let Some(row) = line.strip_prefix('|') {
            cells(page, row)?;
        } else {
            prose(page, Indent::of(0), line)?;
        }
    }
    Ok(())
}

/// A line of code, with the colours of a difference.
fn code(page: &mut Page<'_>, line: &str) -> io::Result<()> {
    let spaces = line.len() - line.trim_start().len();
    let tone = match line.as_bytes().first() {
        Some(b'-') => Tone::Bad,
        Some(b'+') => Tone::Good,
        _ => Tone::Code,
    };
    page.paragraph(Indent { first: 4 + spaces, rest: 8 + spaces }, &[(tone, line.trim_start())])
}

/// The two cells of a row. The empty head and the line below it are of no use on a screen.
fn cells(page: &mut Page<'_>, row: &str) -> io::Result<()> {
    let mut cells = row.trim_end_matches('|').split('|').map(str::trim);
    let (left, right) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
    if left.trim_matches('-').is_empty() {
        return Ok(());
    }
    page.paragraph(Indent::hanging(2), &[(Tone::Plain, left), (Tone::Plain, ": "), (Tone::Strong, right)])
}

/// Text with `code` in it; of a link the text is left.
fn prose(page: &mut Page<'_>, indent: Indent, text: &str) -> io::Result<()> {
    let text = without_targets(text);
    let pieces: Vec<(Tone, &str)> = text
        .split('`')
        .enumerate()
        .map(|(at, piece)| (if at % 2 == 1 { Tone::Code } else { Tone::Plain }, piece))
        .collect();
    page.paragraph(indent, &pieces)
}

/// `[text](target)` as `text`.
fn without_targets(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, link)) = rest.split_once("[`") {
        let Some((name, after)) =
            link.split_once("`](").and_then(|(name, target)| target.split_once(')').map(|(_, after)| (name, after)))
        else {
            break;
        };
        out += &format!("{before}`{name}`");
        rest = after;
    }
    out + rest
}
