//! One configuration after another, as an operator edits it: each is compiled from what it has in common with the
//! one before.

use std::sync::Arc;

use super::doubt::Doubts;
use super::opensearch::legacy::Legacy;
use super::{Decide, Subject, compile};
use crate::engine::cluster::Cluster;
use crate::engine::model::opensearch::Configuration;
use crate::engine::model::{Evaluator, Product};
use crate::engine::request::Request;

/// Compiles, and keeps the last compilation for the next.
#[derive(Default)]
pub struct Recompiler {
    last: Option<Arc<Legacy>>,
}

/// An evaluator, with the one that was compiled before it.
pub struct Recompiled {
    /// The evaluator.
    pub engine: Arc<dyn Decide>,
    legacy: Option<(Arc<Legacy>, Arc<Legacy>)>,
}

impl Recompiler {
    /// Compile a configuration as [`compile`] does.
    pub fn compile(&mut self, product: Product, evaluator: Evaluator, configuration: &Configuration, cluster: &Arc<Cluster>) -> Recompiled {
        let v4 = evaluator == Evaluator::V4 && product == Product::OpenSearch3_8;
        let legacy = !v4 && matches!(product, Product::OpenSearch2_19 | Product::OpenSearch3_4 | Product::OpenSearch3_8);
        // what was compiled before was beyond doubt
        let before = self.last.as_ref().filter(|before| before.is_in(cluster)).map(|before| before.configuration());
        let doubtful = || match before {
            Some(certain) => Doubts::since(certain, configuration, cluster).is_some(),
            None => Doubts::of(configuration, cluster).is_some(),
        };
        if !legacy || doubtful() {
            self.last = None;
            return Recompiled::anew(compile(product, evaluator, configuration, cluster));
        }
        let before = self.last.take();
        let now = Arc::new(match &before {
            Some(before) => before.after(product, configuration, cluster),
            None => Legacy::new(product, configuration, cluster),
        });
        self.last = Some(Arc::clone(&now));
        Recompiled { engine: now.clone(), legacy: before.map(|before| (before, now)) }
    }
}

impl Recompiled {
    /// An evaluator that has nothing in common with one before it.
    pub fn anew(engine: Arc<dyn Decide>) -> Self {
        Recompiled { engine, legacy: None }
    }

    /// Whether a subject's verdicts on requests that this [covers](Self::covers) are certainly those of the evaluator
    /// that was compiled before.
    pub fn decides_alike(&self, subject: &Subject) -> bool {
        self.legacy.as_ref().is_some_and(|(before, now)| before.decides_alike(now, subject))
    }

    /// Whether [`decides_alike`](Self::decides_alike) speaks of this request: the security plugin's own API looks at
    /// more than the subject's roles.
    pub fn covers(&self, request: &Request) -> bool {
        !request.path.contains("_security") && !request.path.contains("_opendistro")
    }
}
