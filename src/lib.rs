//! rolesmith: design roles for OpenSearch Security, Open Distro and Elasticsearch in the terminal.
//!
//! An operator opens exported configuration files, sees users, roles, mappings and privileges, edits them,
//! and watches requests being answered by the rules of the real engines, until every role holds the least
//! privilege that its work needs. Then the edited lines are saved, and no other byte.
//!
//! # Bird's-eye view
//!
//! ```text
//!    files ──▶ yaml::Document ──▶ model::Configuration ──┐
//!                 ▲    │               ▲                 ├──▶ evaluate::compile ──▶ Decide ──▶ Verdict
//!    save ◀───────┘    └── change ─────┘                 │        with evidence: which rule, which line
//!                    (both sides, compared)   cluster ───┘
//! ```
//!
//! A [`workspace::Workspace`] reads files into lossless [`yaml::Document`]s and from them into one
//! [`Configuration`](engine::model::opensearch::Configuration). Each
//! [`Change`](engine::change::Change) is done twice, to the configuration and to the text, and is refused
//! when the two disagree. [`compile`](engine::evaluate::compile) makes an evaluator of a configuration and a
//! [`Cluster`](engine::cluster::Cluster); it [decides](engine::evaluate::Decide) requests of subjects. Everything that
//! shows or checks something, the panes, the commands, the tuner and the tests, asks that one evaluator.
//!
//! # Code map
//!
//! A module uses those above it in this list and no others; `tests/layers.rs` checks that.
//!
//! - [`source`]: where a fact stands. Spans, places, lines, problems.
//! - [`yaml`]: a document that owns its bytes; edits are the smallest splices, checked before they count.
//! - [`engine`]: pure. No files, clock, environment, terminal.
//!   - [`pattern`](engine::pattern): wildcards, the engines' regular expressions, date math.
//!   - [`model`](engine::model): configuration in the field's words, a folder a product family.
//!   - [`catalog`](engine::catalog): what is built into each product: actions, groups, roles, routes.
//!   - [`cluster`](engine::cluster): indices, aliases, data streams; resolving expressions against them.
//!   - [`request`](engine::request): from lines, Dev Tools, curl and refusals to requests, and from requests to transport actions.
//!   - [`evaluate`](engine::evaluate): verdicts with evidence; a folder an evaluator.
//!   - [`change`](engine::change): the operator's edits as values; a file a family.
//!   - [`scenario`](engine::scenario): requests with expectations, replayed.
//!   - [`compare`](engine::compare): what one side opens that another does not, with an example.
//!   - [`convert`](engine::convert): files of one product or form to another's, with a note for every change.
//!   - [`export`](engine::export): entries for other tools: REST calls, securityadmin, Terraform.
//!   - [`review`](engine::review): everything that one user may do, and who can give themselves more.
//!   - [`tune`](engine::tune), [`lint`](engine::lint): repairs, pruning, learning; what is wrong, a file a rule.
//! - [`workspace`]: opens, edits, saves, journals. The only toucher of files.
//! - [`report`]: text, JSON, JUnit, Markdown, CSV, SARIF.
//! - [`guide`]: the user guide, for both of the following.
//! - [`cli`]: a file a command. [`tui`]: the panes. They never meet; `main` chooses.
//!
//! # Invariants
//!
//! 1. `Document::parse(bytes).bytes() == bytes`, for all bytes. Opening never fails as a whole: what cannot be
//!    read becomes problems with a place, the rest opens.
//! 2. Bytes outside an edit never change, and an edit and its inverse give the same bytes.
//! 3. Editing the text and editing the model commute. Every change checks it, and so does the save.
//! 4. `decide` is total and pure, and no verdict exists without evidence.
//! 5. A product's quirk lives in its evaluator, never behind a flag in shared code.
//! 6. Where a fact is missing the verdict is unknown and says which; never a guess.
//! 7. Text from files is escaped before it reaches a terminal, and password hashes are never shown.

pub mod cli;
pub mod engine;
pub mod guide;
pub mod report;
pub mod source;
pub mod tui;
pub mod workspace;
pub mod yaml;
