//! Reading audit logs as streams: files, gzipped files, standard input; memory bounded by the distinct facts.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::engine::tune::Facts;
use crate::engine::tune::audit::{Counter, MAX_RECORD, Records};

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
    /// How far the reading came.
    pub read: Progress,
    /// The first broken records: file, line, why.
    pub first_broken: Vec<(PathBuf, u64, String)>,
}

/// How far the reading of logs came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Records read, broken ones included.
    pub records: u64,
    /// Bytes read, after unpacking.
    pub bytes: u64,
    /// Records that could not be read.
    pub broken: u64,
    /// Distinct facts.
    pub facts: usize,
}

/// Read logs one after another; `-` is standard input. `progress` is called about every megabyte and may stop
/// the reading.
///
/// # Errors
/// When a log cannot be read, or `progress` stopped the reading.
pub fn read_logs(
    paths: &[PathBuf],
    user: Option<&str>,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Learned, LogError> {
    let mut counter = Counter::new(user);
    let mut learned = Learned::default();
    for (file, path) in paths.iter().enumerate() {
        let failed = |source| LogError::Read { path: path.clone(), source };
        let mut input = open(path).map_err(failed)?;
        let mut records = Records::default();
        let mut piece = vec![0; PIECE];
        loop {
            let length = match input.read(&mut piece) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(failed(error)),
            };
            learned.read.bytes += length as u64;
            let mut take = |record: &[u8], line: u64, whole: bool| {
                learned.read.records += 1;
                let taken = if whole { counter.take(record, file as u32, line) } else { Err(format!("longer than {MAX_RECORD} bytes")) };
                if let Err(why) = taken {
                    learned.read.broken += 1;
                    if learned.first_broken.len() < SHOWN_BROKEN {
                        learned.first_broken.push((path.clone(), line, why));
                    }
                }
            };
            if length == 0 {
                records.finish(&mut take);
                break;
            }
            records.push(&piece[..length], &mut take);
            learned.read.facts = counter.facts().len();
            if progress(learned.read).is_break() {
                return Err(LogError::Cancelled);
            }
        }
    }
    learned.facts = counter.into_facts();
    learned.read.facts = learned.facts.len();
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
        assert_eq!(learned.read.broken, 2);
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
