//! Privileges that a product still takes and its vendor's page of security privileges calls deprecated.

use crate::engine::model::Product;

/// What the vendor says of a deprecated privilege; none when the product does not call it so.
pub fn deprecated(product: Product, privilege: &str) -> Option<&'static str> {
    match (privilege, product) {
        (_, Product::XPack5_1 | Product::Elasticsearch6_8) => None,
        ("manage_data_frame_transforms", _) => Some("deprecated since 7.5: use `manage_transform`"),
        ("monitor_data_frame_transforms", _) => Some("deprecated since 7.5: use `monitor_transform`"),
        (_, Product::Elasticsearch7_17) => None,
        ("manage_data_stream_global_retention" | "monitor_data_stream_global_retention", _) => {
            Some("deprecated since 8.16: this privilege has no effect")
        }
        _ => None,
    }
}
