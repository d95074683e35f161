//! A new role from a recipe, or from a role that comes with the product.

use serde_json::{Value, json};

use super::entries::create_role;
use crate::engine::catalog::elasticsearch::Catalog;
use crate::engine::catalog::opensearch::{Template, templates};
use crate::engine::change::Change;
use crate::engine::model::Product;
use crate::tui::dialog::Dialog;
use crate::tui::dialog::prompt::{Prompt, Purpose};
use crate::tui::pane::Pane;
use crate::tui::state::State;
use crate::tui::theme::Tone;

/// Ask which template.
pub fn start(state: &mut State) {
    if state.pane != Pane::Roles {
        return state.tell(Tone::Dim, "templates are for roles: `2`");
    }
    let product = product(state);
    let note = format!("a recipe, or a role that comes with {product}");
    let prompt = Prompt::new("new role from", note, "", Purpose::Template).with(names(product));
    state.dialogs.push(Dialog::Prompt(prompt));
}

/// Take the template, and ask for the role's name.
pub fn choose(state: &mut State, mut prompt: Prompt, template: &str) {
    let product = product(state);
    if !names(product).iter().any(|name| name == template) {
        prompt.problem = Some(format!("no template `{template}`; down chooses one"));
        state.dialogs.push(Dialog::Prompt(prompt));
        return;
    }
    let taken = |name: &str| {
        let workspace = state.open.data().workspace();
        let elasticsearch = workspace.elasticsearch().is_some_and(|configuration| configuration.roles.contains_key(name));
        elasticsearch || workspace.configuration().roles.contains_key(name)
    };
    // a role that comes with the product keeps its name to itself
    let predefined = find(product, template).is_none_or(|template| template.is_predefined);
    let name = if predefined || taken(template) { format!("{template}_copy") } else { template.to_owned() };
    let prompt = Prompt::new(format!("new role from {template}"), about(product, template), &name, Purpose::NewFrom(template.to_owned()));
    state.dialogs.push(Dialog::Prompt(prompt));
}

/// The change that makes the role.
pub fn create(state: &State, template: &str, name: &str) -> Option<Change> {
    let product = product(state);
    if let Some(template) = find(product, template) {
        return Some(create_role(&template.role, name.to_owned()));
    }
    let body = Catalog::of(product).reserved_roles().get(template)?.body();
    let mut change = json!({ "change": "create-elasticsearch-role", "role": name });
    for key in ["cluster", "indices", "applications", "run_as"] {
        if let Some(value) = body.get(key) {
            change[key] = value.clone();
        }
    }
    serde_json::from_value::<Change>(Value::Object(change.as_object()?.clone())).ok()
}

fn product(state: &State) -> Product {
    state.open.data().workspace().product()
}

fn find(product: Product, name: &str) -> Option<Template> {
    templates(product).into_iter().find(|template| template.name == name)
}

/// Recipes first, then what comes with the product.
fn names(product: Product) -> Vec<String> {
    if product.is_elasticsearch() {
        return Catalog::of(product).reserved_roles().keys().cloned().collect();
    }
    templates(product).into_iter().map(|template| template.name).collect()
}

fn about(product: Product, name: &str) -> String {
    let Some(template) = find(product, name) else { return "a name".to_owned() };
    match template.with {
        [] => template.summary,
        others => format!("{}; its users need {} besides", template.summary, others.join(" and ")),
    }
}
