//! Policies and exemptions of a registry: set, inherited, kept, and read by the gate.

mod exemptions;
#[cfg(feature = "gate")]
mod gate;
mod kept;
mod policies;
#[cfg(feature = "gate")]
mod reserved;
#[cfg(feature = "gate")]
mod rules;
