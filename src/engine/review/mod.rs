//! Access review: everything that somebody may do, and who can give themselves more.

mod escalation;
mod privilege_union;
mod privileges;
mod union;
mod way;

pub use escalation::{Escalation, Step, escalations};
pub use privilege_union::{HeldEntry, PrivilegeUnion, privilege_union};
pub use privileges::privilege_escalations;
pub use union::{HeldRole, HeldRule, Union, union};
pub use way::way;
