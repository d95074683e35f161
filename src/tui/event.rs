//! What comes in, what goes out. Everything slow or outside is an effect; its answer is an event.

use std::path::PathBuf;
use std::sync::Arc;

use crossterm::event::MouseEvent;

use super::data::Found;
use super::key::Key;
use super::line::Line;
use super::pane::Pane;
use crate::engine::change::{Change, EntryKind};
use crate::engine::cluster::Cluster;
use crate::engine::compare::AccessDifference;
use crate::engine::evaluate::{Subject, Verdict};
use crate::engine::model::elasticsearch;
use crate::engine::model::opensearch::Configuration;
use crate::engine::model::{Evaluator, Product};
use crate::engine::request::Request;
use crate::engine::scenario::Scenario;
use crate::engine::tune::repair::Denial;
use crate::report::Work;
use crate::workspace::{Recovery, Workspace};

/// The verdicts of one user, a cell for each request; shared from answer to answer while they stay.
pub type Column = Arc<[Option<Arc<Verdict>>]>;

/// A column for each user.
pub type Grid = Vec<Column>;

/// Something happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// The terminal has another size: columns, rows.
    Resize(u16, u16),
    /// A worker answered.
    Answer(Answer),
    /// Work under way is so far.
    Progress(Work),
    /// Files changed on disk.
    FilesChanged,
    /// The system asks the program to stop for a while.
    Suspend,
    /// The system asks the program to end.
    Terminate,
}

/// What a worker found out.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The grid of a question.
    Grid {
        /// The question's generation; an older one than the newest is dropped.
        generation: u64,
        /// Verdicts under the configuration as it is.
        now: Grid,
        /// Verdicts under the other evaluator or setting, when they were asked for.
        other: Option<Grid>,
        /// Verdicts under the configuration as saved, when they were asked for.
        saved: Option<Grid>,
    },
    /// A password was hashed.
    Hashed {
        /// The user whose password it is.
        user: String,
        /// What to do with it.
        hash: String,
        /// The new user that it is for, when the user is yet to be made.
        copy_of: Option<String>,
        /// Whether the user is yet to be made.
        new: bool,
    },
    /// A verdict for each request and each role alone.
    Roles {
        /// Columns.
        roles: Vec<String>,
        /// The verdicts.
        grid: Grid,
    },
    /// What the edits open or close, for whom.
    RoleDifferences {
        /// The revision of the files that was compared.
        revision: u64,
        /// By user and role.
        found: Vec<AccessDifference>,
    },
    /// The grid under every setting.
    Settings {
        /// The settings' names, and the question's rows and columns under each.
        found: Vec<(&'static str, Grid)>,
        /// The question.
        question: Box<Question>,
    },
    /// The operator gave the work up.
    Stopped,
    /// Ways to let a denied request pass, cheapest first.
    Repairs(Vec<Offer>),
    /// Changes to choose from, under a title.
    Offers(String, Vec<Offer>),
    /// Something to read, under a title.
    Text(String, Vec<Line>),
    /// The editor returned.
    Edited {
        /// Where the entry stands.
        pane: Pane,
        /// The entry.
        name: String,
        /// Its text; none when it was left unchanged.
        text: Option<String>,
    },
    /// What the rules found in the files as they were at a revision.
    Findings {
        /// The revision.
        revision: u64,
        /// What was found.
        found: Vec<Found>,
    },
    /// Text was copied: how many bytes, and where it went.
    Copied(String),
    /// Something could not be done.
    Failed(String),
}

/// Changes to choose, and what they bring.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// What they do.
    pub title: String,
    /// What else they open.
    pub price: String,
    /// The changes.
    pub changes: Vec<Change>,
}

/// Which settings the verdicts are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// The other evaluator.
    Evaluator,
    /// `do_not_fail_on_forbidden` the other way.
    Dnfof,
}

/// A question about the grid.
#[derive(Debug, Clone)]
pub struct Question {
    /// Counted up with each question.
    pub generation: u64,
    /// Rows.
    pub requests: Vec<Arc<Request>>,
    /// Columns.
    pub subjects: Vec<Subject>,
    /// Whether to answer for other settings too.
    pub other: Option<Other>,
    /// OpenSearch's, as edited.
    pub configuration: Arc<Configuration>,
    /// Elasticsearch's, as edited, if it answers.
    pub elasticsearch: Option<Arc<elasticsearch::Configuration>>,
    /// The names that requests are about.
    pub cluster: Arc<Cluster>,
    /// Which product answers.
    pub product: Product,
    /// Which of its evaluators.
    pub evaluator: Evaluator,
    /// What was saved last, if it is to be answered for too: some cells were never asked before the edits.
    pub saved: Option<Basis>,
}

/// The configuration that answers.
#[derive(Debug, Clone)]
pub struct Basis {
    /// OpenSearch's.
    pub configuration: Arc<Configuration>,
    /// Elasticsearch's, if it answers.
    pub elasticsearch: Option<Arc<elasticsearch::Configuration>>,
}

impl Basis {
    /// What a workspace holds.
    pub fn of(workspace: &Workspace) -> Self {
        Basis {
            configuration: workspace.configuration().clone(),
            elasticsearch: workspace.elasticsearch().filter(|_| workspace.product().is_elasticsearch()).cloned(),
        }
    }
}

/// The configuration that answers, as on disk and as edited.
#[derive(Debug, Clone)]
pub enum Sides {
    /// OpenSearch's.
    OpenSearch(Box<Configuration>, Arc<Configuration>),
    /// Elasticsearch's.
    Elasticsearch(Box<elasticsearch::Configuration>, Arc<elasticsearch::Configuration>),
}

/// A question about what would repair a denied request.
#[derive(Debug, Clone)]
pub struct Mend {
    /// Who asks.
    pub subject: Subject,
    /// What is denied.
    pub request: Request,
    /// The settings and facts to answer by.
    pub question: Question,
    /// The expectations that a repair should keep.
    pub scenario: Arc<Scenario>,
}

/// What is looked into.
#[derive(Debug, Clone)]
pub enum Matter {
    /// One repair for all of these denials; for the scenario's failing expectations when there are none.
    Denials(Vec<Denial>),
    /// The grants of a role.
    Role(String),
    /// Everything that somebody may do.
    Access(Subject),
    /// Who can give themselves more.
    Escalation,
    /// What logs show of a user, merged into a role.
    Logs {
        /// Whose role it becomes.
        user: String,
        /// The logs.
        paths: Vec<PathBuf>,
        /// The role that it is merged into, or that is made.
        role: String,
    },
}

/// Something larger to look into, and the files to do it by.
#[derive(Debug, Clone)]
pub struct Study {
    /// What.
    pub matter: Matter,
    /// The files, with their unsaved edits.
    pub workspace: Workspace,
}

/// Something to do outside.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Evaluate the grid.
    Ask(Question),
    /// Look for what the rules find.
    Lint {
        /// The revision of the files.
        revision: u64,
        /// The files.
        workspace: Box<Workspace>,
    },
    /// Evaluate the requests for each role alone, whoever holds it.
    AskRoles {
        /// The requests and the settings; its subjects do not matter.
        question: Question,
        /// The roles.
        roles: Vec<String>,
    },
    /// Ask the grid under every version, evaluator and narrowing.
    CompareSettings(Box<Question>),
    /// Find what the edits open or close, for whom.
    CompareRoles {
        /// The revision of the files.
        revision: u64,
        /// As on disk and as edited.
        sides: Sides,
        /// The names that are known.
        cluster: Arc<Cluster>,
        /// Further people.
        scenario: Arc<Scenario>,
        /// Which product answers.
        product: Product,
        /// Which of its evaluators.
        evaluator: Evaluator,
    },
    /// Give up the work under way.
    Stop,
    /// Find repairs.
    Mend(Box<Mend>),
    /// Look into something larger: all denials, a role's grants, a log.
    Study(Box<Study>),
    /// Hash a password.
    Hash {
        /// The user whose password it is.
        user: String,
        /// The password.
        password: Password,
        /// The user that the new one copies.
        copy_of: Option<String>,
        /// Whether the user is yet to be made.
        new: bool,
    },
    /// Put text on the clipboard.
    Copy(String),
    /// Write a new file of the operator's, which must not be there yet.
    Write {
        /// Where, as typed.
        path: String,
        /// What.
        text: String,
    },
    /// Write the files.
    Save {
        /// Write over what changed on disk.
        force: bool,
    },
    /// Read the files again.
    Reload,
    /// Read the files again and do the edits on top.
    Merge,
    /// Bring the unsaved edits of an earlier sitting back.
    Recover(Box<Recovery>),
    /// Forget the unsaved edits of an earlier sitting.
    Forget(Box<Recovery>),
    /// Read the files again and do the edits on top, but for some entries.
    MergeWithout(Vec<(EntryKind, String)>),
    /// See whether the files changed on disk: read them again, or ask where there are edits.
    Look,
    /// Find the difference between disk and edits.
    Compare,
    /// Open text in `$EDITOR`.
    Edit {
        /// Where the entry stands.
        pane: Pane,
        /// The entry; the temporary file's name ends in it.
        name: String,
        /// Its text.
        text: String,
    },
    /// Stop and wait to be continued.
    Suspend,
}

/// A password on its way to its hash; never shown, not even for debugging.
#[derive(Clone)]
pub struct Password(pub String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(masked)")
    }
}
