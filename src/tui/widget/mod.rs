//! Parts of the screen, each drawn from the state; one file a widget.

pub mod detail;
pub mod dialog;
pub mod footer;
pub mod grid;
pub mod list;
pub mod matrix;
pub mod paint;
pub mod prompt;
pub mod tabs;
