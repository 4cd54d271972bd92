//! A plan into the text of `profile.toml`, in place: only the values that
//! differ are touched, so comments, order and unknown keys stay.

use std::collections::BTreeMap;
use std::path::Path;

use toml_edit::{
    Array, ArrayOfTables, Datetime, DocumentMut, InlineTable, Item, Table, TableLike, Value,
};

use super::host_edit::set_host;
use super::in_place::{comment_of, put, put_section, with_newlines_of};
use super::plan_file::{PlanFile, SCHEMA, is_loaded_of_old, read};
use super::value::{parse_word, wave_number, word_of};
use super::{columns_table, draft, settings_table};
use crate::plan::{Address, Plan, Task, Wave};

/// A whole `profile.toml` with every key and its comment.
const TEMPLATE: &str = include_str!("template.toml");

/// The text for a profile that has no `profile.toml` yet; `None` when a plan
/// can't be written down, which no plan has been seen to do.
pub(super) fn fresh(plan: &Plan, drafts: &BTreeMap<String, String>) -> Option<String> {
    edited(TEMPLATE, plan, drafts)
}

/// `base` with the plan's values in it; `base` itself where it says the same
/// already. `None` when `base` is no profile or is laid out so that the plan
/// would not be read back from it.
pub(super) fn edited(base: &str, plan: &Plan, drafts: &BTreeMap<String, String>) -> Option<String> {
    let nowhere = Path::new("");
    let had = read(nowhere, base).ok()?;
    let mut edit =
        Edit { document: base.parse().ok()?, template: TEMPLATE.parse().ok()?, changed: false };
    edit.top(&had, plan);
    edit.situation(&had.plan, plan);
    edit.external(&had, plan);
    edit.waves(&had.plan.waves, &plan.waves);
    edit.changed |= settings_table::edit_lists(&mut edit.document, &had.plan.groups, &plan.groups);
    edit.changed |= columns_table::edit(&mut edit.document, &plan.columns);
    edit.drafts(drafts);
    if !edit.changed {
        return Some(base.to_owned());
    }
    if edit.document.get("schema").is_none() {
        edit.set(None, "schema", SCHEMA);
    }
    let text = with_newlines_of(base, edit.document.to_string());
    let back = read(nowhere, &text).ok()?;
    (back.drafts == *drafts && says_the_same(&back.plan, plan)).then_some(text)
}

/// Whether two readings mean the same: remarks aside.
pub(super) fn same_values(one: &PlanFile, other: &PlanFile) -> bool {
    one.drafts == other.drafts
        && one.loaded_of_old == other.loaded_of_old
        && says_the_same(&one.plan, &other.plan)
}

struct Edit {
    document: DocumentMut,
    template: DocumentMut,
    changed: bool,
}

impl Edit {
    fn top(&mut self, had: &PlanFile, plan: &Plan) {
        let moved = had.plan.domain() != plan.domain();
        if moved {
            self.set(None, "domain", plan.domain().as_str());
        }
        if moved
            || had.plan.routing_subdomain() != plan.routing_subdomain()
            || had.misplaced.contains(draft::ROUTING_SUBDOMAIN)
        {
            self.set(None, "routing_subdomain", plan.routing_subdomain().as_str());
        }
        if had.plan.external_subdomain() != plan.external_subdomain() {
            let name = plan.external_subdomain().map_or("", |name| name.as_str());
            self.set(None, "external_subdomain", name);
        }
        if had.plan.dns_form != plan.dns_form {
            self.set(None, "dns_form", plan.dns_form.as_str());
        }
        if had.plan.host != plan.host {
            self.changed = true;
            set_host(self.document.as_table_mut(), &plan.host);
        }
        if had.plan.done != plan.done || had.loaded_of_old {
            self.done(plan);
        }
    }

    fn done(&mut self, plan: &Plan) {
        if !matches!(self.document.get("done"), Some(Item::Value(Value::Array(_)))) {
            self.set(None, "done", Array::new());
        }
        self.changed = true;
        let Some(words) = self.document.get_mut("done").and_then(Item::as_array_mut) else {
            return;
        };
        let task = |value: &Value| value.as_str().and_then(parse_word::<Task>);
        // A word that we don't know is someone's: it stays.
        // What stood for all forwards at once stands for each wave now.
        words.retain(|value| {
            task(value).is_none_or(|task| plan.done.contains(&task)) && !is_loaded_of_old(value)
        });
        for wanted in &plan.done {
            if !words.iter().any(|value| task(value) == Some(*wanted)) {
                words.push(word_of(wanted));
            }
        }
    }

    fn situation(&mut self, had: &Plan, plan: &Plan) {
        let (had, now) = (had.situation, plan.situation);
        if had.purpose != now.purpose {
            self.set(Some("situation"), "purpose", word_of(now.purpose));
        }
        if had.primary_mx != now.primary_mx {
            self.set(Some("situation"), "primary_mx", word_of(now.primary_mx));
        }
        if had.panel != now.panel {
            self.set(Some("situation"), "panel", word_of(now.panel));
        }
    }

    fn external(&mut self, file: &PlanFile, plan: &Plan) {
        let (had, now) = (&file.plan.external, &plan.external);
        if had.system != now.system {
            self.set(Some("external"), "system", word_of(now.system));
        }
        if had.host_name != now.host_name || file.misplaced.contains(draft::EXTERNAL_HOST) {
            let name = now.host_name.as_ref().map(ToString::to_string).unwrap_or_default();
            self.set(Some("external"), "host_name", name);
        }
        if had.verification_address != now.verification_address
            || file.misplaced.contains(draft::VERIFICATION_ADDRESS)
        {
            let address =
                now.verification_address.as_ref().map(ToString::to_string).unwrap_or_default();
            self.set(Some("external"), "verification_address", address);
        }
        if had.authority != now.authority {
            self.set(Some("external"), "authority", word_of(now.authority));
        }
        if had.catch_all != now.catch_all {
            self.set(Some("external"), "catch_all", address_word(now.catch_all.as_ref()));
        }
        if had.extension != now.extension {
            self.set(Some("external"), "extension", extension_word(now.extension));
        }
        if had.accepts_subdomains != now.accepts_subdomains {
            self.set(Some("external"), "accepts_subdomains", now.accepts_subdomains);
        }
        if had.forwards_keep_copy != now.forwards_keep_copy {
            self.set(Some("external"), "forwards_keep_copy", now.forwards_keep_copy);
        }
        let (had, now) = (&file.plan.host_settings, &plan.host_settings);
        if had.catch_all != now.catch_all {
            self.set(Some("host_settings"), "catch_all", address_word(now.catch_all.as_ref()));
        }
        if had.extension != now.extension {
            self.set(Some("host_settings"), "extension", extension_word(now.extension));
        }
        if had.forced_mx != now.forced_mx {
            self.set(Some("host_settings"), "forced_mx", now.forced_mx);
        }
    }

    fn waves(&mut self, had: &[Wave], now: &[Wave]) {
        let now = by_number(now);
        if had == now.as_slice() {
            return;
        }
        self.changed = true;
        let is_list = matches!(
            self.document.get("wave"),
            Some(Item::ArrayOfTables(_) | Item::Value(Value::Array(_)))
        );
        if !is_list {
            self.document.remove("wave");
            self.document.insert("wave", Item::ArrayOfTables(ArrayOfTables::new()));
        }
        let stays = |table: &dyn TableLike| {
            wave_number(table).is_none_or(|number| now.iter().any(|wave| wave.number == number))
        };
        match self.document.get_mut("wave") {
            Some(Item::ArrayOfTables(tables)) => {
                tables.retain(|table| stays(table));
                for wave in &now {
                    let at =
                        { tables.iter() }.position(|table| wave_number(table) == Some(wave.number));
                    if let Some(table) = at.and_then(|at| tables.get_mut(at)) {
                        put_wave(table, wave);
                    } else {
                        let mut table = Table::new();
                        put_wave(&mut table, wave);
                        tables.push(table);
                    }
                }
            }
            Some(Item::Value(Value::Array(array))) => {
                let number = |value: &Value| wave_number(value.as_inline_table()?);
                array.retain(|value| value.as_inline_table().is_none_or(|table| stays(table)));
                for wave in &now {
                    let at = array.iter().position(|value| number(value) == Some(wave.number));
                    let there = at.and_then(|at| array.get_mut(at));
                    if let Some(table) = there.and_then(Value::as_inline_table_mut) {
                        put_wave(table, wave);
                    } else {
                        let mut table = InlineTable::new();
                        put_wave(&mut table, wave);
                        array.push(table);
                    }
                }
            }
            _ => {}
        }
    }

    fn drafts(&mut self, drafts: &BTreeMap<String, String>) {
        let there = self.document.get("draft").and_then(Item::as_table_like);
        if there.is_none() {
            if drafts.is_empty() {
                return;
            }
            let mut table = Table::new();
            table.decor_mut().set_prefix(
                "\n# Typed in the program but not usable yet. Kept so that nothing is lost.\n",
            );
            put_section(self.document.as_table_mut(), "draft", table);
        }
        let Some(table) = self.document.get_mut("draft").and_then(Item::as_table_like_mut) else {
            return;
        };
        let gone: Vec<String> = { table.iter() }
            .filter(|(name, item)| item.is_str() && !drafts.contains_key(*name))
            .map(|(name, _)| name.to_owned())
            .collect();
        for name in &gone {
            self.changed = true;
            table.remove(name);
        }
        for (name, text) in drafts {
            if table.get(name).and_then(Item::as_str) != Some(text) {
                self.changed = true;
                put(table, name, text);
            }
        }
    }

    /// Sets a key of the document or of one of its sections; what is not
    /// there yet comes with the template's comment.
    fn set(&mut self, section: Option<&str>, key: &str, value: impl Into<Value>) {
        self.changed = true;
        let model = match section {
            None => Some(self.template.as_table()),
            Some(name) => self.template.get(name).and_then(Item::as_table),
        };
        let table: &mut dyn TableLike = match section {
            None => self.document.as_table_mut(),
            Some(name) => {
                if self.document.get(name).and_then(Item::as_table_like).is_none() {
                    let mut table = Table::new();
                    if let Some(model) = model {
                        *table.decor_mut() = model.decor().clone();
                    }
                    put_section(self.document.as_table_mut(), name, table);
                }
                match self.document.get_mut(name).and_then(Item::as_table_like_mut) {
                    Some(table) => table,
                    None => return,
                }
            }
        };
        let is_new = table.get(key).is_none();
        put(table, key, value);
        let inline =
            section.is_some_and(|name| self.document.get(name).is_some_and(Item::is_inline_table));
        if !is_new || inline {
            return;
        }
        let comment = model.and_then(|model| model.key(key)).map(comment_of);
        let table = match section {
            None => Some(self.document.as_table_mut() as &mut dyn TableLike),
            Some(name) => self.document.get_mut(name).and_then(Item::as_table_like_mut),
        };
        if let (Some(comment), Some(mut key)) =
            (comment, table.and_then(|table| table.key_mut(key)))
        {
            key.leaf_decor_mut().set_prefix(comment);
        }
    }
}

fn address_word(address: Option<&Address>) -> String {
    address.map(ToString::to_string).unwrap_or_default()
}

fn extension_word(sign: Option<char>) -> String {
    sign.map(String::from).unwrap_or_default()
}

fn put_wave(table: &mut dyn TableLike, wave: &Wave) {
    if wave_number(table) != Some(wave.number) {
        put(table, "number", i64::from(wave.number.get()));
    }
    let named = table.get("name").and_then(Item::as_str).unwrap_or_default();
    if named != wave.name {
        put(table, "name", &wave.name);
    }
    let text =
        table.get("date").map(|date| date.as_str().map_or_else(|| date.to_string(), str::to_owned));
    let had = text.as_deref().and_then(|text| text.trim().parse().ok());
    if had != wave.date {
        match wave.date.map(|date| date.to_string()) {
            None => put(table, "date", ""),
            Some(text) => match text.parse::<Datetime>() {
                Ok(date) => put(table, "date", date),
                Err(_) => put(table, "date", text),
            },
        }
    }
}

/// The waves as a file holds them: by number, each once.
fn by_number(waves: &[Wave]) -> Vec<Wave> {
    let mut waves = waves.to_vec();
    waves.sort_by_key(|wave| wave.number);
    waves.dedup_by_key(|wave| wave.number);
    waves
}

fn says_the_same(one: &Plan, other: &Plan) -> bool {
    one.domain() == other.domain()
        && one.routing_subdomain() == other.routing_subdomain()
        && one.external_subdomain() == other.external_subdomain()
        && one.dns_form == other.dns_form
        && one.host_settings == other.host_settings
        && settings_table::in_order(&one.groups) == settings_table::in_order(&other.groups)
        && one.host == other.host
        && one.situation == other.situation
        && one.external == other.external
        && by_number(&one.waves) == by_number(&other.waves)
        && one.done == other.done
        && one.columns == other.columns
}
