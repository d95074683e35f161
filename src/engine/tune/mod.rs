//! Tuning to least privilege: facts from logs, names to patterns, grants that nobody needs, the cheapest
//! repair for a denial.

pub mod audit;
mod cover;
mod draft;
mod elasticsearch;
mod fact;
mod family;
mod generalise;
mod grant;
mod judge;
mod merge;
mod opensearch;
mod paste;
mod prune;
pub mod repair;
mod replay;

pub use draft::{Draft, DraftRule, Permission, draft};
pub use fact::{Facts, MAX_FACTS, Observation, Sighting, Support};
pub use family::{Family, Learned};
pub use generalise::{Generalisation, Naming, Pattern, generalise};
pub use grant::{Grant, GrantKind};
pub use judge::{Compile, ScenarioJudge};
pub use merge::{Merged, merge, merge_with};
pub use paste::{Pasted, Sender, read_paste};
pub use prune::{Coverage, Exercised, Extent, Judge, Pruned, Use, coverage, percent, prune};
pub use replay::lacking;
