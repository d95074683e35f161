//! Tuning to least privilege: facts from logs, names to patterns, grants that nobody needs, the cheapest
//! repair for a denial.

pub mod audit;
mod draft;
mod fact;
mod generalise;

pub use draft::{Draft, DraftRule, Permission, draft};
pub use fact::{Facts, MAX_FACTS, Observation, Support};
pub use generalise::{Generalisation, Pattern, generalise};
