//! What the reference of the API says and no recorded exchange shows, a test for each sentence.
//!
//! The files follow its sections: endpoints and deletes (5), objects (6), registration (8), compatibility (9), names (10),
//! configurations and modes (11). Expected answers are those of the sentence, which the test's comment names.

mod compatibility;
mod config_and_mode;
mod deletes;
mod endpoints;
mod names;
mod objects;
mod registration;
