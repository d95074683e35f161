//! Who gains and who loses what between two configurations: users, holders of backend roles, and roles.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::access::{Comparable, Gain, Holding, gained, gained_beside, is_cluster, takes};
use super::documents::{Lift, Looking};
use super::permit::Permit;
use crate::engine::cluster::Cluster;
use crate::engine::evaluate::{Decide, Outcome, Subject};
use crate::engine::model::{Evaluator, Product};
use crate::engine::pattern::Matcher;
use crate::engine::request::Request;
use crate::engine::request::opensearch::example;
use crate::engine::scenario::{Directory, Scenario, people};

/// The most requests that are looked for to show one person's gains.
const MAX_REPLAYS: usize = 8;

/// Makes an evaluator of a configuration among names.
pub type CompileIn<'a, C> = dyn Fn(&C, &Arc<Cluster>) -> Arc<dyn Decide> + 'a;

/// One side of the comparison.
pub struct Side<'a, C> {
    /// What its files say.
    pub configuration: &'a C,
    /// Which product answers.
    pub product: Product,
    /// Which of its evaluators.
    pub evaluator: Evaluator,
    /// The names that are known.
    pub cluster: &'a Arc<Cluster>,
    /// Further people.
    pub scenario: &'a Scenario,
    /// Makes an evaluator of a configuration and names.
    pub compile: &'a CompileIn<'a, C>,
}

impl<C: Comparable + Directory> Side<'_, C> {
    /// The evaluator in a cluster that has these indices too.
    fn engine_with<'n>(&self, names: impl IntoIterator<Item = &'n String>) -> Arc<dyn Decide> {
        let mut cluster = Cluster { known: true, ..(**self.cluster).clone() };
        for name in names {
            if !cluster.aliases.contains_key(name) && !cluster.data_streams.contains_key(name) {
                cluster.indices.entry(name.clone()).or_default();
            }
        }
        (self.compile)(self.configuration, &Arc::new(cluster))
    }

    fn looking<'b>(&'b self, roles: &'b [String], subject: &'b Subject, known: bool, engine: &'b dyn Decide) -> Looking<'b, C> {
        let holding = Holding { configuration: self.configuration, product: self.product, roles, subject: known.then_some(subject) };
        Looking { holding, subject, engine }
    }
}

/// What one person or role gains and loses.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AccessDifference {
    /// The user, `backend role X` or `role X`.
    pub who: String,
    /// Who that is to the evaluator; none for a role.
    pub subject: Option<Subject>,
    /// Actions that are allowed now.
    pub gains: Vec<Gain>,
    /// Actions that were allowed before.
    pub losses: Vec<Gain>,
    /// What of documents is seen now and was not before.
    pub shown: Vec<Lift>,
    /// What of documents was seen before and is not now.
    pub hidden: Vec<Lift>,
    /// Requests that show gains: denied before, allowed after, by the evaluators.
    pub replays: Vec<Request>,
}

impl AccessDifference {
    /// Whether anything is gained.
    pub fn is_gain(&self) -> bool {
        !self.gains.is_empty() || !self.shown.is_empty()
    }

    fn is_empty(&self) -> bool {
        !self.is_gain() && self.losses.is_empty() && self.hidden.is_empty()
    }
}

/// Hears how many people and roles of how many are compared; says whether to go on.
pub type Told<'a> = dyn Fn(usize, usize) -> bool + 'a;

/// Who gains and loses what; nobody whose access stays is in the answer, so that an empty one is a proof within the
/// bounds of [`gained`](super::gained) and [`lifted`](super::lifted). Beside it, which exceptions took something away;
/// what they take away is not in the answer. None when `told` gave it up.
pub fn differences<C: Comparable + Directory>(
    old: &Side<'_, C>,
    new: &Side<'_, C>,
    permits: &[Permit],
    told: &Told<'_>,
) -> Option<(Vec<AccessDifference>, Vec<bool>)> {
    let mut used = vec![false; permits.len()];
    let (everybody, names) = (everybody(old, new), differing(old, new));
    let (done, total) = (everybody.len(), everybody.len() + names.len());
    let mut out = persons(old, new, everybody, permits, &mut used, &|so_far| told(so_far, total))?;
    replays(old, new, &mut out);
    out.extend(roles(old, new, &names, permits, &mut used, &|so_far| told(done + so_far, total))?);
    Some((out, used))
}

/// Everybody whom either side knows, as each knows them.
fn everybody<C: Directory>(old: &Side<'_, C>, new: &Side<'_, C>) -> BTreeMap<String, [Option<Subject>; 2]> {
    let mut everybody: BTreeMap<String, [Option<Subject>; 2]> = BTreeMap::new();
    for (side, this) in [old, new].into_iter().enumerate() {
        for person in people(this.configuration, new.scenario) {
            everybody.entry(person.label).or_default()[side] = Some(person.subject);
        }
    }
    everybody
}

/// The roles that may give one thing on one side and another on the other.
fn differing<'a, C: Comparable>(old: &Side<'a, C>, new: &Side<'a, C>) -> Vec<&'a str> {
    let all: BTreeSet<&str> = old.configuration.role_names().into_iter().chain(new.configuration.role_names()).collect();
    let differs = |name: &&str| elsewhere(old, new) || old.configuration.may_differ(new.configuration, name);
    all.into_iter().filter(differs).collect()
}

fn elsewhere<C>(old: &Side<'_, C>, new: &Side<'_, C>) -> bool {
    old.product != new.product || old.evaluator != new.evaluator
}

fn persons<C: Comparable + Directory>(
    old: &Side<'_, C>,
    new: &Side<'_, C>,
    everybody: BTreeMap<String, [Option<Subject>; 2]>,
    permits: &[Permit],
    used: &mut [bool],
    told: &dyn Fn(usize) -> bool,
) -> Option<Vec<AccessDifference>> {
    let engines = [(old.compile)(old.configuration, old.cluster), (new.compile)(new.configuration, new.cluster)];
    let dynamic = old.configuration.speaks_of_users() || new.configuration.speaks_of_users();
    // any request tells the mapped roles
    let probe = Request { method: "GET".to_owned(), path: "/".to_owned(), ..Request::default() };
    let mut known: HashMap<[Vec<String>; 2], AccessDifference> = HashMap::new();
    let mut differing: HashMap<String, bool> = HashMap::new();
    let mut out = Vec::new();
    for (done, (who, subjects)) in everybody.into_iter().enumerate() {
        if !told(done) {
            return None;
        }
        // somebody from elsewhere is the same person on both sides; a user of the files who is gone is nobody
        let files = [old.configuration.subject(&who).is_some(), new.configuration.subject(&who).is_some()];
        let there = |side: usize| subjects[side].as_ref().or(if files[1 - side] { None } else { subjects[1 - side].as_ref() });
        let held: [Vec<String>; 2] =
            std::array::from_fn(|side| there(side).map(|subject| engines[side].decide(subject, &probe).roles).unwrap_or_default());
        let mut differs =
            |role: &String| *differing.entry(role.clone()).or_insert_with(|| old.configuration.may_differ(new.configuration, role));
        let same = held[0] == held[1] && !elsewhere(old, new) && (!dynamic || there(0) == there(1));
        if same && !held[0].iter().any(&mut differs) {
            continue;
        }
        let applying: Vec<&Permit> = permits.iter().filter(|permit| permit.is_for(&who)).collect();
        let shared = !dynamic && applying.is_empty();
        let difference = match known.get(&held).filter(|_| shared) {
            Some(difference) => difference.clone(),
            None => {
                let nobody = Subject::default();
                let (was, is) = (there(0).unwrap_or(&nobody), there(1).unwrap_or(&nobody));
                let sides = [old.looking(&held[0], was, true, &*engines[0]), new.looking(&held[1], is, true, &*engines[1])];
                one([old, new], sides, permits, &applying, used)
            }
        };
        let subject = there(1).or(there(0)).cloned();
        if shared {
            known.insert(held.clone(), difference.clone());
        }
        if !difference.is_empty() {
            out.push(AccessDifference { who, subject, ..difference });
        }
    }
    Some(out)
}

/// Compare one holder on both sides, what is permitted left out of the gains.
fn one<C: Comparable + Directory>(
    sides: [&Side<'_, C>; 2],
    [before, after]: [Looking<'_, C>; 2],
    permits: &[Permit],
    applying: &[&Permit],
    used: &mut [bool],
) -> AccessDifference {
    let cluster = |side: &Side<'_, C>| is_cluster(side.product, side.evaluator);
    let mut gains = gained(before.holding, after.holding, cluster(sides[1]));
    let mut shown = C::lifted(before, after, &[]);
    if !applying.is_empty() && (!gains.is_empty() || !shown.is_empty()) {
        for permit in applying {
            let lifts = |lift: &Lift| {
                let on = |pattern: &String| Matcher::once(pattern, &lift.index);
                permit.covers(lift.kept.word()) && permit.index.as_ref().is_none_or(on)
            };
            let takes = takes(permit, before.holding, after.holding, &gains, cluster(sides[1])) || shown.iter().any(lifts);
            if let Some(at) = permits.iter().position(|other| std::ptr::eq(other, *permit)).filter(|_| takes) {
                used[at] = true;
            }
        }
        gains = gained_beside(before.holding, after.holding, cluster(sides[1]), applying);
        shown = C::lifted(before, after, applying);
    }
    let losses = gained(after.holding, before.holding, cluster(sides[0]));
    let hidden = C::lifted(after, before, &[]);
    AccessDifference { gains, losses, shown, hidden, ..AccessDifference::default() }
}

fn roles<C: Comparable + Directory>(
    old: &Side<'_, C>,
    new: &Side<'_, C>,
    names: &[&str],
    permits: &[Permit],
    used: &mut [bool],
    told: &dyn Fn(usize) -> bool,
) -> Option<Vec<AccessDifference>> {
    if names.is_empty() {
        return Some(Vec::new());
    }
    // a holder of each role and of nothing else shows what the role lets see
    let holder = |role: &str| format!("holder-of-role-{role}");
    let engine = |side: &Side<'_, C>| {
        let alone = side.configuration.held_alone(names, &holder);
        (side.compile)(alone.as_ref().unwrap_or(side.configuration), side.cluster)
    };
    let engines = [engine(old), engine(new)];
    let there: [BTreeSet<&str>; 2] =
        [old.configuration.role_names().into_iter().collect(), new.configuration.role_names().into_iter().collect()];
    let mut out = Vec::new();
    for (done, &role) in names.iter().enumerate() {
        if !told(done) {
            return None;
        }
        let who = format!("role {role}");
        let applying: Vec<&Permit> = permits.iter().filter(|permit| permit.is_for(&who)).collect();
        let held: [Vec<String>; 2] = std::array::from_fn(|side| there[side].get(role).map(|role| (*role).to_owned()).into_iter().collect());
        let subject = Subject { user: holder(role), ..Subject::default() };
        let sides = [old.looking(&held[0], &subject, false, &*engines[0]), new.looking(&held[1], &subject, false, &*engines[1])];
        let difference = one([old, new], sides, permits, &applying, used);
        if !difference.is_empty() {
            out.push(AccessDifference { who, ..difference });
        }
    }
    Some(out)
}

/// Find requests that show the gains, and have both sides answer them.
fn replays<C: Comparable + Directory>(old: &Side<'_, C>, new: &Side<'_, C>, differences: &mut [AccessDifference]) {
    let names: BTreeSet<String> = differences.iter().flat_map(|each| each.gains.iter().filter_map(|gain| gain.index.clone())).collect();
    if differences.iter().all(|each| each.gains.is_empty()) {
        return;
    }
    let engines = [old.engine_with(&names), new.engine_with(&names)];
    for each in differences {
        let Some(subject) = &each.subject else { continue };
        let mut shown: BTreeSet<Option<&String>> = BTreeSet::new();
        for gain in each.gains.iter().filter(|gain| gain.unknown.is_none()) {
            if each.replays.len() >= MAX_REPLAYS {
                break;
            }
            if shown.contains(&gain.index.as_ref()) {
                continue;
            }
            let Some(request) = example(&gain.action, gain.index.as_deref()) else { continue };
            let outcome = |side: usize| engines[side].decide(subject, &request).outcome;
            if outcome(0) == Outcome::Denied && outcome(1) == Outcome::Allowed {
                each.replays.push(request);
                shown.insert(gain.index.as_ref());
            }
        }
    }
}
