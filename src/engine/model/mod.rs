//! Configuration in the field's words; one folder a product family.

pub mod elasticsearch;
pub mod opensearch;
mod product;

pub use product::{Evaluator, Product, UnknownProduct};
