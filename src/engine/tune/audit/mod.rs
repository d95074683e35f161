//! Audit logs of every recorded shape, one record at a time.
//!
//! The bytes of a log arrive in pieces of any size ([`Records`] cuts them into JSON values or lines); each
//! record becomes observations. A broken record is counted and reported, never fatal.

mod count;
mod event;
mod plain;
mod records;
mod scan;
mod wrapped;

pub use count::Counter;
pub use records::{MAX_RECORD, Records};

use super::fact::Observation;
use event::Event;

/// What one record of a log gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// Events; none when the record is of a kind that shows no privilege (a login, a document read).
    Events(Vec<Counted>),
    /// The record could not be read; why, in a few words.
    Broken(String),
}

/// An observation and how often it was made: once for an event, a bucket's count for an aggregation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// What was observed.
    pub observation: Observation,
    /// How often.
    pub count: u64,
}

/// Read one record: an audit document, a hit or a page of a search response, a plain log line.
pub fn read(record: &[u8]) -> Record {
    let text = record.trim_ascii();
    match text.first() {
        None => Record::Events(Vec::new()),
        Some(b'{') => json(text),
        Some(_) => plain::read(text),
    }
}

fn json(text: &[u8]) -> Record {
    // one pass for the usual line; anything wrapped takes the slow way
    match serde_json::from_slice::<Event<'_>>(text) {
        Ok(event) if event.is_audit() => Record::Events(event.observation().map(once).into_iter().collect()),
        _ => match serde_json::from_slice(text) {
            Ok(value) => Record::Events(wrapped::unwrap(value)),
            Err(error) => Record::Broken(format!("not JSON: {error}")),
        },
    }
}

fn once(observation: Observation) -> Counted {
    Counted { observation, count: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Observation {
        match read(text.as_bytes()) {
            Record::Events(mut events) if events.len() == 1 => events.remove(0).observation,
            other => panic!("expected one event from {text}: {other:?}"),
        }
    }

    const GRANTED: &str = r#"{"audit_cluster_name":"prod","audit_category":"GRANTED_PRIVILEGES","audit_format_version":4,"audit_request_layer":"TRANSPORT","audit_request_effective_user":"svc","audit_request_privilege":"indices:data/write/bulk[s]","audit_trace_indices":["logs-*"],"audit_trace_resolved_indices":["logs-a","logs-b"]}"#;

    #[test]
    fn an_opensearch_event_gives_its_resolved_indices() {
        let seen = one(GRANTED);
        assert_eq!((seen.user.as_str(), seen.action.as_str(), seen.granted), ("svc", "indices:data/write/bulk[s]", true));
        assert_eq!(seen.indices, ["logs-a", "logs-b"]);
    }

    #[test]
    fn a_hit_a_page_and_a_shipped_message_hold_the_same_event() {
        assert_eq!(one(&format!(r#"{{"_index":"security-auditlog","_source":{GRANTED}}}"#)), one(GRANTED));
        assert_eq!(one(&format!(r#"{{"took":1,"hits":{{"total":1,"hits":[{{"_source":{GRANTED}}}]}}}}"#)), one(GRANTED));
        let quoted = serde_json::to_string(GRANTED).unwrap();
        assert_eq!(one(&format!(r#"{{"@timestamp":"x","message":{quoted}}}"#)), one(GRANTED));
    }

    #[test]
    fn events_that_show_no_privilege_give_none() {
        for quiet in [
            r#"{"audit_category":"AUTHENTICATED","audit_request_effective_user":"svc"}"#,
            r#"{"audit_category":"GRANTED_PRIVILEGES","audit_request_layer":"REST","audit_request_effective_user":"svc"}"#,
            r#"{"type":"audit","event.type":"rest","event.action":"authentication_success","user.name":"svc"}"#,
            "",
        ] {
            assert_eq!(read(quiet.as_bytes()), Record::Events(vec![]), "{quiet}");
        }
    }

    #[test]
    fn an_elasticsearch_event_is_read_in_both_of_its_forms() {
        let json = r#"{"type":"audit","timestamp":"t","event.type":"transport","event.action":"access_denied","user.name":"bob","request.id":"r1","action":"indices:data/read/search","indices":["hr"]}"#;
        let line = "[2018-10-01T10:00:00,000] [n1] [transport] [access_denied] origin_type=[rest], origin_address=[127.0.0.1], principal=[bob], realm=[native], action=[indices:data/read/search], indices=[hr], request=[SearchRequest]";
        let seen = one(json);
        assert_eq!((seen.granted, seen.indices.as_slice()), (false, ["hr".to_owned()].as_slice()));
        assert_eq!(one(line), seen);
        let shipped = r#"{"event":{"action":"access_denied","type":"transport"},"user":{"name":"bob"},"elasticsearch":{"audit":{"action":"indices:data/read/search","indices":["hr"]}}}"#;
        assert_eq!(one(shipped), seen);
    }

    #[test]
    fn buckets_of_the_printed_aggregation_count_as_often_as_they_say() {
        let page = r#"{"aggregations":{"facts":{"buckets":[{"key":{"user":"svc","action":"cluster:monitor/health","index":null,"result":"GRANTED_PRIVILEGES"},"doc_count":41}]}}}"#;
        let Record::Events(events) = read(page.as_bytes()) else { panic!("not read") };
        assert_eq!(events[0].count, 41);
        assert!(events[0].observation.indices.is_empty() && events[0].observation.granted);
    }

    #[test]
    fn a_broken_record_says_why() {
        assert!(matches!(read(b"{\"audit_category\": \"GRANTED"), Record::Broken(why) if why.starts_with("not JSON")));
        assert!(matches!(read(b"\xff\xfe what"), Record::Broken(_)));
    }
}
