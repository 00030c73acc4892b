//! What people write for the program: its settings, and the gate's configuration, manifest and baseline.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate::gate::adopted::Baseline;
use sluicegate::gate::base::BaseSpec;
use sluicegate::gate::config::{ConfigFile, Manifest};
use sluicegate::settings::{Settings, Sources};
use sluicegate_fuzz::CUT;

fuzz_target!(|text: &str| {
    let mut parts = text.splitn(2, CUT);
    let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    _ = ConfigFile::read("sluicegate.toml", first, &mut |_| Ok(second.to_owned()));
    _ = ConfigFile::read_past("sluicegate.toml", first, &mut |_| Ok(second.to_owned()));
    _ = Manifest::read("data-product.yaml", first);
    if let Ok(baseline) = Baseline::read("baseline", first) {
        let again = Baseline::read("baseline", &baseline.to_text());
        assert_eq!(again.map(|again| again.len()).ok(), Some(baseline.len()), "a baseline is read as it was written");
    }
    _ = BaseSpec::read(first);
    _ = Settings::resolve(&Sources { file: Some(("sluicegate.toml".into(), first.to_owned())), ..Sources::default() });
});
