//! The lossless document: what is parsed comes back byte for byte, what is edited reads as meant, and
//! nothing else moves.

#[path = "yaml/support.rs"]
mod support;

#[path = "yaml/complaints.rs"]
mod complaints;
#[path = "yaml/examples.rs"]
mod examples;
#[path = "yaml/nasty.rs"]
mod nasty;
#[path = "yaml/nested.rs"]
mod nested;
#[path = "yaml/properties.rs"]
mod properties;
