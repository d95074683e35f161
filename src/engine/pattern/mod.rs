//! Patterns as the engines read them: wildcards, Java regular expressions, date math, user attributes.

mod attributes;
mod date_math;
mod java_regex;
pub mod lucene;
mod matcher;
mod wildcard;

pub use attributes::{Attributes, has_placeholder};
pub use date_math::{DateMath, DateMathError, date_math};
pub use java_regex::{JavaRegex, RegexProblem};
pub use matcher::{Matcher, Matchers};
pub use wildcard::wildcard;
