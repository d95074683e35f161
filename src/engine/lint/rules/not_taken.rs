//! What a reader could not take, where no rule says more.

use super::prelude::*;

/// The readers' own problems.
pub(super) struct NotTaken;

impl Rule for NotTaken {
    fn about(&self) -> About {
        About {
            id: "not-taken",
            title: "something in a file that the reader cannot take",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "What is not taken decides nothing here, and the engine refuses the file or ignores the entry.",
            wrong: "# roles.yml
analyst:
  index_permissions:
    index_patterns: ['logs-*']  # finds
",
            right: "# roles.yml
analyst:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        for file in view.input.files.iter().filter(|file| file.kind != FileKind::Unknown) {
            for problem in file.problems {
                let finding = found.add(problem.place, problem.message.clone()).severity(problem.severity);
                if let Some(help) = &problem.help {
                    finding.help(help.clone());
                }
            }
        }
    }
}
