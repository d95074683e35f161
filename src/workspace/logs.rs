//! Reading audit logs as streams: files, gzipped files, standard input; memory bounded by the distinct facts.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::engine::tune::Facts;
use crate::engine::tune::audit::{MAX_RECORD, Record, Records, read};

/// How many broken records are kept with their reason.
const SHOWN_BROKEN: usize = 5;
const PIECE: usize = 1 << 20;

/// A log that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file is not there, or not to be read.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The log.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The operator cancelled.
    #[error("cancelled")]
    Cancelled,
}

/// What the logs showed.
#[derive(Debug, Default)]
pub struct Learned {
    /// Distinct facts.
    pub facts: Facts,
    /// Records read, broken ones included.
    pub records: u64,
    /// Bytes read, after unpacking.
    pub bytes: u64,
    /// Records that could not be read.
    pub broken: u64,
    /// The first of them: file, record, why.
    pub first_broken: Vec<(PathBuf, u64, String)>,
}

/// Read logs one after another; `-` is standard input. `progress` is called about every megabyte and may stop
/// the reading. With `user`, records that cannot name the user are not looked into.
pub fn read_logs(
    paths: &[PathBuf],
    user: Option<&str>,
    mut progress: impl FnMut(&Learned) -> ControlFlow<()>,
) -> Result<Learned, LogError> {
    let mut learned = Learned::default();
    let needle = user.filter(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)));
    let finder = needle.map(|name| memchr::memmem::Finder::new(name.as_bytes()));
    for (file, path) in paths.iter().enumerate() {
        let failed = |source| LogError::Read { path: path.clone(), source };
        let mut input = open(path).map_err(failed)?;
        let mut records = Records::default();
        let mut number = 0;
        let mut piece = vec![0; PIECE];
        loop {
            let length = match input.read(&mut piece) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(error)),
            };
            learned.bytes += length as u64;
            let mut take = |record: &[u8], whole: bool| {
                number += 1;
                learned.records += 1;
                if finder.as_ref().is_some_and(|finder| finder.find(record).is_none()) {
                    return;
                }
                let record = if whole { read(record) } else { Record::Broken(format!("longer than {MAX_RECORD} bytes")) };
                match record {
                    Record::Events(events) => {
                        for event in events {
                            if user.is_none_or(|user| event.observation.user == user) {
                                learned.facts.add(event.observation, event.count, file as u32, number);
                            }
                        }
                    }
                    Record::Broken(why) => {
                        learned.broken += 1;
                        if learned.first_broken.len() < SHOWN_BROKEN {
                            learned.first_broken.push((path.clone(), number, why));
                        }
                    }
                }
            };
            if length == 0 {
                records.finish(&mut take);
                break;
            }
            records.push(&piece[..length], &mut take);
            if progress(&learned).is_break() {
                return Err(LogError::Cancelled);
            }
        }
    }
    Ok(learned)
}

/// A gzipped file is known by its first two bytes, whatever its name.
fn open(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut raw: Box<dyn Read> = if path == Path::new("-") { Box::new(io::stdin().lock()) } else { Box::new(File::open(path)?) };
    let mut head = Vec::new();
    raw.by_ref().take(2).read_to_end(&mut head)?;
    let packed = head == [0x1f, 0x8b];
    let whole = io::Cursor::new(head).chain(raw);
    Ok(if packed { Box::new(BufReader::new(MultiGzDecoder::new(whole))) } else { Box::new(whole) })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const LINE: &str = r#"{"audit_category":"GRANTED_PRIVILEGES","audit_request_layer":"TRANSPORT","audit_request_effective_user":"svc","audit_request_privilege":"indices:data/read/get","audit_trace_resolved_indices":["hr"]}"#;

    fn learn(bytes: &[u8]) -> Learned {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        read_logs(&[file.path().to_owned()], Some("svc"), |_| ControlFlow::Continue(())).unwrap()
    }

    #[test]
    fn packed_and_plain_logs_give_the_same_facts() {
        let text = format!("{LINE}\n{LINE}\n");
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(text.as_bytes()).unwrap();
        let (plain, packed) = (learn(text.as_bytes()), learn(&packed.finish().unwrap()));
        let facts = |learned: &Learned| {
            learned.facts.of("svc").map(|(action, index, support)| format!("{action} {index} {}", support.count)).collect::<Vec<_>>()
        };
        assert_eq!(facts(&plain), ["indices:data/read/get hr 2"]);
        assert_eq!(facts(&plain), facts(&packed));
    }

    #[test]
    fn broken_lines_are_counted_and_the_rest_is_read() {
        let learned = learn(format!("{LINE}\n{{\"svc\": broken\n\n{LINE}\nsvc what\n").as_bytes());
        assert_eq!(learned.facts.of("svc").next().map(|(_, _, support)| support.count), Some(2));
        assert_eq!(learned.broken, 2);
        assert_eq!(learned.first_broken[0].1, 2);
    }

    #[test]
    fn a_missing_log_and_a_cancelled_one_are_errors() {
        let missing = read_logs(&["no-such-log".into()], None, |_| ControlFlow::Continue(()));
        assert!(matches!(missing, Err(LogError::Read { .. })));
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(LINE.as_bytes()).unwrap();
        assert!(matches!(read_logs(&[file.path().to_owned()], None, |_| ControlFlow::Break(())), Err(LogError::Cancelled)));
    }
}
