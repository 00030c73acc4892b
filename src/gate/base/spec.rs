//! Which base is meant by the text after `--against`.

use std::path::PathBuf;

/// A base as the user names it.
#[derive(Clone, PartialEq, Eq)]
pub enum BaseSpec {
    /// `git:REF`: the tree of this revision.
    GitTree(String),
    /// `git:REF...`: the merge base of this revision and HEAD.
    GitMergeBase(String),
    /// A file or a folder.
    Path(PathBuf),
    /// `export:FILE`
    Export(PathBuf),
    /// `http://…` or `https://…`, perhaps with credentials: see [`Self::shown`].
    Registry(String),
}

/// Why a text names no base: wrong usage.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnreadableBase(String);

impl BaseSpec {
    /// Reads `git:REF`, `git:REF...`, `export:FILE`, `http(s)://HOST:PORT`, or a path.
    ///
    /// # Errors
    /// One sentence that says what to write instead.
    pub fn read(text: &str) -> Result<Self, UnreadableBase> {
        let wrong = |message: &str| Err(UnreadableBase(message.to_owned()));
        if let Some(reference) = text.strip_prefix("git:") {
            let (name, is_merge_base) =
                reference.strip_suffix("...").map_or((reference, false), |reference| (reference, true));
            return match name {
                "" => wrong("`git:` needs a revision, such as `git:origin/main...`"),
                name if name.contains("..") => wrong(
                    "a git base is one revision: `git:REF` for its tree, `git:REF...` for its merge base with HEAD",
                ),
                name if is_merge_base => Ok(Self::GitMergeBase(name.to_owned())),
                name => Ok(Self::GitTree(name.to_owned())),
            };
        }
        if let Some(file) = text.strip_prefix("export:") {
            return match file {
                "" => wrong("`export:` needs a file, such as `export:registry.jsonl`"),
                file => Ok(Self::Export(file.into())),
            };
        }
        let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        match scheme.as_deref() {
            Some("http" | "https") => Ok(Self::Registry(text.to_owned())),
            Some(_) => wrong("a registry is reached by `http://` or `https://`; a git revision is `git:REF`"),
            None if text.is_empty() => wrong("the base is empty; write one such as `git:origin/main...`"),
            None => Ok(Self::Path(text.into())),
        }
    }

    /// The base as it may be shown: without credentials.
    pub fn shown(&self) -> String {
        match self {
            Self::GitTree(reference) => format!("git:{reference}"),
            Self::GitMergeBase(reference) => format!("git:{reference}..."),
            Self::Path(path) => path.display().to_string(),
            Self::Export(file) => format!("export:{}", file.display()),
            Self::Registry(url) => without_credentials(url),
        }
    }
}

/// A URL without its userinfo.
fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..authority_end].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

impl std::fmt::Debug for BaseSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BaseSpec({})", self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::BaseSpec;

    #[test]
    fn a_base_is_told_by_its_prefix() {
        for (text, base) in [
            ("git:origin/main...", BaseSpec::GitMergeBase("origin/main".to_owned())),
            ("git:HEAD~1", BaseSpec::GitTree("HEAD~1".to_owned())),
            ("export:a:b.jsonl", BaseSpec::Export("a:b.jsonl".into())),
            ("HTTPS://registry:8081/path", BaseSpec::Registry("HTTPS://registry:8081/path".to_owned())),
            ("schemas/old", BaseSpec::Path("schemas/old".into())),
            ("./git:x", BaseSpec::Path("./git:x".into())),
        ] {
            assert_eq!(BaseSpec::read(text), Ok(base), "{text}");
        }
    }

    #[test]
    fn what_is_no_base_says_what_to_write() {
        for (text, hint) in [
            ("git:", "git:origin/main..."),
            ("git:...", "git:origin/main..."),
            ("git:a..b", "`git:REF...`"),
            ("git:a...b", "`git:REF...`"),
            ("export:", "export:registry.jsonl"),
            ("ftp://host", "`http://`"),
            ("", "git:origin/main..."),
        ] {
            let message = BaseSpec::read(text).unwrap_err().to_string();
            assert!(message.contains(hint), "{text}: {message}");
        }
    }

    #[test]
    fn credentials_are_not_shown() {
        for text in ["http://user:s3cret@host:8081/", "https://s3cret@host", "http://a:s3cret@b@host:1/x@y"] {
            let base = BaseSpec::read(text).unwrap();
            assert!(!base.shown().contains("s3cret") && base.shown().contains("://host"), "{base:?}");
            assert!(!format!("{base:?}").contains("s3cret"), "{text}");
        }
    }
}
