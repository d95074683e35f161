//! Examples below the help of each command; a test reads every one as a command line.

pub const PANES: &str = "Examples:
  rolesmith                                   the sample
  rolesmith backup/                           what securityadmin -backup wrote
  rolesmith --read-only --cluster resolve_index.json backup/
  rolesmith check backup/ && echo holds

Without a path, an embedded sample opens. Exit codes of the commands: 0 holds, 1 does not hold, 2 the input is bad.";
pub const CHECK: &str = "Examples:
  rolesmith check backup/ --scenarios scenarios.yml
  rolesmith check backup/ --format junit";
pub const EXPLAIN: &str = "Examples:
  rolesmith explain backup/ --user hanna 'GET hr-*/_search'
  rolesmith explain backup/ --user vector 'POST _bulk' --body bulk.ndjson
  rolesmith explain backup/ --user dana --backend-role developers 'GET k8s-*/_search' --plain";
pub const APPLY: &str = "Examples:
  rolesmith apply --changes changes.yml --diff --dry-run backup/
  rolesmith apply --changes changes.yml backup/";
pub const WHO_CAN: &str = "Examples:
  rolesmith who-can 'DELETE customers-*' backup/
  rolesmith who-can 'PUT _plugins/_security/api/roles/x' backup/ --all";
pub const ACCESS: &str = "Examples:
  rolesmith access backup/ --index 'hr-*' --index 'customers-*'
  rolesmith access backup/ --cluster resolve_index.json --format csv";
pub const DIFF: &str = "Examples:
  rolesmith diff backup-old/ backup-new/
  rolesmith diff main/ branch/ --no-new-access";
pub const REPAIR: &str = "Examples:
  rolesmith repair backup/ --user dana 'GET k8s-*/_search'
  rolesmith repair backup/ --user dana 'GET k8s-*/_search' --take 1";
pub const TUNE: &str = "Examples:
  rolesmith tune backup/ --role log_shipper
  rolesmith tune backup/ --role log_shipper --prune";
pub const LEARN: &str = "Examples:
  rolesmith learn audit.json.gz --user orders
  rolesmith learn audit/one.json audit/two.json --user orders --into backup/ --merge orders_app";
pub const CONVERT: &str = "Examples:
  rolesmith convert old-backup/ --to v7 --out new/";
pub const EXPORT: &str = "Examples:
  rolesmith export backup/";
pub const LINT: &str = "Examples:
  rolesmith lint backup/
  rolesmith lint backup/ --format sarif
  rolesmith lint --explain dangling-role";
pub const GUIDE: &str = "Examples:
  rolesmith guide
  rolesmith guide scenarios";
pub const SCHEMA: &str = "Examples:
  rolesmith schema
  rolesmith schema lint > lint.schema.json";
pub const SAMPLE: &str = "Examples:
  rolesmith sample try-here/";
pub const HASH: &str = "Examples:
  rolesmith hash < password.txt
  rolesmith hash --cost 10 < password.txt";
pub const COMPLETIONS: &str = "Examples:
  rolesmith completions bash > rolesmith.bash
  rolesmith completions fish > rolesmith.fish";
pub const MAN: &str = "Examples:
  rolesmith man > rolesmith.1";
pub const KEYS: &str = "Examples:
  rolesmith keys > ~/.config/rolesmith/keys.toml";

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use crate::cli::Cli;

    /// The words of a line as a shell would split it, up to a redirection or what stands beside the example.
    fn words(line: &str) -> Vec<String> {
        let mut words = Vec::new();
        let mut rest = line.trim();
        while !rest.is_empty() && !rest.starts_with(['<', '>', '&']) && !rest.starts_with("  ") {
            let (word, tail) = match rest.strip_prefix('\'') {
                Some(quoted) => quoted.split_once('\'').unwrap_or((quoted, "")),
                None => rest.split_at(rest.find(' ').unwrap_or(rest.len())),
            };
            words.push(word.to_owned());
            if tail.starts_with("  ") {
                break;
            }
            rest = tail.trim_start();
        }
        words
    }

    #[test]
    fn every_command_has_examples_that_read_as_command_lines() {
        let root = Cli::command();
        let all = root.get_subcommands().chain([&root]);
        for command in all.filter(|command| command.get_name() != "help") {
            let help = command.get_after_help().unwrap_or_else(|| panic!("`{}` has no examples", command.get_name())).to_string();
            let lines: Vec<&str> = help.lines().filter(|line| line.starts_with("  rolesmith")).collect();
            assert!(!lines.is_empty(), "`{}`", command.get_name());
            for line in lines {
                if let Err(error) = Cli::try_parse_from(words(line)) {
                    panic!("{line}: {error}");
                }
            }
        }
    }
}
