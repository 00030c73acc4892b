//! What is known and what may be done. Synchronous; its only effects go through the journal.
