//! Every setting of `serve`: its flag, environment name, key in the configuration file, default and meaning.
//!
//! What the original has as a property bears its name with hyphens for dots.

use super::values::{address, bytes, items, one_of, some, some_words, truth, words};
use super::{LogFormat, LogLevel, Setting, StorageKind};
use crate::compat::CompatibilityLevel;
use crate::http::IncompatibleErrorCode;
use crate::http::ResponseHeader;
use crate::http::UriRules;
use crate::registry::RuleSets;
use std::path::PathBuf;

/// All of them, in the order of the help text.
pub static SETTINGS: [Setting; 29] = [
    Setting {
        name: "listen",
        value: "ADDR:PORT",
        default: "127.0.0.1:8081",
        is_list: true,
        about: "where to listen; may be repeated; port 0 takes any free one",
        take: |settings, text| address(text).map(|address| settings.listen.push(address)),
    },
    Setting {
        name: "data",
        value: "DIR",
        default: "./data",
        is_list: false,
        about: "the folder that holds everything the registry keeps",
        take: |settings, text| some(text).map(|text| settings.data = PathBuf::from(text)),
    },
    Setting {
        name: "storage",
        value: "rocksdb|memory",
        default: "rocksdb",
        is_list: false,
        about: "where to keep it; what is in memory is gone after a stop",
        take: |settings, text| {
            let known = [("rocksdb", StorageKind::RocksDb), ("memory", StorageKind::Memory)];
            one_of(text, known).map(|kind| settings.storage = kind)
        },
    },
    Setting {
        name: "compatibility",
        value: "LEVEL",
        default: "BACKWARD",
        is_list: false,
        about: "the global compatibility level while none is set through the API",
        take: |settings, text| {
            let known = CompatibilityLevel::ALL.map(|level| (level.as_str(), level));
            one_of(&text.to_ascii_uppercase(), known).map(|level| settings.compatibility = level)
        },
    },
    Setting {
        name: "incompatible-error-code",
        value: "409|40901",
        default: "409",
        is_list: false,
        about: "what an incompatible registration says as error_code: 409, as every client knows, or 40901 as newer servers do",
        take: |settings, text| {
            let known = [("409", IncompatibleErrorCode::Code409), ("40901", IncompatibleErrorCode::Code40901)];
            one_of(text, known).map(|code| settings.incompatible_error_code = code)
        },
    },
    Setting {
        name: "rule-sets",
        value: "keep|drop",
        default: "keep",
        is_list: false,
        about: "whether rule sets of schemas are stored, or dropped as Confluent's community server does",
        take: |settings, text| {
            one_of(text, [("keep", RuleSets::Keep), ("drop", RuleSets::Drop)]).map(|kept| settings.rule_sets = kept)
        },
    },
    Setting {
        name: "mode-mutability",
        value: "true|false",
        default: "true",
        is_list: false,
        about: "whether modes may be changed through the API",
        take: |settings, text| truth(text).map(|may| settings.modes_may_change = may),
    },
    Setting {
        name: "schema-validate-fields",
        value: "true|false",
        default: "false",
        is_list: false,
        about: "whether reserved fields are held to where no configuration says (validateFields)",
        take: |settings, text| truth(text).map(|does| settings.validate_fields = does),
    },
    Setting {
        name: "schema-validate-new-schemas",
        value: "true|false",
        default: "true",
        is_list: false,
        about: "whether defaults and names of new schemas are checked where no configuration says (validateNewSchemas)",
        take: |settings, text| truth(text).map(|does| settings.validate_new_schemas = does),
    },
    Setting {
        name: "schema-reject-empty-subject",
        value: "true|false",
        default: "false",
        is_list: false,
        about: "whether nothing may be registered under a subject without a name",
        take: |settings, text| truth(text).map(|does| settings.reject_empty_subject = does),
    },
    Setting {
        name: "schema-search-default-limit",
        value: "NUMBER",
        default: "1000",
        is_list: false,
        about: "how many schemas a listing gives where the request does not say",
        take: |settings, text| items(text).map(|items| settings.search.schemas.default = items),
    },
    Setting {
        name: "schema-search-max-limit",
        value: "NUMBER",
        default: "1000",
        is_list: false,
        about: "how many schemas a request may ask for at most; asking for more counts as not saying",
        take: |settings, text| items(text).map(|items| settings.search.schemas.max = items),
    },
    Setting {
        name: "subject-search-default-limit",
        value: "NUMBER",
        default: "2147483647",
        is_list: false,
        about: "how many names of subjects a listing gives where the request does not say",
        take: |settings, text| items(text).map(|items| settings.search.subjects.default = items),
    },
    Setting {
        name: "subject-search-max-limit",
        value: "NUMBER",
        default: "2147483647",
        is_list: false,
        about: "how many names of subjects a request may ask for at most; asking for more counts as not saying",
        take: |settings, text| items(text).map(|items| settings.search.subjects.max = items),
    },
    Setting {
        name: "subject-version-search-default-limit",
        value: "NUMBER",
        default: "2147483647",
        is_list: false,
        about: "how many versions of a subject a listing gives where the request does not say",
        take: |settings, text| items(text).map(|items| settings.search.versions.default = items),
    },
    Setting {
        name: "subject-version-search-max-limit",
        value: "NUMBER",
        default: "2147483647",
        is_list: false,
        about: "how many versions of a subject a request may ask for at most; asking for more counts as not saying",
        take: |settings, text| items(text).map(|items| settings.search.versions.max = items),
    },
    Setting {
        name: "context-search-default-limit",
        value: "NUMBER",
        default: "2147483647",
        is_list: false,
        about: "how many names of contexts a listing gives where the request does not say",
        take: |settings, text| items(text).map(|items| settings.search.contexts.default = items),
    },
    Setting {
        name: "context-search-max-limit",
        value: "NUMBER",
        default: "2147483647",
        is_list: false,
        about: "how many names of contexts a request may ask for at most; asking for more counts as not saying",
        take: |settings, text| items(text).map(|items| settings.search.contexts.max = items),
    },
    Setting {
        name: "jetty-legacy-uri-compliance",
        value: "true|false",
        default: "false",
        is_list: false,
        about: "whether paths are read as servers up to 7.9 do: escaped dots and backslashes are names, // is /",
        take: |settings, text| {
            truth(text).map(|is| settings.uri_rules = if is { UriRules::Legacy } else { UriRules::Strict })
        },
    },
    Setting {
        name: "compression-enable",
        value: "true|false",
        default: "true",
        is_list: false,
        about: "whether answers are compressed for clients that ask for gzip",
        take: |settings, text| truth(text).map(|does| settings.compression = does),
    },
    Setting {
        name: "response-http-headers-config",
        value: "HEADERS",
        default: "",
        is_list: false,
        about: "headers on top of ours, such as `set X-Frame-Options: DENY, \"add Cache-Control: no-cache, no-store\"`",
        take: |settings, text| ResponseHeader::read_all(text).map(|headers| settings.response_headers = headers),
    },
    Setting {
        name: "access-control-allow-origin",
        value: "ORIGINS",
        default: "",
        is_list: true,
        about: "origins whose pages may use the API from a browser; * is any, also within one; none: no CORS headers",
        take: |settings, text| words(text).map(|words| settings.allowed_origins.extend(words)),
    },
    Setting {
        name: "access-control-allow-methods",
        value: "METHODS",
        default: "GET,POST,HEAD",
        is_list: true,
        about: "methods that such pages may use",
        take: |settings, text| some_words(text).map(|words| settings.allowed_methods.extend(words)),
    },
    Setting {
        name: "access-control-allow-headers",
        value: "NAMES",
        default: "X-Requested-With,Content-Type,Accept,Origin",
        is_list: true,
        about: "request headers that such pages may send; * is any",
        take: |settings, text| some_words(text).map(|words| settings.allowed_headers.extend(words)),
    },
    Setting {
        name: "access-control-expose-headers",
        value: "NAMES",
        default: "",
        is_list: true,
        about: "answer headers that such pages may read",
        take: |settings, text| words(text).map(|words| settings.exposed_headers.extend(words)),
    },
    Setting {
        name: "body-bytes-max",
        value: "BYTES",
        default: "10485760",
        is_list: false,
        about: "largest request body; a larger one is answered 413",
        take: |settings, text| bytes(text, 1..=1 << 30).map(|bytes| settings.body_bytes_max = bytes),
    },
    Setting {
        name: "cache-bytes-max",
        value: "BYTES",
        default: "67108864",
        is_list: false,
        about: "memory for texts, parsed schemas and verdicts that can be made again",
        take: |settings, text| bytes(text, 1 << 20..=1 << 40).map(|bytes| settings.cache_bytes_max = bytes),
    },
    Setting {
        name: "log-format",
        value: "text|json",
        default: "text",
        is_list: false,
        about: "form of the lines on standard error",
        take: |settings, text| {
            let known = [("text", LogFormat::Text), ("json", LogFormat::Json)];
            one_of(text, known).map(|format| settings.log_format = format)
        },
    },
    Setting {
        name: "log-level",
        value: "off|error|warn|info|debug|trace",
        default: "info",
        is_list: false,
        about: "least important lines to write",
        take: |settings, text| {
            use LogLevel::{Debug, Error, Info, Off, Trace, Warn};
            let known =
                [("off", Off), ("error", Error), ("warn", Warn), ("info", Info), ("debug", Debug), ("trace", Trace)];
            one_of(text, known).map(|level| settings.log_level = level)
        },
    },
];
