//! What comes with the products: actions, action groups, predefined roles (data in `assets/catalog`).

pub mod elasticsearch;
pub mod opensearch;
