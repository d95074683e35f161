//! The cluster's names as numbers, in the order of the names, so that what a pattern matches is a run or a list of
//! numbers and what a subject may is a set of bits.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::gate::TenantIndex;
use super::variant::Variant;
use crate::engine::cluster::Cluster;
use crate::engine::pattern::{Matcher, wildcard};

/// Every name of a cluster: indices, aliases, data streams and their members.
#[derive(Debug, Default)]
pub(super) struct Names {
    sorted: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32, foldhash::fast::RandomState>,
    /// The aliases and the data stream of an index: a rule on one of those covers it too.
    parents: HashMap<u32, Vec<u32>>,
    /// The indices of each alias and data stream, where rules on all of them cover it.
    members: HashMap<u32, Vec<u32>>,
    /// Whether rules on all members cover a family (3.8).
    breaks_down: bool,
}

impl Names {
    pub(super) fn new(cluster: &Cluster, variant: Variant) -> Self {
        let streams = cluster.data_streams.iter().map(|(name, stream)| (name, stream.backing.iter().collect::<Vec<_>>()));
        let aliases = cluster.aliases.iter().map(|(name, members)| (name, members.iter().map(|member| &member.index).collect()));
        let families: Vec<(&String, Vec<&String>)> = streams.chain(aliases).collect();
        let all: BTreeSet<&str> = cluster
            .indices
            .keys()
            .chain(families.iter().flat_map(|(name, members)| std::iter::once(*name).chain(members.iter().copied())))
            .map(String::as_str)
            .collect();
        let mut names = Self { sorted: all.into_iter().map(Box::from).collect(), breaks_down: variant.breaks_down, ..Self::default() };
        names.numbers = names.sorted.iter().zip(0..).map(|(name, number)| (name.clone(), number)).collect();
        for (name, members) in families {
            let Some(family) = names.number(name) else { continue };
            let members: Vec<u32> = members.into_iter().filter_map(|member| names.number(member)).collect();
            for member in &members {
                names.parents.entry(*member).or_default().push(family);
            }
            if variant.breaks_down {
                names.members.insert(family, members);
            }
        }
        names
    }

    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    pub(super) fn name(&self, number: u32) -> &str {
        self.sorted.get(number as usize).map_or("", |name| name)
    }

    pub(super) fn parents(&self, number: u32) -> &[u32] {
        self.parents.get(&number).map_or(&[], Vec::as_slice)
    }

    pub(super) fn members(&self, number: u32) -> &[u32] {
        self.members.get(&number).map_or(&[], Vec::as_slice)
    }

    /// The names that a pattern matches by itself.
    pub(super) fn matching(&self, matcher: &Matcher) -> Matching {
        let whole = || 0..self.sorted.len() as u32;
        let among =
            |run: Range<u32>, matches: &dyn Fn(&str) -> bool| Matching::Some(run.filter(|number| matches(self.name(*number))).collect());
        match matcher {
            Matcher::Any => Matching::Run(whole()),
            Matcher::Exact(name) => Matching::Run(self.number(name).map_or(0..0, |number| number..number + 1)),
            Matcher::Prefix(prefix) => Matching::Run(self.run(prefix)),
            Matcher::Wildcard(pattern) => {
                let literal = pattern.find(['*', '?']).and_then(|end| pattern.get(..end)).unwrap_or_default();
                among(self.run(literal), &|name| wildcard(pattern, name))
            }
            Matcher::Regex(regex) => among(self.run(&regex.literal_prefix()), &|name| regex.matches(name)),
        }
    }

    /// The numbers of the names that begin so.
    fn run(&self, prefix: &str) -> Range<u32> {
        let start = self.sorted.partition_point(|name| &**name < prefix);
        let rest = self.sorted.get(start..).unwrap_or_default();
        let count = rest.partition_point(|name| name.starts_with(prefix));
        start as u32..(start + count) as u32
    }

    /// What rules on these names cover besides: the members of families, and families all of whose members are in.
    pub(super) fn cover(&self, set: &mut NameSet) {
        if self.parents.is_empty() {
            return;
        }
        let direct = set.clone();
        for (member, families) in &self.parents {
            if families.iter().any(|family| direct.contains(*family)) {
                set.insert(*member);
            }
        }
        for (family, members) in &self.members {
            if !members.is_empty() && members.iter().all(|member| direct.contains(*member)) {
                set.insert(*family);
            }
        }
    }

    pub(super) fn none(&self) -> NameSet {
        NameSet(vec![0; self.sorted.len().div_ceil(64)].into())
    }
}

/// The names that a request meets: those of the cluster, and a tenant's that are made on the way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    names: &'a Names,
    made: Option<&'a TenantIndex>,
}

impl<'a> Known<'a> {
    pub(super) fn of(names: &'a Names) -> Self {
        Self { names, made: None }
    }

    pub(super) fn with(names: &'a Names, made: &'a TenantIndex) -> Self {
        Self { names, made: Some(made) }
    }

    /// Whether names are made on the way, beside those of the cluster.
    pub(super) fn is_changed(&self) -> bool {
        self.made.is_some()
    }

    /// Its number, where the configuration was compiled against it.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        let made = self.made.is_some_and(|made| made.index == name || made.alias == name);
        if made { None } else { self.names.number(name) }
    }

    /// The name with its relatives.
    pub(super) fn named<'n>(&self, name: &'n str) -> Named<'n>
    where
        'a: 'n,
    {
        let relatives = |numbers: &[u32]| numbers.iter().map(|number| self.names.name(*number)).collect();
        match (self.number(name), self.made) {
            (Some(number), _) => {
                Named { name, parents: relatives(self.names.parents(number)), members: relatives(self.names.members(number)) }
            }
            (None, Some(made)) if made.index == name => Named { name, parents: vec![&made.alias], members: Vec::new() },
            (None, Some(made)) if made.alias == name && self.names.breaks_down => {
                Named { name, parents: Vec::new(), members: vec![&made.index] }
            }
            (None, _) => Named { name, parents: Vec::new(), members: Vec::new() },
        }
    }
}

/// A name with the aliases and the data stream that it belongs to: a rule on one of those covers it too.
#[derive(Debug, Clone)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) parents: Vec<&'a str>,
    /// The members of an alias or a data stream, where patterns on all of them grant it (3.8).
    pub(super) members: Vec<&'a str>,
}

/// Names that a pattern matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Matching {
    /// All in this run.
    Run(Range<u32>),
    /// These.
    Some(Box<[u32]>),
}

/// A set of names of one cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NameSet(Box<[u64]>);

impl NameSet {
    pub(super) fn contains(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    fn insert(&mut self, number: u32) {
        if let Some(word) = self.0.get_mut(number as usize / 64) {
            *word |= 1 << (number % 64);
        }
    }

    pub(super) fn add(&mut self, matching: &Matching) {
        match matching {
            Matching::Run(run) => run.clone().for_each(|number| self.insert(number)),
            Matching::Some(numbers) => numbers.iter().for_each(|number| self.insert(*number)),
        }
    }

    pub(super) fn unite(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::cluster::{AliasMember, Index};
    use crate::engine::model::Product;

    fn names(product: Product) -> Names {
        let mut cluster = Cluster { known: true, ..Cluster::default() };
        for name in ["logs-1", "logs-2", "hr", "log", "öl-1"] {
            cluster.indices.insert(name.to_owned(), Index::default());
        }
        let member = |index: &str| AliasMember { index: index.to_owned(), ..AliasMember::default() };
        cluster.aliases.insert("both".to_owned(), vec![member("logs-1"), member("gone")]);
        Names::new(&cluster, Variant::of(product))
    }

    fn matched(names: &Names, patterns: &[&str], cover: bool) -> Vec<String> {
        let mut set = names.none();
        for pattern in patterns {
            set.add(&names.matching(&Matcher::new(pattern).unwrap()));
        }
        if cover {
            names.cover(&mut set);
        }
        (0..names.sorted.len() as u32).filter(|number| set.contains(*number)).map(|number| names.name(number).to_owned()).collect()
    }

    #[test]
    fn a_pattern_matches_the_names_that_its_matcher_matches() {
        let names = names(Product::OpenSearch3_4);
        for pattern in ["*", "logs-1", "nope", "logs-*", "log*", "l?gs-*", "*-1", "?l-1", "/log(s-[12])?/", "/.*-1/", "/lo|hr/", "/logs?/"]
        {
            let matcher = Matcher::new(pattern).unwrap();
            let wanted: Vec<String> = names.sorted.iter().filter(|name| matcher.matches(name)).map(ToString::to_string).collect();
            assert_eq!(matched(&names, &[pattern], false), wanted, "{pattern}");
        }
    }

    #[test]
    fn a_family_covers_its_members_and_in_3_8_all_members_their_family() {
        assert_eq!(matched(&names(Product::OpenSearch3_4), &["both"], true), ["both", "gone", "logs-1"]);
        assert_eq!(matched(&names(Product::OpenSearch3_4), &["gone", "logs-1"], true), ["gone", "logs-1"]);
        assert_eq!(matched(&names(Product::OpenSearch3_8), &["gone", "logs-1"], true), ["both", "gone", "logs-1"]);
    }
}
