//! `profile.toml` into a plan. What can't be read becomes a draft or is
//! passed over with a remark; only an unreadable domain refuses the file.

mod waves;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::value::{Typed, bare, clean, parse_word, remark, shown, typed, word};
use super::{ProfileError, draft};
use crate::plan::{
    Address, Domain, ExternalSystem, HostName, HostPreset, Plan, RoutingSubdomain, Situation, Task,
};

/// The layout of `profile.toml` that this program writes.
pub(super) const SCHEMA: i64 = 1;

/// What a `profile.toml` says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PlanFile {
    /// The plan, without people.
    pub(super) plan: Plan,
    /// Texts that do not parse, by draft name.
    pub(super) drafts: BTreeMap<String, String>,
    /// The drafts that stood in the place of a value.
    pub(super) misplaced: BTreeSet<&'static str>,
    /// Sentences about what was passed over.
    pub(super) remarks: Vec<String>,
    /// Sentences about drafts of an earlier day that stand for a value.
    pub(super) unused: Vec<String>,
    /// Whether it says “load-forwards”, as profiles did before each wave had a
    /// tick of its own.
    pub(super) loaded_of_old: bool,
}

/// The word for all forwards at once, of earlier profiles.
pub(super) const LOADED_OF_OLD: &str = "load-forwards";

/// Reads the text of a `profile.toml`; `path` is for the sentences.
///
/// # Errors
/// When it is no TOML, of a newer schema, or its domain is unreadable.
pub(super) fn read(path: &Path, text: &str) -> Result<PlanFile, ProfileError> {
    let malformed = |why: String| ProfileError::Malformed { path: path.to_owned(), why };
    let document: DocumentMut =
        text.parse().map_err(|error| malformed(syntax_sentence(text, &error)))?;
    match document.get("schema") {
        None => {}
        Some(item) => match item.as_integer() {
            Some(SCHEMA) => {}
            Some(found) if found > SCHEMA => {
                return Err(ProfileError::NewerSchema {
                    path: path.to_owned(),
                    found,
                    known: SCHEMA,
                });
            }
            _ => {
                return Err(malformed(format!(
                    "its schema is {}, where schema = {SCHEMA} belongs",
                    shown(item)
                )));
            }
        },
    }
    let domain = match typed(document.get("domain")) {
        Typed::Nothing => {
            return Err(malformed(
                "it names no domain. Write a line such as domain = \"example.com\"".to_owned(),
            ));
        }
        Typed::Text(text) | Typed::Other(text) => Domain::parse(&text)
            .or_else(|_| Domain::from_pasted(&text))
            .map_err(|error| malformed(format!("its domain can't be read: {}", bare(&error))))?,
    };
    let plan = Plan::new(domain).map_err(|error| malformed(bare(&error)))?;
    let mut reader = Reader {
        plan,
        drafts: BTreeMap::new(),
        misplaced: BTreeSet::new(),
        remarks: Vec::new(),
        unused: Vec::new(),
        loaded_of_old: false,
    };
    reader.typed_drafts(&document);
    reader.top(&document);
    reader.situation(&document);
    reader.external(&document);
    reader.waves(&document);
    super::settings_table::read(&document, &mut reader.plan, &mut reader.remarks);
    reader.plan.columns = super::columns_table::read(&document);
    let Reader { plan, drafts, misplaced, remarks, unused, loaded_of_old } = reader;
    Ok(PlanFile { plan, drafts, misplaced, remarks, unused, loaded_of_old })
}

/// The built-in preset with this id.
pub(super) fn preset(id: &str) -> Option<HostPreset> {
    let rackspace = HostPreset::rackspace();
    (rackspace.id == id).then_some(rackspace)
}

struct Reader {
    plan: Plan,
    drafts: BTreeMap<String, String>,
    misplaced: BTreeSet<&'static str>,
    remarks: Vec<String>,
    unused: Vec<String>,
    loaded_of_old: bool,
}

impl Reader {
    fn typed_drafts(&mut self, document: &DocumentMut) {
        let Some(table) = document.get("draft").and_then(Item::as_table_like) else { return };
        for (name, item) in table.iter() {
            if let Some(text) = item.as_str() {
                self.drafts.insert(name.to_owned(), text.to_owned());
            }
        }
    }

    fn top(&mut self, document: &DocumentMut) {
        if let Some(form) = document.get("dns_form").and_then(Item::as_str) {
            self.plan.dns_form = form.to_owned();
        }
        if let Some(host) = self.host(document.get("host")) {
            self.plan.host = host;
        }
        let primary = self.plan.domain().clone();
        let parse = |text: &str| {
            let name = Domain::parse(text)
                .or_else(|error| primary.child(text.trim()).map_err(|_| error))
                .map_err(|error| bare(&error))?;
            RoutingSubdomain::new(name, &primary).map_err(|error| bare(&error))
        };
        let (key, item) = ("routing_subdomain", document.get("routing_subdomain"));
        if let Some(name) = self.text(key, draft::ROUTING_SUBDOMAIN, item, parse) {
            // Judged by the same rule a line above.
            let _ = self.plan.set_routing_subdomain(name.as_domain().clone());
        } else {
            let label = self.plan.host.routing_label.clone();
            if let Ok(name) = primary.child(&label) {
                let _ = self.plan.set_routing_subdomain(name);
            }
        }
        match document.get("done") {
            None => {}
            Some(Item::Value(Value::Array(words))) => {
                for word in words {
                    match word.as_str().and_then(parse_word::<Task>) {
                        Some(task) => {
                            self.plan.done.insert(task);
                        }
                        None if is_loaded_of_old(word) => self.loaded_of_old = true,
                        None => {
                            self.remark("done", &word.to_string(), "it is passed over", &tasks())
                        }
                    }
                }
            }
            Some(other) => {
                let other = other.to_string();
                self.remark(
                    "done",
                    &other,
                    "nothing counts as done",
                    "Write a list such as done = [\"enable-sdr\"].",
                );
            }
        }
    }

    fn host(&mut self, item: Option<&Item>) -> Option<HostPreset> {
        let item = item?;
        if let Some(table) = item.as_table_like() {
            let plain: toml_edit::Table =
                table.iter().map(|(key, item)| (key.to_owned(), item.clone())).collect();
            let read: Result<HostPreset, _> =
                toml_edit::de::from_document(DocumentMut::from(plain));
            match read {
                Ok(host) => return Some(host),
                Err(error) => {
                    let why = clean(error.message());
                    self.remarks.push(format!("profile.toml, [host]: {why}. Rackspace Email is taken as the host until you correct it, or write host = \"rackspace\"."));
                }
            }
            return None;
        }
        match item.as_str().map(|id| id.trim().to_ascii_lowercase()).as_deref().and_then(preset) {
            Some(host) => Some(host),
            None => {
                self.remark(
                    "host",
                    &item.to_string(),
                    "Rackspace Email is taken",
                    "Write host = \"rackspace\", or a whole [host] table.",
                );
                None
            }
        }
    }

    fn situation(&mut self, document: &DocumentMut) {
        let table = self.table(document, "situation");
        let get = |key: &str| table.and_then(|table| table.get(key));
        let Situation { purpose, primary_mx, panel } = &mut self.plan.situation;
        let remarks = &mut self.remarks;
        word(remarks, "[situation] purpose", get("purpose"), purpose, &["migration", "permanent"]);
        word(
            remarks,
            "[situation] primary_mx",
            get("primary_mx"),
            primary_mx,
            &["external", "host"],
        );
        let offers = ["offered", "not-offered", "not-looked"];
        word(remarks, "[situation] panel", get("panel"), panel, &offers);
    }

    fn external(&mut self, document: &DocumentMut) {
        let table = self.table(document, "external");
        let get = |key: &str| table.and_then(|table| table.get(key));
        let systems = ExternalSystem::ALL.map(ExternalSystem::as_str);
        let system = &mut self.plan.external.system;
        word(&mut self.remarks, "[external] system", get("system"), system, &systems);
        let words = ["authoritative", "internal-relay", "accepts-anything"];
        let authority = &mut self.plan.external.authority;
        word(&mut self.remarks, "[external] authority", get("authority"), authority, &words);
        self.plan.external.host_name =
            self.text("[external] host_name", draft::EXTERNAL_HOST, get("host_name"), |text| {
                HostName::parse(text).map_err(|error| bare(&error))
            });
        let item = get("verification_address");
        let key = "[external] verification_address";
        self.plan.external.verification_address =
            self.text(key, draft::VERIFICATION_ADDRESS, item, |text| {
                Address::parse(text).map_err(|error| bare(&error))
            });
    }

    /// A text that parses, or a draft and a remark.
    fn text<T>(
        &mut self,
        key: &str,
        name: &'static str,
        item: Option<&Item>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = match typed(item) {
            Typed::Nothing => {
                self.tell_draft(key, name, parse);
                return None;
            }
            Typed::Text(text) | Typed::Other(text) => text,
        };
        match parse(&text) {
            Ok(value) => {
                self.tell_draft(key, name, parse);
                Some(value)
            }
            Err(why) => {
                self.remarks.push(format!(
                    "profile.toml, {key}: {why}. What stands there is kept as typed."
                ));
                self.misplaced.insert(name);
                self.drafts.insert(name.to_owned(), text);
                None
            }
        }
    }

    /// A draft that stands for this value keeps standing until it is corrected.
    fn tell_draft<T>(&mut self, key: &str, name: &str, parse: impl Fn(&str) -> Result<T, String>) {
        let Some(text) = self.drafts.get(name) else { return };
        let why = match parse(text) {
            Ok(_) => "it was not taken over yet".to_owned(),
            Err(why) => why,
        };
        self.unused.push(format!(
            "profile.toml, {key}: “{}” is as typed, and is not used: {why}. Correct it in the window; or here, and take “{name}” out of [draft].",
            clean(text)
        ));
    }

    fn table<'a>(&mut self, document: &'a DocumentMut, name: &str) -> Option<&'a dyn TableLike> {
        let item = document.get(name)?;
        let table = item.as_table_like();
        if table.is_none() {
            let text = item.to_string();
            self.remark(
                name,
                &text,
                "it is passed over",
                &format!("Write a section that starts with [{name}]."),
            );
        }
        table
    }

    fn remark(&mut self, key: &str, found: &str, so: &str, write: &str) {
        self.remarks.push(remark(key, found, so, write));
    }
}

/// Whether a word of `done` is the one for all forwards at once.
pub(super) fn is_loaded_of_old(word: &Value) -> bool {
    word.as_str()
        .is_some_and(|word| word.trim().to_lowercase().replace(['_', ' '], "-") == LOADED_OF_OLD)
}

fn tasks() -> String {
    let plain = Task::PLAIN.map(|task| task.to_string());
    format!("Known are: {}, and load-forwards-1 and so on for each wave.", plain.join(", "))
}

fn syntax_sentence(text: &str, error: &toml_edit::TomlError) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    format!(
        "line {line} can't be read ({}). Correct that line in a text editor",
        clean(error.message())
    )
}
