//! Larger questions, away from the screen: all denials at once, the grants of a role, a user's access, logs.

use std::ops::ControlFlow;
use std::path::PathBuf;

use super::event::{Answer, Matter, Offer, Study};
use super::line::Line;
use super::progress::Progress;
use super::theme::Tone;
use crate::engine::compare::{Holding, is_cluster};
use crate::engine::evaluate::{Subject, compile};
use crate::engine::model::Product;
use crate::engine::model::opensearch::Configuration;
use crate::engine::review::{escalations, union};
use crate::engine::tune::repair::{Bench, Denial, denials, joint};
use crate::engine::tune::{Coverage, Draft, Generalisation, Naming, ScenarioJudge, Use, coverage, draft, lacking, merge, percent, prune};
use crate::report::{Spot, escalation_text, union_text};
use crate::source::Place;
use crate::workspace::{LogError, Model, Workspace, read_logs};

/// Answer a larger question.
pub fn study(study: &Study, progress: &Progress) -> Answer {
    let workspace = &study.workspace;
    let Model::OpenSearch(configuration) = workspace.model() else {
        return Answer::Failed(format!("{} is not tuned in the panes", workspace.product()));
    };
    match &study.matter {
        Matter::Denials(asked) => all_denials(workspace, configuration, asked),
        Matter::Role(role) => grants(workspace, configuration, role),
        Matter::Access(subject) => access(workspace, configuration, subject),
        Matter::Escalation => paths(workspace, configuration),
        Matter::Logs { user, paths, role } => learn(workspace, configuration, user, paths, role, progress),
    }
}

fn all_denials(workspace: &Workspace, configuration: &Configuration, asked: &[Denial]) -> Answer {
    let compiler = |configuration: &Configuration| compile(workspace.product(), workspace.evaluator(), configuration, workspace.cluster());
    let bench = Bench {
        configuration,
        product: workspace.product(),
        cluster: workspace.cluster(),
        scenario: workspace.scenarios(),
        compile: &compiler,
        is_cluster: is_cluster(workspace.product(), workspace.evaluator()),
    };
    let failing = denials(&bench);
    let wanted = if failing.is_empty() { asked.to_vec() } else { failing };
    if wanted.is_empty() {
        return Answer::Text("repair all".to_owned(), vec![Line::new(Tone::Dim, "every request that should pass passes")]);
    }
    let Some(joint) = joint(&bench, &wanted) else {
        return Answer::Text("repair all".to_owned(), vec![Line::new(Tone::Warn, "no grant lets any of them pass")]);
    };
    let left = if joint.left.is_empty() { String::new() } else { format!("; {} of {} are left", joint.left.len(), wanted.len()) };
    let price = format!("{}; {}{left}", joint.repair.price.line(), joint.search.words());
    Answer::Offers(
        format!("one repair for {} requests", wanted.len()),
        vec![Offer { title: joint.repair.title, price, changes: joint.repair.changes }],
    )
}

fn grants(workspace: &Workspace, configuration: &Configuration, role: &str) -> Answer {
    let compiler = |configuration: &Configuration| compile(workspace.product(), workspace.evaluator(), configuration, workspace.cluster());
    let judge = ScenarioJudge::new(workspace.scenarios(), configuration, &compiler);
    let mut marks = coverage(configuration, workspace.product(), role, &judge);
    let share = percent(&marks);
    // what can go comes first
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.used));
    let pruned = prune(configuration, workspace.product(), role, &judge);
    let mut offers = Vec::new();
    if !pruned.changes.is_empty() {
        let price = match pruned.checked {
            Some(left) => format!("{left} grants stay; checked: without any of them an expectation breaks"),
            None => "one of the grants that stay could still go".to_owned(),
        };
        offers.push(Offer { title: format!("prune all: {} changes", pruned.changes.len()), price, changes: pruned.changes });
    }
    offers.extend(marks.iter().map(|mark| Offer {
        title: format!("{} {}", mark.used.word(), mark.grant.words(workspace.product())),
        price: why(mark, workspace.product()),
        changes: mark.grant.removal().into_iter().collect(),
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

fn access(workspace: &Workspace, configuration: &Configuration, subject: &Subject) -> Answer {
    let engine = workspace.engine();
    let union = union(configuration, workspace.product(), workspace.cluster(), &*engine, subject);
    Answer::Text(format!("what {} may do", subject.user), lines(&union_text(&subject.user, &union, &spot(workspace))))
}

fn paths(workspace: &Workspace, configuration: &Configuration) -> Answer {
    let found = escalations(configuration, workspace.product(), workspace.scenarios(), &*workspace.engine());
    let mut shown: Vec<Line> = found.iter().flat_map(|path| lines(&escalation_text(path, &spot(workspace)))).collect();
    if shown.is_empty() {
        shown.push(Line::new(Tone::Good, "nobody can give themselves more"));
    }
    Answer::Text("who can give themselves more".to_owned(), shown)
}

fn learn(workspace: &Workspace, configuration: &Configuration, user: &str, logs: &[PathBuf], role: &str, progress: &Progress) -> Answer {
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
        let changes = merge(&draft, role, configuration, workspace.product());
        let mut after = configuration.clone();
        let applied = changes.iter().all(|change| change.apply(&mut after).is_ok());
        let roles = [role.to_owned()];
        let holding = Holding { configuration: &after, product: workspace.product(), roles: &roles, subject: None };
        let left = lacking(&learned.facts, user, holding, rule).len();
        applied.then(|| Offer {
            title: format!("{words}: {}", summary(&draft)),
            price: evidence(&draft, &learned.read, left, logs),
            changes,
        })
    };
    Answer::Offers(format!("{role} from {} records of {user}", learned.facts.used), ways.into_iter().filter_map(offer).collect())
}

fn summary(draft: &Draft) -> String {
    let patterns: Vec<&str> = draft.rules.iter().flat_map(|rule| rule.patterns.iter().map(|pattern| pattern.pattern.as_str())).collect();
    let shown = patterns.iter().take(6).copied().collect::<Vec<_>>().join(", ");
    let more = if patterns.len() > 6 { format!(" and {} more", patterns.len() - 6) } else { String::new() };
    format!("{} cluster permissions, {} rules on {shown}{more}", draft.cluster.len(), draft.rules.len())
}

fn evidence(draft: &Draft, read: &crate::workspace::Progress, left: usize, logs: &[PathBuf]) -> String {
    let all = draft.cluster.iter().chain(draft.rules.iter().flat_map(|rule| &rule.actions));
    let first = all.clone().min_by_key(|permission| (permission.support.file, permission.support.line));
    let at = first.map(|first| {
        let file = logs.get(first.support.file as usize).map(|path| path.display().to_string()).unwrap_or_default();
        format!(", from {file}:{} on", first.support.line)
    });
    let events: u64 = all.map(|permission| permission.support.count).sum();
    let notes = if draft.notes.is_empty() { String::new() } else { format!("; {}", draft.notes.join("; ")) };
    format!("{events} uses{}; replayed: {left} denied; {} broken records{notes}", at.unwrap_or_default(), read.broken)
}
