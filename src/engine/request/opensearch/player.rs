//! Plays the engine's chain of calls against a gate.

use std::collections::BTreeMap;

use super::Fanout;
use super::gate::{Answer, Gate, Refusal};
use super::parameters::unrecognized;
use super::rest::Rest;
use super::route::{Does, Found, find};
use super::transport::{Group, TransportRequest};
use crate::engine::cluster::{Cluster, IndicesOptions, ResolveError, Resolver};
use crate::engine::evaluate::Item;
use crate::engine::request::Request;

/// Why a chain ends early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Security refused a call.
    Refused(Refusal),
    /// The engine itself answers with an error; security let it pass.
    Engine(String),
    /// The model lacks a fact.
    Unknown(String),
}

impl From<ResolveError> for Stop {
    fn from(error: ResolveError) -> Self {
        match error {
            ResolveError::DateMath(
                why @ (crate::engine::pattern::DateMathError::NeedsNow(_) | crate::engine::pattern::DateMathError::Unsupported(_)),
            ) => Stop::Unknown(why.to_string()),
            error => Stop::Engine(error.to_string()),
        }
    }
}

/// What came of a request; the gate has seen the calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Played {
    /// The refusal that the whole request is answered with.
    pub refusal: Option<Refusal>,
    /// A refusal of a part that gives the whole answer its status, though the rest was done.
    pub failure: Option<Refusal>,
    /// The parts of a request that has several.
    pub items: Vec<Item>,
    /// Why the answer cannot be known.
    pub unknown: Vec<String>,
    /// What should be known beside the answer.
    pub notes: Vec<String>,
    /// The engine's own error, when it ends the request.
    pub error: Option<String>,
}

/// Play a request; `resolver` reads names as the engine does behind security. `gate` is asked for each call, in order.
pub fn play(fanout: &Fanout, resolver: Resolver<'_>, request: &Request, gate: &mut dyn Gate) -> Played {
    let mut rest = Rest::new(request);
    let mut player = Player { fanout, resolver, gate, played: Played::default(), created: BTreeMap::new() };
    let end = match find(&fanout.routes, &rest) {
        Found::Route(route, bound) => {
            rest.bound = bound;
            let unrecognized = unrecognized(route.template, &rest).map(str::to_owned);
            match route.does {
                _ if unrecognized.is_some() => {
                    let name = unrecognized.unwrap_or_default();
                    Err(Stop::Engine(format!("request [{}] contains unrecognized parameter: [{name}]", request.path)))
                }
                _ if rest.query.iter().any(|(name, _)| name.contains(['/', '?']) || name.starts_with(',')) => {
                    Err(Stop::Engine("unrecognized parameter (a literal `?` in a path begins the query)".to_owned()))
                }
                Does::Nodes(action, class) => player.call(TransportRequest::nodes(action, class)).map(|_| ()),
                Does::Other(action, class) => player.call(TransportRequest::other(action, class)).map(|_| ()),
                Does::Play(run) => run(&mut player, &rest),
            }
        }
        // nothing is asked of security, so that there is nothing to allow: the engine answers 405
        Found::OtherMethod => Err(Stop::Unknown(format!("incorrect HTTP method {} for {}: no known API", rest.method, request.path))),
        Found::Nothing => Err(Stop::Unknown(format!("`{} {}` is no known API", rest.method, request.path))),
    };
    let mut played = player.played;
    match end {
        Ok(()) => {}
        // a refusal that the chain went on behind came first
        Err(Stop::Refused(refusal)) => {
            played.refusal.get_or_insert(refusal);
        }
        Err(Stop::Engine(error)) => played.error = Some(error),
        Err(Stop::Unknown(why)) => played.unknown.push(why),
    }
    played
}

/// A running play.
pub struct Player<'a> {
    /// The product's chains.
    pub fanout: &'a Fanout,
    /// Resolution as the engine does it behind security.
    pub resolver: Resolver<'a>,
    gate: &'a mut dyn Gate,
    played: Played,
    /// Names that came to be on the way, each with its index.
    created: BTreeMap<String, String>,
}

impl<'a> Player<'a> {
    /// Put a call to the gate; what comes back is what the engine goes on with.
    pub fn call(&mut self, mut call: TransportRequest) -> Result<TransportRequest, Stop> {
        let answer = self.gate.check(&mut call);
        self.created.extend(self.gate.created());
        match answer {
            Answer::Pass => Ok(call),
            Answer::RefuseAndGoOn(refusal) => {
                self.played.refusal.get_or_insert(refusal);
                Ok(call)
            }
            Answer::Refuse(refusal) => Err(Stop::Refused(refusal)),
            Answer::Fail(error) => Err(Stop::Engine(error)),
            Answer::Unknown(why) => Err(Stop::Unknown(why)),
        }
    }

    /// A name came to be, and writes to it go to this index.
    pub fn create(&mut self, name: &str, index: &str) {
        self.created.insert(name.to_owned(), index.to_owned());
    }

    /// The index behind a name that came to be on the way.
    pub fn created(&self, name: &str) -> Option<&str> {
        self.created.get(name).map(String::as_str)
    }

    /// Ask about the security plugin's own API.
    pub fn security_api(&mut self, rest: &Rest) -> Result<(), Stop> {
        match self.gate.check_security_api(rest) {
            Answer::Pass => Ok(()),
            Answer::Refuse(refusal) | Answer::RefuseAndGoOn(refusal) => Err(Stop::Refused(refusal)),
            Answer::Fail(error) => Err(Stop::Engine(error)),
            Answer::Unknown(why) => Err(Stop::Unknown(why)),
        }
    }

    /// Put a call whose refusal does not end the request: the refusal, and what the engine goes on with
    /// (nothing when it stops there).
    pub fn attempt(&mut self, call: TransportRequest) -> (Option<Refusal>, Option<TransportRequest>) {
        let mut after = None;
        let refusal = self.part(|player| {
            after = Some(player.call(call)?);
            Ok(())
        });
        (refusal, after)
    }

    /// Run a part whose refusal does not end the request; gives the refusal.
    pub fn part(&mut self, run: impl FnOnce(&mut Self) -> Result<(), Stop>) -> Option<Refusal> {
        let before = self.played.refusal.take();
        let end = run(self);
        let gone_on = std::mem::replace(&mut self.played.refusal, before);
        match end {
            Ok(()) | Err(Stop::Engine(_)) => gone_on,
            Err(Stop::Refused(refusal)) => Some(gone_on.unwrap_or(refusal)),
            Err(Stop::Unknown(why)) => {
                self.played.unknown.push(why);
                gone_on
            }
        }
    }

    /// A refusal that shows in an otherwise answered request (failures of shards or of a bulk): the status is
    /// the refusal's, the body is the engine's own.
    pub fn failed(&mut self, refusal: Option<Refusal>) {
        if self.played.failure.is_none() {
            self.played.failure = refusal;
        }
    }

    /// Report one item.
    pub fn item(&mut self, op: &str, index: &str, refusal: Option<Refusal>) {
        self.played.items.push(Item { op: op.to_owned(), index: index.to_owned(), reason: refusal.map(|refusal| refusal.reason) });
    }

    /// Say something beside the answer, once.
    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.played.notes.contains(&note) {
            self.played.notes.push(note);
        }
    }

    /// Something that the model does not know and the answer hangs on.
    pub fn unknown(&mut self, why: impl Into<String>) {
        let why = why.into();
        if !self.played.unknown.contains(&why) {
            self.played.unknown.push(why);
        }
    }

    /// The cluster.
    pub fn cluster(&self) -> &'a Cluster {
        self.resolver.cluster()
    }

    /// Concrete indices of a group, as the engine resolves it behind security.
    pub fn concrete(&self, group: &Group) -> Result<Vec<String>, Stop> {
        Ok(self.resolver.concrete(&group.expressions, group.options, group.streams)?)
    }

    /// How many shards the index has (one where it is not known).
    pub fn shards(&self, index: &str) -> u32 {
        self.resolver.index(index).and_then(|index| index.shards).unwrap_or(1).clamp(1, 1024)
    }

    /// Whether the user sees a document.
    pub fn sees(&mut self, index: &str, document: &crate::engine::cluster::Document) -> bool {
        self.gate.sees(index, document)
    }

    /// One call on the indices of a placeholder, with options from the parameters.
    pub fn call_on(
        &mut self,
        rest: &Rest,
        action: &'static str,
        class: &'static str,
        options: IndicesOptions,
    ) -> Result<TransportRequest, Stop> {
        let group = Group::new(rest.names("index"), rest.options(options)).with_streams();
        self.call(TransportRequest::new(action, class, super::Shape::Many, vec![group]))
    }
}
