//! Every structured edit end to end: keys through the production keymap, the files' lines that come and go,
//! and the way back and forth again.

use rolesmith::engine::model::opensearch::Configuration;
use rolesmith::tui::dialog::Dialog;
use rolesmith::tui::event::Event;
use rolesmith::tui::layout::Focus;
use rolesmith::tui::state::State;

#[path = "support/panes.rs"]
mod panes;

use panes::{USUAL, after, keys_of, screen, settle};

/// Hands on the keyboard.
struct Hands(State);

impl Hands {
    /// On the sample, in the pane of a digit.
    fn on(pane: &str) -> Self {
        Hands(after(USUAL, pane))
    }

    fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys_of(keys) {
            settle(&mut self.0, Event::Key(key));
        }
        self
    }

    /// To a row of the list, by a count.
    fn row(&mut self, name: &str) -> &mut Self {
        self.0.focus = Focus::List;
        let at = self.0.list().names().iter().position(|have| have == name).unwrap_or_else(|| panic!("no row `{name}`"));
        self.press(&format!("#{}G", at + 1));
        assert_eq!(self.0.list().name(), Some(name));
        self
    }

    /// To a line of the detail, by a count.
    fn line(&mut self, text: &str) -> &mut Self {
        if self.0.focus == Focus::List {
            self.press("<enter>");
        }
        let at = self.0.detail.lines().iter().position(|line| line.text().contains(text));
        let at = at.unwrap_or_else(|| panic!("no line `{text}` in\n{}", self.0.detail.text()));
        self.press(&format!("#{}G", at + 1))
    }

    fn all(&self) -> &Configuration {
        self.0.open.data().configuration()
    }

    /// The lines that saving would add and remove.
    fn diff(&self) -> (Vec<String>, Vec<String>) {
        let text: String = self.0.open.data().workspace().text_diff().into_iter().map(|diff| diff.text).collect();
        let of = |sign: char| {
            let lines = text.lines().filter(|line| line.starts_with(sign) && !line.starts_with("+++") && !line.starts_with("---"));
            lines.map(|line| line[1..].replace(['"', '\''], "").trim().to_owned()).filter(|line| !line.is_empty()).collect()
        };
        (of('+'), of('-'))
    }

    fn bytes(&self) -> Vec<Vec<u8>> {
        self.0.open.data().workspace().files().iter().map(|file| file.document().bytes().to_vec()).collect()
    }

    /// The lines that come and go are these; undo leads back to the files as they were, redo to the same
    /// bytes again.
    fn changes(&mut self, added: &[&str], removed: &[&str]) -> &mut Self {
        assert_eq!(self.diff(), (strings(added), strings(removed)), "{:?}", self.0.notice);
        self.there_and_back()
    }

    fn there_and_back(&mut self) -> &mut Self {
        assert!(self.0.dialogs.is_empty(), "{}", screen(&self.0));
        let edited = self.bytes();
        assert!(screen(&self.0).contains("unsaved"), "edits are not marked:\n{}", screen(&self.0));
        self.press("#99u");
        assert!(!self.0.open.is_dirty(), "{:?}", self.diff());
        assert!(!screen(&self.0).contains("unsaved"));
        self.press("#99U");
        assert_eq!(self.bytes(), edited);
        self
    }
}

fn strings(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

fn texts(items: &[rolesmith::source::Located<String>]) -> Vec<&str> {
    items.iter().map(|item| item.as_str()).collect()
}

#[test]
fn users_get_a_password_attributes_and_backend_roles() {
    let mut hands = Hands::on("1");
    hands.row("vector").press("Pn3w-s3cret<enter>");
    let hash = hands.all().internal_users["vector"].hash.as_ref().unwrap().reveal().to_owned();
    assert!(bcrypt::verify("n3w-s3cret", &hash).unwrap());
    assert_eq!(hands.diff(), (strings(&["hash: (masked)"]), strings(&["hash: (masked)"])));
    hands.there_and_back();

    let mut hands = Hands::on("1");
    hands.row("vector").line("attributes").press("ateam = shipping<enter>");
    assert_eq!(hands.all().internal_users["vector"].attributes["team"].as_str(), "shipping");
    hands.there_and_back();
    hands.line("team: shipping").press("e<ctrl-u>logs<enter>");
    assert_eq!(hands.all().internal_users["vector"].attributes["team"].as_str(), "logs");
    hands.there_and_back();
    hands.line("team: logs").press("d");
    assert!(hands.all().internal_users["vector"].attributes.is_empty());
    hands.there_and_back();

    let mut hands = Hands::on("1");
    hands.row("hanna").line("department: berlin").press("e<ctrl-u>bonn<enter>");
    hands.changes(&["department: bonn"], &["department: berlin"]);

    let mut hands = Hands::on("1");
    hands.row("hanna").line("backend roles").press("aaudit<enter>");
    hands.changes(&["- audit"], &[]);
    hands.line("  audit").press("e<ctrl-u>auditors<enter>");
    assert_eq!(texts(&hands.all().internal_users["hanna"].backend_roles), ["hr", "kibanauser", "auditors"]);
    hands.line("  kibanauser").press("d");
    assert_eq!(texts(&hands.all().internal_users["hanna"].backend_roles), ["hr", "auditors"]);
    hands.line("roles given directly").press("ahr_export<enter>");
    assert_eq!(texts(&hands.all().internal_users["hanna"].security_roles), ["hr_export"]);
    hands.line("description").press("e<ctrl-u>People<enter>");
    hands.there_and_back();
}

#[test]
fn roles_get_cluster_permissions_with_completion() {
    let mut hands = Hands::on("2");
    hands.row("k8s_viewer").line("cluster permissions").press("acluster_mon");
    assert!(screen(&hands.0).contains("cluster_monitor"), "{}", screen(&hands.0));
    hands.press("<tab><enter>");
    hands.changes(&["- cluster_monitor"], &[]);
    hands.line("  cluster_monitor").press("d");
    assert_eq!(hands.diff(), (vec![], vec![]));
}

#[test]
fn index_rules_get_patterns_and_actions_and_a_typo_is_doubted() {
    let mut hands = Hands::on("2");
    hands.row("platform_ops").line("logs-*").press("e<ctrl-u>log-*<enter>");
    hands.changes(&["- log-*"], &["- logs-*"]);

    let mut hands = Hands::on("2");
    hands.row("platform_ops").line("    read").press("asaerch<enter>");
    assert!(screen(&hands.0).contains("did you mean `search`"), "{}", screen(&hands.0));
    hands.press("<ctrl-u>search<enter>");
    hands.changes(&["- search"], &[]);

    let mut hands = Hands::on("2");
    hands.row("hr_export").line("index rule 1").press("nsalaries-*: read, search<enter>");
    let rules = &hands.all().roles["hr_export"].index_permissions;
    assert_eq!((texts(&rules[1].index_patterns), texts(&rules[1].allowed_actions)), (vec!["salaries-*"], vec!["read", "search"]));
    hands.there_and_back();
    hands.line("index rule 2").press("d");
    assert_eq!(hands.diff(), (vec![], vec![]));
}

#[test]
fn dls_is_typed_in_a_text_area_that_checks_json() {
    let mut hands = Hands::on("2");
    hands.row("hr_export").line("documents (DLS)").press("e{\"term\": {\"dept\": 1<ctrl-s>");
    assert!(matches!(hands.0.dialogs.last(), Some(Dialog::Area(_))) && screen(&hands.0).contains("not JSON at 1:"));
    hands.press("}}<ctrl-s>");
    let rule = &hands.all().roles["hr_export"].index_permissions[0];
    assert_eq!(rule.dls.as_ref().unwrap().as_str(), "{\"term\": {\"dept\": 1}}");
    hands.there_and_back();
    hands.line("documents (DLS)").press("d");
    assert!(hands.all().roles["hr_export"].index_permissions[0].dls.is_none());
    assert_eq!(hands.diff(), (vec![], vec![]));
}

#[test]
fn rules_get_fields_masks_and_tenants() {
    let mut hands = Hands::on("2");
    hands.row("hr_analyst").line("    ~iban").press("a~phone<enter>");
    hands.changes(&["- ~phone"], &[]);
    hands.line("    ~salary").press("d");
    assert_eq!(texts(&hands.all().roles["hr_analyst"].index_permissions[0].fls), ["~iban", "~phone"]);
    hands.line("masked fields").press("abirthday::sha512<enter>");
    hands.line("    name").press("e<ctrl-u>full_name<enter>");
    hands.there_and_back();
    let masked = texts(&hands.all().roles["hr_analyst"].index_permissions[0].masked_fields);
    assert!(masked.contains(&"birthday::sha512") && masked.contains(&"full_name") && !masked.contains(&"name"), "{masked:?}");

    let mut hands = Hands::on("2");
    hands.row("hr_analyst").line("cluster permissions").press("ntenant platform: kibana_all_read<enter>");
    let rules = &hands.all().roles["hr_analyst"].tenant_permissions;
    assert_eq!((texts(&rules[1].tenant_patterns), texts(&rules[1].allowed_actions)), (vec!["platform"], vec!["kibana_all_read"]));
    hands.there_and_back();
    hands.line("    hr_reports").press("e<ctrl-u>hr_*<enter>");
    hands.line("tenant rule 2").press("d");
    assert_eq!(hands.all().roles["hr_analyst"].tenant_permissions.len(), 1);
    hands.there_and_back();
}

#[test]
fn mappings_get_users_backend_roles_and_hosts() {
    let mut hands = Hands::on("3");
    hands.row("log_shipper").line("users").press("afluent<enter>");
    hands.changes(&["- fluent"], &[]);
    hands.line("backend roles (any one)").press("ashippers<enter>");
    hands.line("backend roles (all of them)").press("aone<enter>");
    hands.line("backend roles (all of them)").press("atwo<enter>");
    hands.line("hosts").press("a10.0.*<enter>");
    hands.line("  vector").press("d");
    let mapping = &hands.all().roles_mapping["log_shipper"];
    assert_eq!((texts(&mapping.users), texts(&mapping.backend_roles)), (vec!["fluent"], vec!["shippers"]));
    assert_eq!((texts(&mapping.and_backend_roles), texts(&mapping.hosts)), (vec!["one", "two"], vec!["10.0.*"]));
    hands.there_and_back();

    let mut hands = Hands::on("2");
    hands.row("readall").press("mbackend:auditors<enter>");
    assert_eq!(texts(&hands.all().roles_mapping["readall"].backend_roles), ["auditors"]);
    hands.there_and_back();
}

#[test]
fn action_groups_are_made_filled_and_renamed_with_their_references() {
    let mut hands = Hands::on("4");
    hands.press("nreporting<enter>");
    assert_eq!(hands.0.list().name(), Some("reporting"));
    hands.press("asearch<enter>").there_and_back();
    assert_eq!(texts(&hands.all().action_groups["reporting"].allowed_actions), ["search"]);

    let mut hands = Hands::on("4");
    hands.row("view_settings").press("r<ctrl-u>see_settings<enter>");
    let actions = texts(&hands.all().roles["platform_ops"].index_permissions[0].allowed_actions);
    assert!(actions.contains(&"see_settings") && !actions.contains(&"view_settings"), "{actions:?}");
    hands.there_and_back();
    let (added, removed) = hands.diff();
    assert_eq!((added.len(), removed.len()), (2, 2), "{added:?} {removed:?}");
}

#[test]
fn tenants_and_settings_are_made_edited_and_deleted() {
    let mut hands = Hands::on("7");
    hands.press("nlegal<enter>").line("description").press("eContracts<enter>");
    assert_eq!(hands.all().tenants["legal"].description.as_ref().unwrap().as_str(), "Contracts");
    hands.there_and_back();

    let mut hands = Hands::on("7");
    hands.row("hr_reports").press("r<ctrl-u>people<enter>");
    assert_eq!(texts(&hands.all().roles["hr_analyst"].tenant_permissions[0].tenant_patterns), ["people"]);
    hands.there_and_back();

    let mut hands = Hands::on("7");
    hands.row("platform").press("d");
    assert!(screen(&hands.0).contains("k8s_viewer") && screen(&hands.0).contains("breaks"), "{}", screen(&hands.0));
    hands.press("y");
    assert!(!hands.all().tenants.contains_key("platform"));
    hands.there_and_back();

    let mut hands = Hands::on("8");
    hands.row("do_not_fail_on_forbidden").press("e<ctrl-u>true<enter>");
    hands.changes(&["do_not_fail_on_forbidden: true"], &["do_not_fail_on_forbidden: false"]);
    hands.press("nrespect_request_indices_options=true<enter>");
    assert_eq!(hands.all().dynamic.get("respect_request_indices_options").unwrap().value, serde_json::json!(true));
    hands.there_and_back();
    hands.row("respect_request_indices_options").press("dy");
    assert!(hands.all().dynamic.get("respect_request_indices_options").is_none());
    hands.there_and_back();
}

#[test]
fn entries_are_duplicated() {
    let mut hands = Hands::on("2");
    hands.row("hr_analyst").press("c<ctrl-u>hr_reader<enter>");
    let all = hands.all();
    assert_eq!(texts(&all.roles["hr_reader"].index_permissions[0].fls), texts(&all.roles["hr_analyst"].index_permissions[0].fls));
    hands.there_and_back();

    // A built-in role becomes one of one's own.
    let mut hands = Hands::on("2");
    hands.row("readall").press("c<ctrl-u>read_logs<enter>");
    assert_eq!(texts(&hands.all().roles["read_logs"].index_permissions[0].index_patterns), ["*"]);
    hands.there_and_back();

    let mut hands = Hands::on("1");
    hands.row("hanna").press("c<ctrl-u>heidi<enter>");
    assert!(screen(&hands.0).contains("password of heidi"), "{}", screen(&hands.0));
    hands.press("pw<enter>");
    assert_eq!(texts(&hands.all().internal_users["heidi"].backend_roles), ["hr", "kibanauser"]);
    hands.there_and_back();

    for (pane, from, to) in [("3", "k8s_viewer", "own"), ("4", "view_settings", "own"), ("7", "platform", "own")] {
        let mut hands = Hands::on(pane);
        hands.row(from).press(&format!("c<ctrl-u>{to}<enter>"));
        assert_eq!(hands.0.list().name(), Some(to));
        hands.there_and_back();
    }
}

#[test]
fn a_role_is_renamed_with_its_references_and_deleted_with_what_breaks() {
    let mut hands = Hands::on("2");
    hands.row("log_shipper").press("r<ctrl-u>shipper<enter>");
    assert!(hands.all().roles.contains_key("shipper") && hands.all().roles_mapping.contains_key("shipper"));
    hands.changes(&["shipper:", "shipper:"], &["log_shipper:", "log_shipper:"]);

    let mut hands = Hands::on("2");
    hands.row("log_shipper").press("d");
    let shown = screen(&hands.0);
    assert!(shown.contains("delete log_shipper?") && shown.contains("roles_mapping.yml:29:1"), "{shown}");
    hands.press("n");
    assert!(!hands.0.open.is_dirty());
    hands.press("dy");
    assert!(!hands.all().roles.contains_key("log_shipper"));
    hands.there_and_back();

    let mut hands = Hands::on("1");
    hands.row("vector").press("r<ctrl-u>fluent<enter>");
    assert_eq!(texts(&hands.all().roles_mapping["log_shipper"].users), ["fluent"]);
    hands.there_and_back();
}

#[test]
fn reserved_entries_ask_first_and_static_ones_cannot_be_changed() {
    let mut hands = Hands::on("1");
    hands.row("admin").line("backend roles").press("aaudit<enter>");
    assert!(screen(&hands.0).contains("is reserved"), "{}", screen(&hands.0));
    hands.press("n");
    assert!(!hands.0.open.is_dirty());
    hands.press("aaudit<enter>y");
    assert_eq!(texts(&hands.all().internal_users["admin"].backend_roles), ["admin", "audit"]);
    // Once agreed, it is not asked again.
    hands.press("amore<enter>");
    hands.there_and_back();

    let mut hands = Hands::on("2");
    hands.row("readall").line("cluster permissions").press("aread<enter>");
    assert!(!hands.0.open.is_dirty(), "{:?}", hands.diff());
    assert!(hands.0.notice.is_some() || !hands.0.dialogs.is_empty(), "nothing is said:\n{}", screen(&hands.0));
}

#[test]
fn bulk_edits_add_remove_map_and_delete_over_marks_in_one_step() {
    let marked = |keys: &str| {
        let mut hands = Hands::on("1");
        hands.row("otto").press("<space><space><space>");
        assert_eq!(hands.0.list().marked(), 3);
        hands.press(keys);
        hands
    };
    let step = |mut hands: Hands| {
        let edited = hands.bytes();
        hands.press("u");
        assert!(!hands.0.open.is_dirty(), "more than one step: {:?}", hands.diff());
        hands.press("U");
        assert_eq!(hands.bytes(), edited);
    };
    let hands = marked("aaudit<enter>");
    for user in ["otto", "erin", "hanna"] {
        assert!(texts(&hands.all().internal_users[user].backend_roles).contains(&"audit"), "{user}");
    }
    step(hands);
    let hands = marked("xkibanauser<enter>");
    for user in ["otto", "erin", "hanna"] {
        assert!(!texts(&hands.all().internal_users[user].backend_roles).contains(&"kibanauser"), "{user}");
    }
    step(hands);
    let hands = marked("mreadall<enter>");
    assert_eq!(texts(&hands.all().roles_mapping["readall"].users), ["erin", "hanna", "otto"]);
    step(hands);
    let hands = marked("dy");
    assert!(!hands.all().internal_users.contains_key("erin"));
    assert_eq!(hands.all().internal_users.len(), 4);
    step(hands);
}

#[test]
fn counts_move_repeat_and_undo() {
    let mut hands = Hands::on("2");
    hands.press("#3j");
    assert_eq!(hands.0.list().name(), Some("hr_analyst"));
    hands.press("<alt-2>k");
    assert_eq!(hands.0.list().name(), Some("platform_ops"));
    hands.press("#1G");
    assert_eq!(hands.0.list().name(), Some("log_shipper"));
    hands.press("#5<esc>j");
    assert_eq!(hands.0.list().name(), Some("platform_ops"), "escape drops the number and does nothing else");
    // An edit repeated on the next three entries is one step.
    hands.press("#1Gaindices:data/read/get<enter>j#3.");
    let holds =
        |hands: &Hands, role: &str| texts(&hands.all().roles[role].index_permissions[0].allowed_actions).contains(&"indices:data/read/get");
    for role in ["log_shipper", "platform_ops", "k8s_viewer", "hr_analyst"] {
        assert!(holds(&hands, role), "{role}");
    }
    assert!(!holds(&hands, "hr_export"));
    hands.press("u");
    assert!(holds(&hands, "log_shipper") && !holds(&hands, "platform_ops"));
    hands.press("#2u");
    assert!(!hands.0.open.is_dirty());
}

#[test]
fn a_request_is_edited_in_the_scenario_file() {
    let mut hands = Hands::on("5");
    hands.press("nGET hr-*/_count<enter>K");
    assert!(hands.0.open.is_dirty());
    let (added, removed) = hands.diff();
    assert!(added.iter().any(|line| line.contains("hr-*/_count")) && removed.is_empty(), "{added:?} {removed:?}");
    hands.there_and_back();
}

#[test]
fn what_was_done_is_written_without_what_was_taken_back_and_without_hashes() {
    let mut hands = Hands::on("2");
    hands.press("none<enter>ntwo<enter>u1");
    hands.row("vector").press("Psecret<enter>");
    let (text, count) = hands.0.log.text();
    assert_eq!(count, 1);
    assert!(text.contains("role: one") && !text.contains("role: two") && !text.contains("$2"), "{text}");
}
