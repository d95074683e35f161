//! The panes: a state of plain data, an `update` without I/O, a `view` that reads the state, and a
//! runtime that carries effects out on worker threads.
//!
//! A key goes through the one table of [`bindings`] to an [`action`], `update` changes the [`state`]
//! and returns effects, `view` draws. Everything slow or outside is an effect; its answer comes back
//! as an event, and an answer to an older question is dropped.

pub mod access;
pub mod action;
pub mod bindings;
pub mod coverage;
pub mod data;
pub mod dialog;
pub mod difference;
pub mod disk;
pub mod escape;
pub mod event;
pub mod filter;
pub mod graph;
pub mod holders;
pub mod input;
pub mod key;
pub mod keymap;
pub mod layout;
pub mod line;
pub mod list;
pub mod log;
pub mod open;
pub mod opening;
pub mod options;
pub mod pane;
pub mod picture;
pub mod progress;
pub mod raw;
pub mod run;
pub mod scroll;
pub mod session;
pub mod signals;
pub mod simulation;
pub mod state;
pub mod study;
pub mod symbols;
pub mod terminal;
pub mod theme;
pub mod tour;
pub mod update;
pub mod view;
pub mod widget;
pub mod worker;

pub use opening::open as open_files;
pub use options::{Options, keys};
pub use run::run;
