//! Larger questions, away from the screen: all denials at once, the grants of a role, a user's access, logs.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use super::event::{Answer, Matter, Offer, Study};
use super::line::Line;
use super::progress::Progress;
use super::theme::Tone;
use crate::engine::compare::{Holding, is_cluster};
use crate::engine::evaluate::{self, Decide, Subject, compile};
use crate::engine::model::opensearch::Configuration;
use crate::engine::model::{Product, elasticsearch};
use crate::engine::review::{Escalation, escalations, privilege_escalations, privilege_union, union};
use crate::engine::tune::repair::{Denial, denials, joint};
use crate::engine::tune::{
    Compile, Coverage, Draft, Extent, Family, Generalisation, Naming, Pruned, ScenarioJudge, Use, coverage, draft, lacking, percent, prune,
};
use crate::report::{Spot, escalation_text, privilege_union_text, union_text};
use crate::source::Place;
use crate::workspace::{LogError, Model, Workspace, read_logs};

/// Answer a larger question.
pub fn study(study: &Study, progress: &Progress) -> Answer {
    let workspace = &study.workspace;
    match (&study.matter, workspace.model()) {
        (Matter::Denials(asked), Model::OpenSearch(all)) => all_denials(workspace, all, &opensearch(workspace), asked),
        (Matter::Denials(asked), Model::Elasticsearch(all)) => all_denials(workspace, all, &elasticsearch(workspace), asked),
        (Matter::Role(role), Model::OpenSearch(all)) => grants(workspace, all, &opensearch(workspace), role),
        (Matter::Role(role), Model::Elasticsearch(all)) => grants(workspace, all, &elasticsearch(workspace), role),
        (Matter::Access(subject), model) => access(workspace, model, subject),
        (Matter::Escalation, Model::OpenSearch(all)) => {
            paths(workspace, escalations(all, workspace.product(), workspace.scenarios(), &*workspace.engine()))
        }
        (Matter::Escalation, Model::Elasticsearch(all)) => {
            paths(workspace, privilege_escalations(all, workspace.product(), workspace.scenarios(), &*workspace.engine()))
        }
        (Matter::Logs { user, paths, role }, Model::OpenSearch(all)) => learn(workspace, all, user, paths, role, progress),
        (Matter::Logs { user, paths, role }, Model::Elasticsearch(all)) => learn(workspace, all, user, paths, role, progress),
    }
}

fn opensearch(workspace: &Workspace) -> impl Fn(&Configuration) -> Arc<dyn Decide> + Sync {
    |all| compile(workspace.product(), workspace.evaluator(), all, workspace.cluster())
}

fn elasticsearch(workspace: &Workspace) -> impl Fn(&elasticsearch::Configuration) -> Arc<dyn Decide> + Sync {
    |all| evaluate::elasticsearch::compile(workspace.product(), all, workspace.cluster())
}

fn all_denials<C: Family>(workspace: &Workspace, configuration: &C, compile: &Compile<'_, C>, asked: &[Denial]) -> Answer {
    let bench = workspace.bench(configuration, compile);
    let failing = denials(&bench);
    let wanted = if failing.is_empty() { asked.to_vec() } else { failing };
    if wanted.is_empty() {
        return Answer::Text("repair all".to_owned(), vec![Line::new(Tone::Dim, "every request that should pass passes")]);
    }
    let Some(joint) = joint(&bench, &wanted) else {
        return Answer::Text("repair all".to_owned(), vec![Line::new(Tone::Warn, "no grant lets any of them pass")]);
    };
    let left = if joint.left.is_empty() { String::new() } else { format!("; {} of {} are left", joint.left.len(), wanted.len()) };
    // what a long repair writes stands last, so that its price and how it was found are seen first
    let price = format!("{}; {}{left}; {}", joint.repair.price.line(), joint.search.words(), joint.repair.title);
    let title = format!("{} changes that let {} of them pass", joint.repair.changes.len(), wanted.len() - joint.left.len());
    Answer::Offers(format!("one repair for {} requests", wanted.len()), vec![Offer { title, price, changes: joint.repair.changes }])
}

fn grants<C: Family>(workspace: &Workspace, configuration: &C, compile: &Compile<'_, C>, role: &str) -> Answer {
    let product = workspace.product();
    let judge = ScenarioJudge::new(workspace.scenarios(), configuration, compile);
    let mut marks = coverage(configuration, product, role, &judge);
    let share = percent(&marks);
    // what can go comes first
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.used));
    let mut offers = Vec::new();
    let mut offer = |pruned: Pruned<C>, what: &str| {
        let price = match pruned.checked {
            Some(left) => format!("{left} grants stay; checked: without any of them an expectation breaks"),
            None => "one of the grants that stay could still go".to_owned(),
        };
        if !pruned.changes.is_empty() {
            offers.push(Offer { title: format!("prune {what}: {} changes", pruned.changes.len()), price, changes: pruned.changes });
        }
        pruned.unused_ways.is_empty()
    };
    if !offer(prune(configuration, product, role, &judge, Extent::Rights), "all") {
        offer(prune(configuration, product, role, &judge, Extent::RightsAndWays), "all, and the ways to it that no request needs");
    }
    offers.extend(marks.iter().map(|mark| Offer {
        title: format!("{} {}", mark.used.word(), mark.grant.words(product)),
        price: why(mark, product),
        changes: configuration.removal(&mark.grant).into_iter().collect(),
    }));
    Answer::Offers(format!("grants of {role}: {share} % used; enter takes one away"), offers)
}

fn why(mark: &Coverage, product: Product) -> String {
    match mark.used {
        Use::Needed => format!("used by {}", mark.requests.join(", ")),
        Use::Redundant if mark.covered_by.is_empty() => "covered by several others together".to_owned(),
        Use::Redundant => {
            format!("covered by {}", mark.covered_by.iter().map(|grant| grant.words(product)).collect::<Vec<_>>().join(", "))
        }
        Use::Unused => "no request of the simulator's file uses it".to_owned(),
    }
}

fn lines(text: &str) -> Vec<Line> {
    let tone = |line: &str| if line.starts_with(' ') { Line::new(Tone::Plain, line) } else { Line::heading(line) };
    text.lines().map(tone).collect()
}

fn spot(workspace: &Workspace) -> impl Fn(Place) -> Option<Spot> {
    |place| {
        let at = workspace.whereis(place)?;
        Some(Spot { file: at.path.file_name()?.to_string_lossy().into_owned(), line: at.at.line, col: at.at.col, text: String::new() })
    }
}

fn access(workspace: &Workspace, model: Model<'_>, subject: &Subject) -> Answer {
    let (user, product, spot) = (&subject.user, workspace.product(), spot(workspace));
    let text = match model {
        Model::OpenSearch(all) => union_text(user, &union(all, product, workspace.cluster(), &*workspace.engine(), subject), &spot),
        Model::Elasticsearch(all) => privilege_union_text(user, &privilege_union(all, product, subject), &spot),
    };
    Answer::Text(format!("what {user} may do"), lines(&text))
}

fn paths(workspace: &Workspace, found: Vec<Escalation>) -> Answer {
    let mut shown: Vec<Line> = found.iter().flat_map(|path| lines(&escalation_text(path, &spot(workspace)))).collect();
    if shown.is_empty() {
        shown.push(Line::new(Tone::Good, "nobody can give themselves more"));
    }
    Answer::Text("who can give themselves more".to_owned(), shown)
}

fn learn<C: Family>(workspace: &Workspace, configuration: &C, user: &str, logs: &[PathBuf], role: &str, progress: &Progress) -> Answer {
    let mut before = 0;
    let learned = read_logs(logs, Some(user), |now| {
        let more = (now.bytes >> 20).saturating_sub(before);
        before += more;
        if progress.step(more) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let learned = match learned {
        Ok(learned) => learned,
        Err(LogError::Cancelled) => return Answer::Stopped,
        Err(error) => return Answer::Failed(error.to_string()),
    };
    if learned.facts.is_empty() {
        return Answer::Failed(format!(
            "the logs hold nothing of `{user}` ({} records, {} broken)",
            learned.read.records, learned.read.broken
        ));
    }
    let rule = is_cluster(workspace.product(), workspace.evaluator());
    let ways = [
        ("names as they were seen", Generalisation::Exact),
        ("dates and counters as *", Generalisation::Series),
        ("and common beginnings as prefixes", Generalisation::Prefix),
    ];
    let offer = |(words, how): (&str, Generalisation)| {
        let draft = draft(&learned.facts, user, Naming::from(how), rule);
        let made = configuration.learned(workspace.product(), &draft, role, 0);
        let mut after = configuration.clone();
        let applied = made.changes.iter().all(|change| after.change(change));
        let roles = [role.to_owned()];
        let holding = Holding { configuration: &after, product: workspace.product(), roles: &roles, subject: None };
        let left = lacking(&learned.facts, user, holding, rule).len();
        applied.then(|| Offer {
            title: format!("{words}: {}", summary(&draft)),
            price: evidence(&draft, &made.notes, &learned.read, left, logs),
            changes: made.changes,
        })
    };
    Answer::Offers(format!("{role} from {} records of {user}", learned.facts.used), ways.into_iter().filter_map(offer).collect())
}

fn summary(draft: &Draft) -> String {
    let each = draft.rules.iter().flat_map(|rule| rule.patterns.iter().map(|pattern| pattern.pattern.as_str()));
    let patterns: BTreeSet<&str> = each.collect();
    let shown = patterns.iter().take(6).copied().collect::<Vec<_>>().join(", ");
    let more = if patterns.len() > 6 { format!(" and {} more", patterns.len() - 6) } else { String::new() };
    format!("{} cluster permissions, {} rules on {shown}{more}", draft.cluster.len(), draft.rules.len())
}

fn evidence(draft: &Draft, notes: &[String], read: &crate::workspace::Progress, left: usize, logs: &[PathBuf]) -> String {
    let all = draft.cluster.iter().chain(draft.rules.iter().flat_map(|rule| &rule.actions));
    let first = all.clone().min_by_key(|permission| (permission.support.file, permission.support.line));
    let at = first.map(|first| {
        let file = logs.get(first.support.file as usize).map(|path| path.display().to_string()).unwrap_or_default();
        format!(", from {file}:{} on", first.support.line)
    });
    let events: u64 = all.map(|permission| permission.support.count).sum();
    let notes: String = draft.notes.iter().chain(notes).map(|note| format!("; {note}")).collect();
    format!("{events} uses{}; replayed: {left} denied; {} broken records{notes}", at.unwrap_or_default(), read.broken)
}
