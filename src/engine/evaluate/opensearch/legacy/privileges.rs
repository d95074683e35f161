//! The permission decision itself, `hasIndexPrivilege` of the plugin: actions on names that are resolved already.
//! The index stage of every request asks here.

use std::sync::Arc;

use super::Legacy;
use super::actions::Asked;
use super::names::{Known, Names};
use super::session::Session;
use super::view::View;
use crate::engine::evaluate::Subject;

/// Names to decide on, looked up once.
#[derive(Debug, Clone, Default)]
pub struct IndexNames<'a> {
    rows: Vec<(&'a str, Option<u32>)>,
}

impl<'a> IndexNames<'a> {
    pub(super) fn new(names: impl IntoIterator<Item = &'a str>, known: Known<'_>) -> Self {
        Self { rows: names.into_iter().map(|name| (name, known.number(name))).collect() }
    }

    /// How many names.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no name at all.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// How far actions are granted on names: all of them together on each name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    /// On every name.
    Full,
    /// On so many of the names; [`Privileges::available`] tells which.
    Partial(usize),
    /// On no name.
    None,
}

/// One subject's privileges.
pub struct Privileges {
    session: Arc<Session>,
    names: Arc<Names>,
}

impl Legacy {
    /// The privileges of a subject, its roles mapped and united.
    pub fn privileges(&self, subject: &Subject) -> Privileges {
        Privileges { session: self.session(subject), names: Arc::clone(&self.names) }
    }

    /// Look names up.
    pub fn index_names<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> IndexNames<'a> {
        IndexNames::new(names, Known::of(&self.names))
    }
}

impl Privileges {
    /// Whether a rule grants the action on the name (of an index, an alias or a data stream).
    pub fn has_index_privilege(&self, action: &str, index: &str) -> bool {
        let (asked, number) = (Asked::new(action), self.names.number(index));
        Cells::new(&self.session.view, Known::of(&self.names), &[asked]).is_whole(index, number)
    }

    /// Whether a role grants the action in the cluster stage.
    pub fn has_cluster_privilege(&self, action: &str) -> bool {
        self.session.view.grants_cluster(action)
    }

    /// How far the actions are granted on names that were looked up for the same evaluator.
    pub fn has_index_privileges(&self, actions: &[&str], names: &IndexNames<'_>) -> Granted {
        let asked: Vec<Asked<'_>> = actions.iter().map(|action| Asked::new(action)).collect();
        Cells::new(&self.session.view, Known::of(&self.names), &asked).granted(names)
    }

    /// The names on which all of the actions are granted, in the order given.
    pub fn available<'n>(&self, actions: &[&str], names: &IndexNames<'n>) -> Vec<&'n str> {
        let asked: Vec<Asked<'_>> = actions.iter().map(|action| Asked::new(action)).collect();
        Cells::new(&self.session.view, Known::of(&self.names), &asked).available(names)
    }
}

/// The table of names and actions, each cell worked out when it is looked at.
pub(super) struct Cells<'a> {
    view: &'a View,
    known: Known<'a>,
    asked: &'a [Asked<'a>],
}

impl<'a> Cells<'a> {
    pub(super) fn new(view: &'a View, known: Known<'a>, asked: &'a [Asked<'a>]) -> Self {
        Self { view, known, asked }
    }

    fn cell(&self, asked: &Asked<'_>, name: &str, number: Option<u32>) -> bool {
        match number.zip(self.view.granted(asked)) {
            Some((number, granted)) => granted.contains(number),
            None => self.view.granting(asked, &self.known.named(name)).is_some(),
        }
    }

    fn is_whole(&self, name: &str, number: Option<u32>) -> bool {
        self.asked.iter().all(|asked| self.cell(asked, name, number))
    }

    /// How far the whole table is granted.
    pub(super) fn granted(&self, names: &IndexNames<'_>) -> Granted {
        match names.rows.iter().filter(|(name, number)| self.is_whole(name, *number)).count() {
            count if count == names.len() => Granted::Full,
            0 => Granted::None,
            count => Granted::Partial(count),
        }
    }

    /// The names with every action granted.
    pub(super) fn available<'n>(&self, names: &IndexNames<'n>) -> Vec<&'n str> {
        names.rows.iter().filter(|(name, number)| self.is_whole(name, *number)).map(|(name, _)| *name).collect()
    }

    /// The actions that lack on some name, in the order asked.
    pub(super) fn missing(&self, names: &IndexNames<'_>) -> Vec<String> {
        let lacks = |asked: &&Asked<'_>| !names.rows.iter().all(|(name, number)| self.cell(asked, name, *number));
        self.asked.iter().filter(lacks).map(|asked| asked.name.to_owned()).collect()
    }
}
