//! Which product answers: each row is a catalog, an evaluator, error texts and a reader's YAML rules.

use std::fmt;
use std::str::FromStr;

use crate::yaml::Reader;

/// A recorded product and version. A version between two recorded ones takes the nearest below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Product {
    /// Open Distro 1.13 on Elasticsearch OSS 7.10.2; also reads 0.x (v6) files.
    OpenDistro1_13,
    /// OpenSearch 2.19.3.
    OpenSearch2_19,
    /// OpenSearch 3.4.0.
    OpenSearch3_4,
    /// OpenSearch 3.8.0; the legacy evaluator or v4, as the configuration says.
    OpenSearch3_8,
    /// X-Pack 5.1, on the 6.8 basis.
    XPack5_1,
    /// Elasticsearch 6.8.23.
    Elasticsearch6_8,
    /// Elasticsearch 7.17.28.
    Elasticsearch7_17,
    /// Elasticsearch 8.17.0.
    Elasticsearch8_17,
    /// Elasticsearch 9.1.0.
    Elasticsearch9_1,
    /// Elasticsearch without any security: the open-source distribution, or one with security switched off.
    ElasticsearchOss,
}

/// Which of OpenSearch's two evaluators answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Evaluator {
    /// The default in every recorded version.
    Legacy,
    /// `config.dynamic.privileges_evaluation_type: v4`, from 3.7 on.
    V4,
}

impl Product {
    /// Every product, oldest first within its family.
    pub const ALL: [Product; 10] = [
        Product::OpenDistro1_13,
        Product::OpenSearch2_19,
        Product::OpenSearch3_4,
        Product::OpenSearch3_8,
        Product::XPack5_1,
        Product::Elasticsearch6_8,
        Product::Elasticsearch7_17,
        Product::Elasticsearch8_17,
        Product::Elasticsearch9_1,
        Product::ElasticsearchOss,
    ];

    /// The name and the recorded version, as settings and commands spell it.
    pub fn name(self) -> &'static str {
        match self {
            Product::OpenDistro1_13 => "opendistro-1.13",
            Product::OpenSearch2_19 => "opensearch-2.19.3",
            Product::OpenSearch3_4 => "opensearch-3.4.0",
            Product::OpenSearch3_8 => "opensearch-3.8.0",
            Product::XPack5_1 => "xpack-5.1",
            Product::Elasticsearch6_8 => "elasticsearch-6.8.23",
            Product::Elasticsearch7_17 => "elasticsearch-7.17.28",
            Product::Elasticsearch8_17 => "elasticsearch-8.17.0",
            Product::Elasticsearch9_1 => "elasticsearch-9.1.0",
            Product::ElasticsearchOss => "elasticsearch-oss",
        }
    }

    /// Whether roles are Elasticsearch's (privileges) and not OpenSearch Security's (actions and groups).
    pub fn is_elasticsearch(self) -> bool {
        matches!(
            self,
            Product::XPack5_1
                | Product::Elasticsearch6_8
                | Product::Elasticsearch7_17
                | Product::Elasticsearch8_17
                | Product::Elasticsearch9_1
        )
    }

    /// Major and minor version.
    pub fn version(self) -> (u32, u32) {
        match self {
            Product::OpenDistro1_13 => (1, 13),
            Product::OpenSearch2_19 => (2, 19),
            Product::OpenSearch3_4 => (3, 4),
            Product::OpenSearch3_8 => (3, 8),
            Product::XPack5_1 => (5, 1),
            Product::Elasticsearch6_8 => (6, 8),
            Product::Elasticsearch7_17 => (7, 17),
            Product::Elasticsearch8_17 => (8, 17),
            Product::Elasticsearch9_1 => (9, 1),
            Product::ElasticsearchOss => (7, 10),
        }
    }

    /// Which YAML reader the product has. OpenSearch changed to Jackson 3 with 3.7 (the security plugin's pull request 6078,
    /// the server's issue 19597); the libraries of 2.19.3 and 3.4.0 hold SnakeYAML, which is Jackson 2's.
    pub fn yaml_reader(self) -> Reader {
        match self {
            Product::OpenSearch3_8 => Reader::Jackson3,
            _ => Reader::Jackson2,
        }
    }

    fn family(self) -> &'static str {
        self.name().split('-').next().unwrap_or_default()
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no product.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no product `{0}`: write a name and a version, such as `opensearch-3.4`, `opendistro-1.13`, `elasticsearch-8.17` or `xpack-5.1`")]
pub struct UnknownProduct(pub String);

impl FromStr for Product {
    type Err = UnknownProduct;

    /// `name-version`; the nearest recorded version at or below the given one is taken (the oldest
    /// when all are above).
    fn from_str(text: &str) -> Result<Self, UnknownProduct> {
        let unknown = || UnknownProduct(text.to_owned());
        // whatever its version, it has nothing to decide
        if text.to_ascii_lowercase().starts_with(Product::ElasticsearchOss.name()) {
            return Ok(Product::ElasticsearchOss);
        }
        let lower = text.to_ascii_lowercase();
        let lower = lower.strip_prefix("x-pack").map_or_else(|| lower.clone(), |version| format!("xpack{version}"));
        let (family, version) = lower.split_once(['-', ' ', ':']).unwrap_or((&lower, ""));
        let mut parts = version.split('.').map(|part| part.parse::<u32>());
        let wanted = match (parts.next(), parts.next()) {
            _ if version.is_empty() => (u32::MAX, 0),
            (Some(Ok(major)), None) => (major, u32::MAX),
            (Some(Ok(major)), Some(Ok(minor))) => (major, minor),
            _ => return Err(unknown()),
        };
        // security came with X-Pack until 6.3, and its rules of 5.x are a product of their own
        let family = if family == "elasticsearch" && wanted.0 < 6 { Product::XPack5_1.family() } else { family };
        let secured = |row: &Product| *row != Product::ElasticsearchOss;
        let family_rows = || Product::ALL.into_iter().filter(secured).filter(|row| row.family() == family);
        family_rows().rfind(|row| row.version() <= wanted).or_else(|| family_rows().next()).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_between_two_recorded_ones_takes_the_nearest_below() {
        assert_eq!("opensearch-3.5".parse(), Ok(Product::OpenSearch3_4));
        assert_eq!("opensearch-1.3".parse(), Ok(Product::OpenSearch2_19));
        assert_eq!("opensearch".parse(), Ok(Product::OpenSearch3_8));
        assert_eq!("elasticsearch-8".parse(), Ok(Product::Elasticsearch8_17));
        assert_eq!("elasticsearch".parse(), Ok(Product::Elasticsearch9_1));
        assert_eq!("elasticsearch-6.2".parse(), Ok(Product::Elasticsearch6_8));
        assert_eq!("elasticsearch-5.6".parse(), Ok(Product::XPack5_1));
        assert_eq!("X-Pack 5.1".parse(), Ok(Product::XPack5_1));
        assert_eq!("elasticsearch-oss-6.2.4".parse(), Ok(Product::ElasticsearchOss));
        assert!("solr-9".parse::<Product>().is_err());
        assert!("opensearch-x".parse::<Product>().is_err());
    }

    #[test]
    fn every_name_reads_back() {
        for product in Product::ALL {
            assert_eq!(product.name().parse(), Ok(product));
        }
    }
}
