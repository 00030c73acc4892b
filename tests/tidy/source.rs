//! Rust files as text: what they name, how long their functions are, where they lie.

use super::LONG;
use std::fs;
use std::path::{Path, PathBuf};

/// A Rust file: as written, and with comments, strings and character literals blanked, line for line.
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) code: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned(), code: blanked(text) }
    }

    /// The folder of `src/` it lies in, or its own name where it lies beside them.
    pub(crate) fn home(&self) -> &str {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inner.split_once('/').map_or_else(|| inner.trim_end_matches(".rs"), |(folder, _)| folder)
    }

    /// Modules between the crate's root and this file's own module.
    fn depth(&self) -> usize {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inner.split('/').count() - usize::from(inner.ends_with("/mod.rs"))
    }

    pub(crate) fn lines_naming<'a>(&self, words: &[&'a str]) -> Vec<(usize, &'a str)> {
        let lines = self.code.lines().enumerate();
        lines.flat_map(|(at, line)| words.iter().filter(move |w| names(line, w)).map(move |w| (at + 1, *w))).collect()
    }

    /// Lines where `word` stands first in a path or after `use`.
    pub(crate) fn lines_with_path_root<'a>(&self, word: &'a str) -> Vec<(usize, &'a str)> {
        let mut found = self.lines_naming(&[word]);
        let lines: Vec<&str> = self.code.lines().collect();
        found.retain(|(at, _)| {
            let line = lines[at - 1];
            let start = line.find(word).expect("the line names it");
            line[start + word.len()..].starts_with("::") && !line[..start].ends_with("::")
                || line.contains(&format!("use {word};"))
        });
        found
    }

    pub(crate) fn words_after(&self, keyword: &str) -> Vec<(usize, &str)> {
        let mut found = Vec::new();
        for (at, line) in self.code.lines().enumerate() {
            let words: Vec<&str> = line.split(|c: char| !is_word(c)).filter(|word| !word.is_empty()).collect();
            found.extend(words.windows(2).filter(|pair| pair[0] == keyword).map(|pair| (at + 1, pair[1])));
        }
        found
    }
}

pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) lines: usize,
    pub(crate) says_why: bool,
}

/// Every function with a body, in order.
pub(crate) fn functions(source: &Source) -> Vec<Function> {
    let text: Vec<&str> = source.text.lines().collect();
    let code: Vec<&str> = source.code.lines().collect();
    let mut found = Vec::new();
    for (line, name) in source.words_after("fn") {
        let Some(lines) = lines_of_body(&code[line - 1..], name) else { continue };
        let mut above = text[..line - 1].iter().rev().take_while(|line| is_comment_or_attribute(line));
        let says_why = above.any(|line| line.trim_start().starts_with(LONG));
        found.push(Function { name: name.to_owned(), line, lines, says_why });
    }
    found
}

/// How many lines the function `name` takes that starts on the first line of `code`; `None` for a signature alone.
fn lines_of_body(code: &[&str], name: &str) -> Option<usize> {
    let mut depth = 0;
    let mut opened = false;
    for (at, line) in code.iter().enumerate() {
        let from = if at == 0 { line.find(&format!("fn {name}")).unwrap_or(0) } else { 0 };
        for c in line[from..].chars() {
            match c {
                '{' => (depth, opened) = (depth + 1, true),
                '}' => depth -= 1,
                '[' | '(' if !opened => depth += 1,
                ']' | ')' if !opened => depth -= 1,
                ';' if !opened && depth == 0 => return None,
                _ => {}
            }
            if opened && depth == 0 {
                return Some(at + 1);
            }
        }
    }
    None
}

fn is_comment_or_attribute(line: &str) -> bool {
    line.trim_start().starts_with("//") || line.trim_start().starts_with("#[")
}

/// Every path into our own crate: `crate::…`, `sluicegate::…`, groups opened out one level, `super` chains that reach
/// the crate's root.
pub(crate) fn own_paths(source: &Source) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    let to_root = "super::".repeat(source.depth());
    for root in ["crate::", "sluicegate::", to_root.as_str()].into_iter().filter(|root| !root.is_empty()) {
        for (at, _) in source.code.match_indices(root) {
            let before = source.code[..at].chars().next_back().unwrap_or(' ');
            if is_word(before) || before == ':' {
                continue;
            }
            let line = source.code[..at].matches('\n').count() + 1;
            let rest = &source.code[at + root.len()..];
            found.extend(heads(rest).into_iter().map(|path| (line, path)));
        }
    }
    found.sort_by_key(|(line, _)| *line);
    found
}

/// The first two names of the path, or of each path of the group, that `rest` opens with.
fn heads(rest: &str) -> Vec<Vec<String>> {
    let Some(group) = rest.strip_prefix('{') else {
        return vec![first_two(rest)];
    };
    let mut depth = 0;
    let mut members = vec![String::new()];
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => members.push(String::new()),
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if !(c == ',' && depth == 0) {
            members.last_mut().expect("never empty").push(c);
        }
    }
    members.iter().map(|member| first_two(member.trim())).filter(|path| !path[0].is_empty()).collect()
}

fn first_two(path: &str) -> Vec<String> {
    path.split("::").take(2).map(|part| part.chars().take_while(|c| is_word(*c)).collect()).collect()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether `line` holds `word` as a word or path of its own.
pub(crate) fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().unwrap_or(' ');
        let after = line[at + word.len()..].chars().next().unwrap_or(' ');
        !is_word(before) && !is_word(after)
    })
}

/// `text` with comments and the insides of strings and character literals turned into blanks; lines stay in place.
fn blanked(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = match literal_end(&chars, at) {
            Some(end) => end,
            None => {
                out.push(chars[at]);
                at += 1;
                continue;
            }
        };
        out.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    out
}

/// Where the comment, string or character literal that starts at `at` ends, if one does.
fn literal_end(chars: &[char], at: usize) -> Option<usize> {
    let find = |from: usize, needle: &str| {
        let needle: Vec<char> = needle.chars().collect();
        (from..chars.len()).find(|i| chars[*i..].starts_with(&needle)).map_or(chars.len(), |i| i + needle.len())
    };
    let starts_word = at == 0 || !is_word(chars[at - 1]);
    match chars[at] {
        '/' if chars.get(at + 1) == Some(&'/') => Some(find(at, "\n") - 1),
        '/' if chars.get(at + 1) == Some(&'*') => Some(find(at + 2, "*/")),
        'r' if starts_word => {
            let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
            let opens = chars.get(at + 1 + hashes) == Some(&'"');
            opens.then(|| find(at + 2 + hashes, &format!("\"{}", "#".repeat(hashes))))
        }
        '"' => {
            let mut i = at + 1;
            while i < chars.len() && chars[i] != '"' {
                i += if chars[i] == '\\' { 2 } else { 1 };
            }
            Some((i + 1).min(chars.len()))
        }
        '\'' if chars.get(at + 1) == Some(&'\\') => Some(find(at + 3, "'")),
        '\'' if chars.get(at + 2) == Some(&'\'') => Some(at + 3), // else it is a lifetime
        _ => None,
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect(path)
}

/// Every file below a folder of the checkout, sorted; none where the folder does not exist.
pub(crate) fn files_in(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("a folder of the checkout can be read").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

pub(crate) fn rust_sources(folders: &[impl AsRef<str>]) -> Vec<Source> {
    let files = folders.iter().flat_map(|folder| files_in(folder.as_ref()));
    let rust = files.filter(|file| file.extension().is_some_and(|extension| extension == "rs"));
    rust.map(|file| {
        let path = file.strip_prefix(root()).expect("files lie in the checkout").to_str().expect("names are UTF-8");
        Source::new(path, &read(path))
    })
    .collect()
}
