//! The `sluicegate` program: reads the arguments, plays one role, returns its exit code.

fn main() {}
