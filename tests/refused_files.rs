//! Roles of broken form as they stand in roles.yml (and a few in the API's JSON), asked of the engine's own parser:
//! what it says, with its own count of lines and columns, in 6.8.23, 7.17.28, 8.17.0 and 9.1.0.
//!
//! `refused_files.jsonl` holds the file and each version's answer, none where it takes the role. The role is given to
//! the parser as the file realm gives it: without the lines that are blank or begin with `#`, with fields in the 2.x
//! form allowed; text that begins with `{` is the body of the API. Left out are texts of the YAML reader itself
//! (keys that stand there twice, characters that 6.8 does not read), numbers that only 6.8 takes for texts (`+1`,
//! `0x1F`, `1_000`), and what 9.1 finds in the privileges and patterns of `global`.

use rolesmith::engine::evaluate::elasticsearch::refusals;
use rolesmith::engine::model::Product;
use rolesmith::engine::model::elasticsearch::{Configuration, read_roles};
use rolesmith::source::FileId;
use rolesmith::yaml::Document;
use serde_json::Value;

fn answer(product: Product, text: &str) -> Value {
    let text = if text.starts_with('{') { format!("{{\"bad\":{text}}}") } else { text.to_owned() };
    let document = Document::parse(FileId(0), text.into_bytes());
    assert!(document.problems().is_empty(), "{:?}", document.problems());
    let roles = read_roles(document.root().unwrap(), &mut Vec::new());
    let configuration = Configuration { roles, ..Configuration::default() };
    match refusals(product, &configuration, None).iter().collect::<Vec<_>>()[..] {
        [] => Value::Null,
        [(name, refusal)] => {
            assert_eq!(name, "bad");
            format!("{}: {refusal}", refusal.class.java()).into()
        }
        ref more => panic!("{more:?}"),
    }
}

#[test]
fn the_file_realm_is_refused_in_the_engines_words_at_its_place() {
    let lines = include_str!("fixtures/elasticsearch/refused_files.jsonl").lines();
    let (mut asked, mut wrong) = (0, Vec::new());
    for line in lines {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = case["text"].as_str().unwrap();
        for (engine, recorded) in case["answers"].as_object().unwrap() {
            let ours = answer(engine.parse().unwrap(), text);
            asked += 1;
            if ours != *recorded {
                wrong.push(format!("{engine}\n{text}recorded {recorded}\nanswered {ours}\n"));
            }
        }
    }
    println!("{} of {asked} agree", asked - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked > 500, "{asked}");
}
