//! How much of a scenario an entry of a list is about.

/// Steps of a scenario.
#[derive(Clone, Copy)]
pub(super) enum Extent {
    /// These.
    Steps(&'static [u64]),
    /// Any: so many differ that a list would say nothing. At least one must.
    Throughout,
}

impl Extent {
    pub(super) fn covers(self, step: u64) -> bool {
        match self {
            Self::Steps(steps) => steps.contains(&step),
            Self::Throughout => true,
        }
    }
}
