//! Index expressions against the cluster, as OpenSearch and Elasticsearch OSS 7.10 resolve them
//! (`IndexNameExpressionResolver`): wildcards, exclusions, date math, aliases, data streams, indices options.

use std::collections::BTreeSet;

use super::{Cluster, Index, IndicesOptions};
use crate::engine::pattern::{DateMath, DateMathError, date_math, wildcard};

/// What a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An index.
    Index,
    /// An alias.
    Alias,
    /// A data stream.
    DataStream,
}

/// Why expressions do not resolve.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// `index_not_found_exception` (404)
    #[error("no such index [{0}]")]
    Missing(String),
    /// `invalid_index_name_exception` (400)
    #[error("Invalid index name [{0}], must not start with '_'.")]
    Invalid(String),
    /// `index_closed_exception` (400)
    #[error("index `{0}` is closed")]
    Closed(String),
    /// `illegal_argument_exception` (400)
    #[error("alias [{0}] has more than one index associated with it")]
    SeveralIndices(String),
    /// `illegal_argument_exception` (400)
    #[error("The provided expression [{0}] matches an alias, specify the corresponding concrete indices instead.")]
    NamesAnAlias(String),
    /// A date math expression without an answer.
    #[error(transparent)]
    DateMath(#[from] DateMathError),
}

/// Resolves expressions against one cluster.
#[derive(Debug, Clone, Copy)]
pub struct Resolver<'a> {
    cluster: &'a Cluster,
    sorted: Option<&'a SortedIndices>,
}

/// The names of a cluster's indices in order, so that a wildcard looks at those that begin like it alone.
#[derive(Debug, Default)]
pub struct SortedIndices(Vec<String>);

impl SortedIndices {
    /// Sort the names of a cluster.
    pub fn new(cluster: &Cluster) -> Self {
        let mut names: Vec<String> = cluster.indices.keys().cloned().collect();
        names.sort_unstable();
        Self(names)
    }

    fn starting(&self, prefix: &str) -> &[String] {
        let start = self.0.partition_point(|name| name.as_str() < prefix);
        let rest = self.0.get(start..).unwrap_or_default();
        rest.get(..rest.partition_point(|name| name.starts_with(prefix))).unwrap_or_default()
    }
}

impl<'a> Resolver<'a> {
    /// A resolver over `cluster`.
    pub fn new(cluster: &'a Cluster) -> Self {
        Self { cluster, sorted: None }
    }

    /// A resolver over `cluster`, whose names were sorted.
    pub fn sorted(cluster: &'a Cluster, sorted: &'a SortedIndices) -> Self {
        Self { cluster, sorted: Some(sorted) }
    }

    /// The names of the indices that match a wildcard.
    fn matching<'s>(&'s self, expression: &'s str) -> Box<dyn Iterator<Item = &'s String> + 's> {
        match self.sorted {
            Some(sorted) => {
                let prefix = expression.split(['*', '?']).next().unwrap_or_default();
                Box::new(sorted.starting(prefix).iter().filter(move |name| wildcard(expression, name)))
            }
            None => Box::new(self.cluster.indices.keys().filter(move |name| wildcard(expression, name))),
        }
    }

    /// The cluster.
    pub fn cluster(&self) -> &'a Cluster {
        self.cluster
    }

    /// What a name is; in an unknown cluster every name without a wildcard is an index.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        if self.cluster.indices.contains_key(name) {
            Some(Kind::Index)
        } else if self.cluster.aliases.contains_key(name) {
            Some(Kind::Alias)
        } else if self.cluster.data_streams.contains_key(name) {
            Some(Kind::DataStream)
        } else {
            (!self.cluster.known && !name.is_empty()).then_some(Kind::Index)
        }
    }

    /// The index of that name, if it is in the model.
    pub fn index(&self, name: &str) -> Option<&'a Index> {
        self.cluster.indices.get(name)
    }

    /// The indices behind a name of any kind, sorted by the model's order.
    pub fn members(&self, name: &str) -> Vec<String> {
        match self.kind(name) {
            Some(Kind::Index) => vec![name.to_owned()],
            Some(Kind::Alias) => self.cluster.aliases.get(name).into_iter().flatten().map(|member| member.index.clone()).collect(),
            Some(Kind::DataStream) => self.cluster.data_streams.get(name).map(|stream| stream.backing.clone()).unwrap_or_default(),
            None => Vec::new(),
        }
    }

    /// The index that a write to the name goes to; none for an alias without one.
    pub fn write_index(&self, name: &str) -> Option<String> {
        match self.kind(name)? {
            Kind::Index => Some(name.to_owned()),
            Kind::DataStream => self.cluster.data_streams.get(name)?.backing.last().cloned(),
            Kind::Alias => {
                let members = self.cluster.aliases.get(name)?;
                let chosen = members.iter().find(|member| member.is_write_index == Some(true));
                let only = || members.first().filter(|member| members.len() == 1 && member.is_write_index != Some(false));
                chosen.or_else(only).map(|member| member.index.clone())
            }
        }
    }

    /// The data stream that an index backs.
    pub fn parent_stream(&self, index: &str) -> Option<&'a str> {
        let streams = &self.cluster.data_streams;
        streams.iter().find(|(_, stream)| stream.backing.iter().any(|name| name == index)).map(|(name, _)| name.as_str())
    }

    /// The aliases that an index has.
    pub fn aliases_of(&self, index: &str) -> impl Iterator<Item = &'a str> {
        let index = index.to_owned();
        self.cluster
            .aliases
            .iter()
            .filter(move |(_, members)| members.iter().any(|member| member.index == index))
            .map(|(name, _)| name.as_str())
    }

    /// The expression without date math.
    pub fn plain(&self, expression: &str) -> Result<String, ResolveError> {
        Ok(match date_math(expression, self.cluster.now)? {
            DateMath::Plain => expression.to_owned(),
            DateMath::Resolved(name) => name,
        })
    }

    /// Concrete index names, sorted (`concreteIndexNames`). Data streams count only where the request
    /// includes them.
    pub fn concrete(&self, expressions: &[String], options: IndicesOptions, include_streams: bool) -> Result<Vec<String>, ResolveError> {
        let whole = [String::from("_all")];
        let expressions = if expressions.is_empty() { &whole[..] } else { expressions };
        let fail = if expressions.len() == 1 { !options.allow_no_indices } else { !options.ignore_unavailable };
        let stage = Stage { options, include_streams, keep_streams: false, keep_aliases: false };
        let names = self.names(self.all_plain(expressions)?, stage)?;
        if names.is_empty() {
            let only = expressions.first().filter(|_| expressions.len() == 1).cloned().unwrap_or_default();
            return if options.allow_no_indices { Ok(Vec::new()) } else { Err(ResolveError::Missing(only)) };
        }
        let mut out = Vec::with_capacity(names.len());
        let mut take = |member: String, index: Option<&Index>| {
            if !index.is_some_and(|index| index.closed) || !options.forbid_closed {
                out.push(member);
            } else if !options.ignore_unavailable {
                return Err(ResolveError::Closed(member));
            }
            Ok(())
        };
        for name in names {
            if let Some(index) = self.index(&name) {
                take(name, Some(index))?;
                continue;
            }
            match self.kind(&name) {
                None if fail => return Err(ResolveError::Missing(name)),
                None => continue,
                Some(Kind::Alias) if options.ignore_aliases && fail => return Err(ResolveError::NamesAnAlias(name)),
                Some(Kind::Alias) if options.ignore_aliases => continue,
                Some(Kind::DataStream) if !include_streams => continue,
                Some(_) => {}
            }
            let members = self.members(&name);
            if members.len() > 1 && !options.many_per_alias {
                return Err(ResolveError::SeveralIndices(name));
            }
            for member in members {
                let index = self.index(&member);
                take(member, index)?;
            }
        }
        out.sort_unstable();
        out.dedup();
        if out.is_empty() && !options.allow_no_indices {
            return Err(ResolveError::Missing(expressions.join(",")));
        }
        Ok(out)
    }

    /// Names of the data streams that the expressions match (`dataStreamNames`), which does not read date
    /// math: such an expression is a missing name.
    pub fn data_streams(&self, expressions: &[String], options: IndicesOptions) -> Result<Vec<String>, ResolveError> {
        let whole = [String::from("*")];
        let expressions = if expressions.is_empty() { &whole[..] } else { expressions };
        let stage = Stage { options, include_streams: true, keep_streams: true, keep_aliases: false };
        let names = self.names(expressions.to_vec(), stage)?;
        Ok(names.into_iter().filter(|name| self.cluster.data_streams.contains_key(name)).collect())
    }

    /// Names of indices, aliases and data streams that the expressions stand for, without expanding
    /// aliases and data streams to their members.
    pub fn abstractions(&self, expressions: &[String], options: IndicesOptions) -> Result<Vec<String>, ResolveError> {
        let whole = [String::from("_all")];
        let expressions = if expressions.is_empty() { &whole[..] } else { expressions };
        self.names(self.all_plain(expressions)?, Stage { options, include_streams: true, keep_streams: true, keep_aliases: true })
    }

    fn all_plain(&self, expressions: &[String]) -> Result<Vec<String>, ResolveError> {
        expressions.iter().map(|expression| self.plain(expression)).collect()
    }

    fn names(&self, plain: Vec<String>, stage: Stage) -> Result<Vec<String>, ResolveError> {
        let Stage { options, .. } = stage;
        if !options.open && !options.closed {
            return Ok(plain);
        }
        if let [only] = plain.as_slice()
            && (only == "_all" || only == "*")
        {
            if !self.cluster.known {
                return Ok(vec!["*".to_owned()]);
            }
            let mut names: BTreeSet<String> =
                self.cluster.indices.keys().filter(|name| self.visible(name, "*", options)).cloned().collect();
            if stage.include_streams {
                for (name, stream) in &self.cluster.data_streams {
                    names.extend(stream.backing.iter().filter(|index| self.in_state(index, options)).cloned());
                    if stage.keep_streams {
                        names.insert(name.clone());
                    }
                }
            }
            return Ok(names.into_iter().collect());
        }
        let mut names: Option<BTreeSet<&str>> = None;
        let mut wildcard_seen = false;
        for (position, expression) in plain.iter().enumerate() {
            if expression.is_empty() {
                return Err(ResolveError::Missing(String::new()));
            }
            if expression.starts_with('_') {
                return Err(ResolveError::Invalid(expression.clone()));
            }
            if self.exists(expression, stage) && !(expression.starts_with('-') && wildcard_seen && !self.cluster.known) {
                if let Some(names) = &mut names {
                    names.insert(expression);
                }
                continue;
            }
            let (add, expression) = match expression.strip_prefix('-') {
                Some(rest) if wildcard_seen => (false, rest),
                _ => (true, expression.as_str()),
            };
            let so_far = names.get_or_insert_with(|| plain.iter().take(position).map(String::as_str).collect());
            if !expression.contains('*') {
                if !options.ignore_unavailable && !self.exists(expression, stage) {
                    if options.ignore_aliases && self.kind(expression) == Some(Kind::Alias) {
                        return Err(ResolveError::NamesAnAlias(expression.to_owned()));
                    }
                    return Err(ResolveError::Missing(expression.to_owned()));
                }
                if add {
                    so_far.insert(expression);
                } else {
                    so_far.remove(expression);
                }
                continue;
            }
            let (found_any, found) = self.expand(expression, stage);
            match add {
                true if so_far.is_empty() => *so_far = found.into_iter().collect(),
                true => so_far.extend(found),
                false => so_far.retain(|name| found.binary_search(name).is_err()),
            }
            if !options.allow_no_indices && !found_any {
                return Err(ResolveError::Missing(expression.to_owned()));
            }
            wildcard_seen = true;
        }
        let names: Option<Vec<String>> = names.map(|names| names.into_iter().map(str::to_owned).collect());
        Ok(names.unwrap_or(plain))
    }

    /// Whether a name is there, wildcards aside, for a request with these options.
    fn exists(&self, name: &str, stage: Stage) -> bool {
        match self.kind(name) {
            Some(Kind::Index) => self.cluster.known || !name.contains('*'),
            Some(Kind::Alias) => !stage.options.ignore_aliases,
            Some(Kind::DataStream) => stage.include_streams,
            None => false,
        }
    }

    fn in_state(&self, index: &str, options: IndicesOptions) -> bool {
        let closed = self.index(index).is_some_and(|index| index.closed);
        if closed { options.closed } else { options.open }
    }

    fn visible(&self, name: &str, expression: &str, options: IndicesOptions) -> bool {
        let (hidden, closed) = self.index(name).map_or((false, false), |index| (index.hidden, index.closed));
        let both_dotted = name.starts_with('.') && expression.starts_with('.');
        let in_state = if closed { options.closed } else { options.open };
        in_state && (!hidden || options.hidden || both_dotted)
    }

    /// Whether the expression matches any name, and the names that it expands to, sorted.
    fn expand<'s>(&'s self, expression: &'s str, stage: Stage) -> (bool, Vec<&'s str>) {
        if !self.cluster.known {
            // nothing is known to match: the expression stands for itself
            return (true, vec![expression]);
        }
        let mut found: Vec<&str> = Vec::new();
        let mut any = false;
        for name in self.matching(expression) {
            any = true;
            if self.visible(name, expression, stage.options) {
                found.push(name);
            }
        }
        if !stage.options.ignore_aliases {
            for (name, members) in self.cluster.aliases.iter().filter(|(name, _)| wildcard(expression, name)) {
                any = true;
                if stage.keep_aliases {
                    found.push(name);
                    continue;
                }
                let members = members.iter().map(|member| member.index.as_str());
                found.extend(members.filter(|index| self.in_state(index, stage.options)));
            }
        }
        if stage.include_streams {
            for (name, stream) in self.cluster.data_streams.iter().filter(|(name, _)| wildcard(expression, name)) {
                any = true;
                found.extend(stream.backing.iter().map(String::as_str).filter(|index| self.in_state(index, stage.options)));
                if stage.keep_streams {
                    found.push(name);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        (any, found)
    }
}

#[derive(Clone, Copy)]
struct Stage {
    options: IndicesOptions,
    include_streams: bool,
    keep_streams: bool,
    keep_aliases: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::cluster::{AliasMember, DataStream};

    fn cluster() -> Cluster {
        let mut cluster = Cluster { known: true, ..Cluster::default() };
        for (name, hidden, closed) in [
            ("logs-1", false, false),
            ("logs-2", false, false),
            ("hr", false, false),
            ("hid-1", true, false),
            ("closed-1", false, true),
            (".ds-app-1", true, false),
        ] {
            cluster.indices.insert(name.to_owned(), Index { hidden, closed, ..Index::default() });
        }
        let member = |index: &str| AliasMember { index: index.to_owned(), ..AliasMember::default() };
        cluster.aliases.insert("both".to_owned(), vec![member("logs-1"), member("hr")]);
        cluster.data_streams.insert("app".to_owned(), DataStream { backing: vec![".ds-app-1".to_owned()], ..DataStream::default() });
        cluster
    }

    fn concrete(expressions: &str, options: IndicesOptions) -> Result<Vec<String>, ResolveError> {
        let cluster = cluster();
        let expressions: Vec<String> = expressions.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        Resolver::new(&cluster).concrete(&expressions, options, false)
    }

    #[test]
    fn wildcards_expand_by_state_and_exclusions_work_behind_one() {
        let open = IndicesOptions::STRICT_EXPAND_OPEN;
        assert_eq!(
            concrete("*,-logs-*", open).unwrap(),
            ["hr"].map(str::to_owned),
            "the alias `both` expands before the exclusion takes logs-1 away"
        );
        assert_eq!(concrete("h*", IndicesOptions::LEGACY_SECURITY).unwrap(), ["hid-1", "hr"]);
        assert_eq!(concrete("closed-*", open).unwrap(), Vec::<String>::new());
        assert_eq!(concrete("b*", open).unwrap(), ["hr", "logs-1"]);
        assert_eq!(concrete("logs-1,-hr", open), Err(ResolveError::Missing("-hr".to_owned())));
    }

    #[test]
    fn a_data_stream_is_missing_for_requests_that_do_not_include_streams() {
        // opensearch.md, rule 7: it resolves to its name because the indices do not resolve
        assert_eq!(concrete("app", IndicesOptions::LEGACY_SECURITY), Err(ResolveError::Missing("app".to_owned())));
        let cluster = cluster();
        assert_eq!(Resolver::new(&cluster).data_streams(&["a*".to_owned()], IndicesOptions::LEGACY_SECURITY).unwrap(), ["app"]);
    }

    #[test]
    fn in_an_unknown_cluster_names_exist_and_wildcards_stand_for_themselves() {
        let cluster = Cluster::default();
        let resolver = Resolver::new(&cluster);
        let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(resolver.concrete(&names(&["logs-*", "hr"]), IndicesOptions::LEGACY_SECURITY, false).unwrap(), names(&["hr", "logs-*"]));
    }
}
