//! Tuning to least privilege: facts from logs, names to patterns, grants that nobody needs, the cheapest
//! repair for a denial.

pub mod audit;
mod draft;
mod elasticsearch;
mod fact;
mod family;
mod generalise;
mod grant;
mod judge;
mod merge;
mod opensearch;
mod prune;
pub mod repair;

pub use draft::{Draft, DraftRule, Permission, draft};
pub use fact::{Facts, MAX_FACTS, Observation, Support};
pub use family::{Family, Learned};
pub use generalise::{Generalisation, Pattern, generalise};
pub use grant::{Grant, GrantKind};
pub use judge::{Compile, ScenarioJudge};
pub use merge::merge;
pub use prune::{Coverage, Exercised, Judge, Pruned, Use, coverage, prune};
