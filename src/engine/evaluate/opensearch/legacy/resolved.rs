//! What a request is about, as the plugin resolves it (`IndexResolverReplacer`): with options of its own,
//! and as written when anything is missing (rules 1, 2 and 4 of the recorded behaviour).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Compiled;
use crate::engine::cluster::{IndicesOptions, ResolveError, Resolver};
use crate::engine::pattern::Matchers;
use crate::engine::request::opensearch::{Details, Group, TransportRequest};

/// Expressions with the options that they are resolved with.
pub(super) type Expressions = (Vec<String>, IndicesOptions);

/// Longer lists of names are not kept for others who ask.
const KEPT_NAMES: usize = 256;

/// Names that a request resolves to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    /// Aliases that its expressions match.
    pub(super) aliases: BTreeSet<String>,
    /// Indices and data streams, or the expressions as written; `*` for all.
    pub(super) all: BTreeSet<String>,
    /// Every index of the cluster.
    pub(super) local_all: bool,
    /// With which options "every index" is expanded.
    options: IndicesOptions,
}

impl Resolved {
    /// Everything, expanded as a search would by default: for requests that the plugin cannot read.
    pub(super) fn everything() -> Self {
        let any = BTreeSet::from(["*".to_owned()]);
        Self { aliases: any.clone(), all: any, local_all: true, options: IndicesOptions::STRICT_EXPAND_OPEN_FORBID_CLOSED }
    }

    /// The names that permissions are checked on.
    pub(super) fn rows(&self, resolver: &Resolver<'_>) -> Result<Vec<Cow<'_, str>>, ResolveError> {
        if self.local_all {
            let names = resolver.concrete(&["*".to_owned()], self.options, false)?;
            return Ok(names.into_iter().map(Cow::Owned).collect());
        }
        Ok(self.all.iter().map(|name| Cow::Borrowed(name.as_str())).collect())
    }
}

impl Compiled<'_> {
    /// Resolve a request, or tell what the same expressions resolved to before in this cluster.
    pub(super) fn resolve(&self, call: &TransportRequest) -> Result<Arc<Resolved>, ResolveError> {
        let respect = self.settings.respect_options;
        let (Some(kept), [group], false) = (self.resolutions, call.groups.as_slice(), matches!(call.details, Details::Shard { .. })) else {
            return resolve(call, &self.resolver, respect).map(Arc::new);
        };
        let key = (group.expressions.clone(), if respect { group.options } else { IndicesOptions::LEGACY_SECURITY });
        if let Some(found) = kept.find(&key) {
            return Ok(found);
        }
        let resolved = resolve(call, &self.resolver, respect)?;
        let short = resolved.aliases.len() + resolved.all.len() <= KEPT_NAMES;
        Ok(if short { kept.put(key, resolved) } else { Arc::new(resolved) })
    }
}

/// Resolve a request; `respect` takes the request's own indices options
/// (`respect_request_indices_options`).
pub(super) fn resolve(call: &TransportRequest, resolver: &Resolver<'_>, respect: bool) -> Result<Resolved, ResolveError> {
    if call.groups.is_empty() {
        return Ok(Resolved::everything());
    }
    // the class of a shard's part shows its own index, not the names as written
    let shard = match &call.details {
        Details::Shard { index } => Some([Group::single(index.clone())]),
        _ => None,
    };
    let groups = shard.as_ref().map_or(call.groups.as_slice(), |group| group.as_slice());
    let options_of = |group: &Group| if respect { group.options } else { IndicesOptions::LEGACY_SECURITY };
    let first = groups.first().map_or(IndicesOptions::LEGACY_SECURITY, options_of);
    let (mut aliases, mut all, mut originals) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut seen: Vec<(&[String], IndicesOptions)> = Vec::new();
    for group in groups {
        let options = options_of(group);
        if seen.contains(&(&group.expressions, options)) {
            continue;
        }
        seen.push((&group.expressions, options));
        one(&group.expressions, options, resolver, (&mut aliases, &mut all, &mut originals))?;
    }
    let whole = |name: &str| name == "_all";
    let local_all = originals.iter().any(|name: &String| whole(name)) || (aliases.contains("*") && all.contains("*"));
    Ok(Resolved { aliases, all, local_all, options: first })
}

type Sets<'a> = (&'a mut BTreeSet<String>, &'a mut BTreeSet<String>, &'a mut BTreeSet<String>);

fn one(
    expressions: &[String],
    options: IndicesOptions,
    resolver: &Resolver<'_>,
    (aliases, all, originals): Sets<'_>,
) -> Result<(), ResolveError> {
    let is_all = expressions.is_empty() || matches!(expressions, [only] if only == "_all" || only == "*");
    if is_all {
        for set in [aliases, all, originals] {
            set.insert("*".to_owned());
        }
        return Ok(());
    }
    originals.extend(expressions.iter().cloned());
    if expressions.iter().any(|name| name == "_all") {
        aliases.insert("*".to_owned());
        all.insert("*".to_owned());
        return Ok(());
    }
    let plain: BTreeSet<String> = expressions.iter().map(|expression| resolver.plain(expression)).collect::<Result<_, _>>()?;
    let matchers = Matchers::new(plain.iter().map(String::as_str));
    aliases.extend(resolver.cluster().aliases.keys().filter(|alias| matchers.matches(alias)).cloned());
    // where there is no data stream, and no date math, which is not read there, they resolve as the indices do
    let no_streams = resolver.cluster().data_streams.is_empty() && expressions.iter().all(|expression| plain.contains(expression));
    let streams = || if no_streams { Ok(Vec::new()) } else { resolver.data_streams(expressions, options) };
    match resolver.concrete(expressions, options, false).and_then(|found| Ok((found, streams()?))) {
        Ok((found, streams)) if all.is_empty() => *all = found.into_iter().chain(streams).collect(),
        Ok((found, streams)) => all.extend(found.into_iter().chain(streams)),
        Err(ResolveError::Missing(_)) => all.extend(plain),
        Err(other) => return Err(other),
    }
    Ok(())
}

impl Resolved {
    /// Names as they would resolve in a request of their own.
    pub(super) fn of_names(names: &[String], resolver: &Resolver<'_>, respect: bool) -> Result<Self, ResolveError> {
        use crate::engine::request::opensearch::Shape;
        let group = Group::new(names.to_vec(), IndicesOptions::STRICT_EXPAND_OPEN_FORBID_CLOSED);
        resolve(
            &TransportRequest::new("indices:data/read/point_in_time/create", "CreatePitRequest", Shape::Many, vec![group]),
            resolver,
            respect,
        )
    }
}
