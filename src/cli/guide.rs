//! `rolesmith guide TOPIC`

use std::process::ExitCode;

use super::output::{Failure, print};
use crate::guide::{TOPICS, topic};

/// What to show.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A topic; without one they are listed
    topic: Option<String>,
}

/// Print a page.
pub fn run(args: Args) -> Result<ExitCode, Failure> {
    let Some(name) = args.topic else {
        for topic in TOPICS {
            print(&format!("{:12} {}\n", topic.name, topic.title()))?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let Some(topic) = topic(&name) else {
        let names: Vec<&str> = TOPICS.iter().map(|topic| topic.name).collect();
        return Err(Failure::new(format!("the guide has no topic `{name}`"), format!("topics are {}", names.join(", "))));
    };
    print(topic.text)?;
    Ok(ExitCode::SUCCESS)
}
