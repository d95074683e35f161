//! Configuration in the field's words; one folder a product family.

pub mod elasticsearch;
mod entries;
pub mod opensearch;
mod product;
mod slot;

pub use entries::Entries;
pub use product::{Evaluator, Product, UnknownProduct};
