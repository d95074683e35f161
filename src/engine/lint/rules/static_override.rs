//! An entry under the name of a built-in one.

use super::prelude::*;

/// A built-in role, group or tenant defined again.
pub(super) struct StaticOverride;

impl Rule for StaticOverride {
    fn about(&self) -> About {
        About {
            id: "static-override",
            title: "a role, action group or tenant under the name of a built-in one",
            severity: Error,
            confidence: Certain,
            products: EVERY,
            why: "Open Distro and OpenSearch 2 refuse the whole update (`Cannot override static roles`): the old state stays and new users \
                  get 401. OpenSearch 3 takes the file and ignores the entry, as Elasticsearch does with its reserved roles.",
            wrong: "# product: opensearch-2.19
# roles.yml
readall:  # finds
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
# action_groups.yml
read:  # finds
  allowed_actions: ['indices:data/read/search']
",
            right: "# product: opensearch-2.19
# roles.yml
read_logs:
  index_permissions:
    - index_patterns: ['logs-*']
      allowed_actions: [read]
kibana_read_only:
  reserved: true
readall:
  static: true
  reserved: true
",
        }
    }

    fn check(&self, view: &View<'_>, found: &mut Found) {
        reserved_of_elasticsearch(view, found);
        let configuration = view.input.configuration;
        let refuses = matches!(view.input.product, Product::OpenDistro1_13 | Product::OpenSearch2_19);
        let mut report = |what: &str, name: &str, place: Option<Place>| {
            let place =
                place.map(|place| Place { span: Span { start: place.span.start, end: place.span.start + name.len() as u32 }, ..place });
            let finding = found.add(place, format!("{what} `{name}` is built in and cannot be defined again"));
            if refuses {
                finding.help("give it another name; the engine refuses the whole update");
            } else {
                finding.help("give it another name; the built-in one wins and this one has no effect").severity(Warning);
            }
        };
        // entries with `static: true` are an export of the built-in ones themselves
        for (name, role) in
            configuration.roles.iter().filter(|(name, role)| !role.flags.is_static && view.built_in.roles.contains_key(*name))
        {
            report("role", name, role.place);
        }
        for (name, group) in configuration
            .action_groups
            .iter()
            .filter(|(name, group)| !group.flags.is_static && view.built_in.action_groups.contains_key(*name))
        {
            report("action group", name, group.place);
        }
        for (name, tenant) in
            configuration.tenants.iter().filter(|(name, tenant)| !tenant.flags.is_static && view.built_in.tenants.contains_key(*name))
        {
            report("tenant", name, tenant.place);
        }
    }
}

/// A reserved role of Elasticsearch in roles.yml; what the API prints says that it is reserved itself.
fn reserved_of_elasticsearch(view: &View<'_>, found: &mut Found) {
    let reserved = crate::engine::catalog::elasticsearch::Catalog::of(view.input.product).reserved_roles();
    for (name, role) in view.elasticsearch_roles().filter(|(name, _)| reserved.contains_key(*name)) {
        let exported = role.metadata.as_ref().is_some_and(|metadata| metadata.value["_reserved"] == serde_json::Value::Bool(true));
        if exported {
            continue;
        }
        let place =
            role.place.map(|place| Place { span: Span { start: place.span.start, end: place.span.start + name.len() as u32 }, ..place });
        found
            .add(place, format!("role `{name}` is reserved and cannot be defined again"))
            .help("give it another name; the reserved one wins and this one has no effect")
            .severity(Warning);
    }
}
