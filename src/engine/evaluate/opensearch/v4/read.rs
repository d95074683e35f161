//! What v4 reads from a transport request: the names that it is about, what else it needs, and how far
//! it can be rewritten.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Abstraction, Names};
use super::resolve::{Target, resolve};
use crate::engine::cluster::{Cluster, IndicesOptions, Resolver};
use crate::engine::pattern::{DateMath, DateMathError, date_math, wildcard};
use crate::engine::request::opensearch::{AliasChange, Details, Group, Shape, TransportRequest};

use super::check::Reducible;

/// A request as v4 sees it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// The resolved names; none when the request says nothing about indices.
    pub names: Option<BTreeSet<String>>,
    /// Needed besides.
    pub sub_actions: Vec<(String, BTreeSet<String>)>,
    /// Aliases of `GET _alias`, and whether they were asked for by name.
    pub aliases: Option<(BTreeSet<String>, bool)>,
}

/// Why a request cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The evaluation throws: HTTP 500 `Unexpected exception` and the action.
    Exception(String),
    /// The engine itself refuses the request (an invalid name).
    Invalid(String),
    /// The model lacks a fact.
    Unknown(String),
}

impl From<DateMathError> for Failure {
    fn from(error: DateMathError) -> Self {
        match error {
            DateMathError::Invalid(_) => Failure::Invalid(error.to_string()),
            _ => Failure::Unknown(error.to_string()),
        }
    }
}

/// Reads requests against one cluster; indices that the play creates are added.
#[derive(Debug)]
pub struct Requests<'a> {
    cluster: &'a Cluster,
    names: &'a Names,
    /// Aliases created on the way, with their index.
    created: BTreeMap<String, String>,
    /// Those among them that the play has not heard of.
    news: Vec<(String, String)>,
}

impl<'a> Requests<'a> {
    /// A reader.
    pub fn new(cluster: &'a Cluster, names: &'a Names) -> Self {
        Self { cluster, names, created: BTreeMap::new(), news: Vec::new() }
    }

    /// An alias now points to an index that was not there.
    pub fn create(&mut self, alias: &str, index: &str) {
        self.created.insert(alias.to_owned(), index.to_owned());
        self.news.push((alias.to_owned(), index.to_owned()));
    }

    /// What was created since this was asked last.
    pub fn take_created(&mut self) -> Vec<(String, String)> {
        std::mem::take(&mut self.news)
    }

    /// Whether a name is taken.
    pub fn exists(&self, name: &str) -> bool {
        self.names.get(name).is_some() || self.created.contains_key(name)
    }

    /// Read a request; `action` is the mapped name.
    pub fn read(&self, action: &str, call: &TransportRequest) -> Result<Reading, Failure> {
        let names = match (&call.details, action) {
            (Details::Aliases(_), _) => return self.alias_changes(call),
            (Details::GetAliases { aliases }, _) => return self.get_aliases(call, aliases),
            (Details::Pits { indices: None, .. }, "indices:monitor/point_in_time/segments") => {
                Some(resolve(self.names, &[], IndicesOptions::STRICT_EXPAND_OPEN_FORBID_CLOSED, Target::Indices))
            }
            (Details::Pits { indices, .. }, _) => {
                return Ok(Reading { names: indices.as_ref().map(|names| names.iter().cloned().collect()), ..Reading::default() });
            }
            (Details::CreateIndex { aliases }, _) => {
                let mut reading = Reading { names: Some(self.resolve_all(call, Target::Indices)?), ..Reading::default() };
                if !aliases.is_empty() {
                    reading.sub_actions.push(("indices:admin/aliases".to_owned(), aliases.iter().cloned().collect()));
                }
                return Ok(reading);
            }
            (Details::Rollover { target, new_index }, _) => return self.rollover(target, new_index.as_deref()),
            (Details::Resize { .. }, _) => return self.resize(call),
            (Details::Restore { .. }, _) => None,
            (Details::BulkShard { .. }, _) => Some(self.write_indices(call)?),
            // an update does not know data streams and leaves their names as they are
            (_, "indices:data/write/update")
                if call.groups.iter().flat_map(|group| &group.expressions).any(|name| self.is_stream(name)) =>
            {
                Some(call.groups.iter().flat_map(|group| group.expressions.iter().cloned()).collect())
            }
            (_, "indices:data/write/update") => Some(self.write_indices(call)?),
            (_, "indices:data/write/reindex") => {
                // the target comes first
                let source = call.groups.get(1).map_or(Ok(BTreeSet::new()), |group| self.resolve_group(group, Target::Indices))?;
                Some(source)
            }
            (_, "indices:admin/resolve/index" | "indices:monitor/data_stream/stats") => Some(self.resolve_all(call, Target::Names)?),
            (_, "indices:admin/data_stream/get" | "indices:admin/data_stream/delete") => Some(self.resolve_all(call, Target::Streams)?),
            (_, "indices:data/read/get" | "indices:data/read/explain" | "indices:admin/close") => {
                Some(self.resolve_all(call, Target::IndicesWithoutStreams)?)
            }
            (_, "cluster:admin/scripts/painless/execute") if call.groups.is_empty() => {
                return Err(Failure::Exception("java.lang.NullPointerException".to_owned()));
            }
            _ if call.groups.is_empty() => None,
            _ => Some(self.resolve_all(call, Target::Indices)?),
        };
        Ok(Reading { names, ..Reading::default() })
    }

    fn resolve_all(&self, call: &TransportRequest, target: Target) -> Result<BTreeSet<String>, Failure> {
        let mut all = BTreeSet::new();
        for group in &call.groups {
            all.extend(self.resolve_group(group, target)?);
        }
        Ok(all)
    }

    fn resolve_group(&self, group: &Group, target: Target) -> Result<BTreeSet<String>, Failure> {
        let target = if target == Target::Indices && !group.streams { Target::IndicesWithoutStreams } else { target };
        let options = group.options;
        if group.expressions.is_empty() && !options.many_per_alias {
            // a request for one index that names none, such as `_analyze`
            return Ok(BTreeSet::new());
        }
        let mut expressions = Vec::with_capacity(group.expressions.len());
        for expression in &group.expressions {
            expressions.push(match date_math(expression, self.cluster.now)? {
                DateMath::Plain => expression.clone(),
                DateMath::Resolved(name) => name,
            });
        }
        if !self.cluster.known {
            // names are taken to exist, wildcards are judged as written
            let all = expressions.is_empty() || expressions == ["_all"];
            let included = expressions.into_iter().filter(|text| !text.starts_with('-'));
            return Ok(if all { BTreeSet::from(["*".to_owned()]) } else { included.collect() });
        }
        let names = resolve(self.names, &expressions, options, target);
        let is_closed = |name: &String| matches!(self.names.get(name), Some(Abstraction::Index { closed: true, .. }));
        if options.forbid_closed && options.closed && !options.open && names.iter().any(is_closed) {
            return Err(Failure::Exception("To expand [CLOSE] wildcard, please set forbid_closed_indices to `false`".to_owned()));
        }
        Ok(names)
    }

    fn is_stream(&self, name: &str) -> bool {
        matches!(self.names.get(name), Some(Abstraction::Stream { .. }))
    }

    /// Writes go to one concrete index each: an alias' write index, a data stream's last backing index.
    fn write_indices(&self, call: &TransportRequest) -> Result<BTreeSet<String>, Failure> {
        call.groups.iter().flat_map(|group| &group.expressions).map(|name| self.write_index(name)).collect()
    }

    fn write_index(&self, name: &str) -> Result<String, Failure> {
        let name = match date_math(name, self.cluster.now)? {
            DateMath::Plain => name.to_owned(),
            DateMath::Resolved(name) => name,
        };
        match self.names.get(&name) {
            Some(Abstraction::Index { closed: true, .. }) => Err(Failure::Exception(format!("[{name}] IndexClosedException[closed]"))),
            Some(Abstraction::Index { .. }) => Ok(name),
            Some(Abstraction::Stream { backing }) => Ok(backing.last().cloned().unwrap_or(name)),
            Some(Abstraction::Alias { .. }) => {
                let members = self.cluster.aliases.get(&name).map(Vec::as_slice).unwrap_or_default();
                let chosen = members.iter().find(|member| member.is_write_index == Some(true));
                let only = match members {
                    [only] if only.is_write_index != Some(false) => Some(only),
                    _ => None,
                };
                match chosen.or(only) {
                    Some(member) => Ok(member.index.clone()),
                    None => Err(Failure::Exception(format!("no write index is defined for alias [{name}]"))),
                }
            }
            None => Ok(match self.created.get(&name) {
                Some(index) => index.clone(),
                None if self.cluster.data_stream_patterns.iter().any(|pattern| wildcard(pattern, &name)) => {
                    format!(".ds-{name}-000001")
                }
                None => name,
            }),
        }
    }

    /// `GET _alias`: indices as the engine resolves them leniently, then the aliases that they have.
    fn get_aliases(&self, call: &TransportRequest, asked: &[String]) -> Result<Reading, Failure> {
        let group = call.group();
        let lenient = IndicesOptions { ignore_unavailable: true, allow_no_indices: true, ..group.options };
        let concrete = Resolver::new(self.cluster).concrete(&group.expressions, lenient, false).unwrap_or_default();
        let (mut indices, mut aliases) = (BTreeSet::new(), BTreeSet::new());
        for index in concrete {
            let Some(Abstraction::Index { aliases: held, .. }) = self.names.get(&index) else { continue };
            let found: Vec<&String> = held.iter().filter(|alias| asked.is_empty() || wanted(asked, alias)).collect();
            if asked.is_empty() || !found.is_empty() {
                aliases.extend(found.into_iter().cloned());
                indices.insert(index);
            }
        }
        Ok(Reading { names: Some(indices), aliases: Some((aliases, !asked.is_empty())), ..Reading::default() })
    }

    /// `_aliases`: the index and every alias name that is added or removed; a removed index only as a deletion.
    fn alias_changes(&self, call: &TransportRequest) -> Result<Reading, Failure> {
        let Details::Aliases(actions) = &call.details else { return Ok(Reading::default()) };
        let (mut names, mut deleted) = (BTreeSet::new(), BTreeSet::new());
        for action in actions {
            let Some(group) = call.groups.get(action.group) else { continue };
            let lenient = IndicesOptions { ignore_unavailable: true, allow_no_indices: true, ..group.options };
            let indices = resolve(self.names, &group.expressions, lenient, Target::IndicesWithoutStreams);
            match action.change {
                AliasChange::Add => {
                    names.extend(indices);
                    names.extend(action.aliases.iter().cloned());
                }
                AliasChange::Remove => {
                    for index in indices {
                        let held = match self.names.get(&index) {
                            Some(Abstraction::Index { aliases, .. }) => aliases.as_slice(),
                            _ => &[],
                        };
                        let removed: Vec<&String> = held.iter().filter(|alias| wanted(&action.aliases, alias)).collect();
                        if !removed.is_empty() {
                            names.extend(removed.into_iter().cloned());
                            names.insert(index);
                        }
                    }
                }
                AliasChange::RemoveIndex => deleted.extend(indices),
            }
        }
        let sub_actions = if deleted.is_empty() { Vec::new() } else { vec![("indices:admin/delete".to_owned(), deleted)] };
        Ok(Reading { names: Some(names), sub_actions, aliases: None })
    }

    /// A rollover also creates the next index, under its own name.
    fn rollover(&self, target: &str, new_index: Option<&str>) -> Result<Reading, Failure> {
        let next = match (new_index, self.names.get(target)) {
            (Some(name), _) => match date_math(name, self.cluster.now)? {
                DateMath::Plain => Some(name.to_owned()),
                DateMath::Resolved(name) => Some(name),
            },
            (None, Some(Abstraction::Stream { backing })) => Some(format!(".ds-{target}-{:06}", backing.len() + 1)),
            (None, Some(Abstraction::Alias { .. })) => self.write_index(target).ok().and_then(|index| counted_up(&index)),
            (None, _) => None,
        };
        let sub_actions = next.map(|next| ("indices:admin/create".to_owned(), BTreeSet::from([next]))).into_iter().collect();
        Ok(Reading { names: Some(BTreeSet::from([target.to_owned()])), sub_actions, aliases: None })
    }

    /// A resize reads its source and creates its target.
    fn resize(&self, call: &TransportRequest) -> Result<Reading, Failure> {
        let source = call.groups.first().map_or(Ok(BTreeSet::new()), |group| self.resolve_group(group, Target::Indices))?;
        let target: BTreeSet<String> = call.groups.get(1).into_iter().flat_map(|group| group.expressions.iter().cloned()).collect();
        Ok(Reading { names: Some(source), sub_actions: vec![("indices:admin/create".to_owned(), target)], aliases: None })
    }
}

/// Whether an alias is among the names and patterns, `-` taking away what came before it.
fn wanted(patterns: &[String], alias: &str) -> bool {
    let mut found = false;
    for pattern in patterns {
        match pattern.strip_prefix('-') {
            Some(excluded) => found &= !wildcard(excluded, alias),
            None => found |= pattern == "_all" || wildcard(pattern, alias),
        }
    }
    found
}

/// `name-000001` → `name-000002`.
fn counted_up(index: &str) -> Option<String> {
    let (stem, number) = index.rsplit_once('-')?;
    let next = number.parse::<u32>().ok()?.checked_add(1)?;
    Some(format!("{stem}-{next:06}"))
}

/// A name that the engine refuses after security let the request pass: `_all` beside others, or another
/// name that begins with `_`.
pub fn invalid_name(call: &TransportRequest) -> Option<&str> {
    if call.shape == Shape::Parts {
        // each part is refused by itself
        return None;
    }
    let names = call.groups.iter().filter(|group| group.expressions.len() != 1 || group.expressions.iter().all(|name| name != "_all"));
    names.flat_map(|group| &group.expressions).map(String::as_str).find(|name| name.starts_with('_'))
}

/// How far a request can be rewritten. All that can be replaced can be reduced, except that a search for
/// segments of points in time ignores its indices, and a point in time needs at least one.
pub fn reducible(action: &str, shape: Shape) -> Reducible {
    match (shape, action) {
        (Shape::Many, "indices:monitor/point_in_time/segments") => Reducible::No,
        (Shape::Many, "indices:data/read/point_in_time/create") => Reducible::ToSome,
        (Shape::Many, _) => Reducible::Yes,
        _ => Reducible::No,
    }
}
