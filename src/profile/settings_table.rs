//! Settings of both systems, and lists, in `profile.toml`: what has no field in
//! the window. `[host_settings]`, the later keys of `[external]`, `[[list]]`.
//! What can't be read stays as it is written, beside a remark.

use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, TableLike, Value};

use super::in_place::put;
use super::value::{Typed, bare, clean, typed, word, word_of};
use crate::plan::{Address, Domain, Group, Plan, Side};

const LISTS: &str = "list";

/// Takes the settings into `plan`.
pub(super) fn read(document: &DocumentMut, plan: &mut Plan, remarks: &mut Vec<String>) {
    let mut reader = Reader { plan, remarks };
    reader.external_subdomain(document.get("external_subdomain"));
    if let Some(table) = document.get("host_settings").and_then(Item::as_table_like) {
        let get = |key| table.get(key);
        reader.plan.host_settings.catch_all =
            reader.address("[host_settings] catch_all", get("catch_all"));
        reader.plan.host_settings.extension =
            reader.extension("[host_settings] extension", get("extension"));
        reader.plan.host_settings.forced_mx =
            reader.yes("[host_settings] forced_mx", get("forced_mx"));
    }
    if let Some(table) = document.get("external").and_then(Item::as_table_like) {
        let get = |key| table.get(key);
        reader.plan.external.catch_all = reader.address("[external] catch_all", get("catch_all"));
        reader.plan.external.extension = reader.extension("[external] extension", get("extension"));
        reader.plan.external.accepts_subdomains =
            reader.yes("[external] accepts_subdomains", get("accepts_subdomains"));
        reader.plan.external.forwards_keep_copy =
            reader.yes("[external] forwards_keep_copy", get("forwards_keep_copy"));
    }
    for table in tables(document) {
        reader.list(table);
    }
}

struct Reader<'a> {
    plan: &'a mut Plan,
    remarks: &'a mut Vec<String>,
}

impl Reader<'_> {
    fn external_subdomain(&mut self, item: Option<&Item>) {
        let (Typed::Text(text) | Typed::Other(text)) = typed(item) else { return };
        let primary = self.plan.domain().clone();
        let name = Domain::parse(&text).or_else(|why| primary.child(text.trim()).map_err(|_| why));
        let name = name.map_err(|why| bare(&why));
        let set = |name| self.plan.set_external_subdomain(Some(name)).map_err(|why| bare(&why));
        if let Err(why) = name.and_then(set) {
            self.remark("external_subdomain", &why);
        }
    }

    fn address(&mut self, key: &str, item: Option<&Item>) -> Option<Address> {
        let (Typed::Text(text) | Typed::Other(text)) = typed(item) else { return None };
        match Address::parse(&text) {
            Ok(address) => Some(address),
            Err(why) => {
                self.remark(key, &bare(&why));
                None
            }
        }
    }

    fn extension(&mut self, key: &str, item: Option<&Item>) -> Option<char> {
        let (Typed::Text(text) | Typed::Other(text)) = typed(item) else { return None };
        let mut chars = text.trim().chars();
        match (chars.next(), chars.next()) {
            (Some(sign), None) if "+-=_#%".contains(sign) => Some(sign),
            _ => {
                self.remark(key, &format!("“{}” separates nothing; write \"+\"", clean(&text)));
                None
            }
        }
    }

    fn yes(&mut self, key: &str, item: Option<&Item>) -> bool {
        match item {
            None => false,
            Some(item) => item.as_bool().unwrap_or_else(|| {
                let found = clean(item.to_string().trim());
                self.remark(key, &format!("“{found}” is neither true nor false"));
                false
            }),
        }
    }

    fn list(&mut self, table: &dyn TableLike) {
        let key = "[[list]] address";
        let Some(address) = self.address(key, table.get("address")) else {
            if table.get("address").is_none() {
                self.remark(key, "a list without an address is passed over");
            }
            return;
        };
        let mut at = Side::default();
        let mut kind = crate::plan::GroupKind::default();
        let sides = ["host", "external"];
        word(self.remarks, &format!("[[list]] {address} at"), table.get("at"), &mut at, &sides);
        let kinds = ["list", "alias"];
        word(
            self.remarks,
            &format!("[[list]] {address} kind"),
            table.get("kind"),
            &mut kind,
            &kinds,
        );
        if self.plan.groups.iter().any(|group| group.address == address && group.at == at) {
            self.remark(key, &format!("{address} stands there twice; the first one counts"));
            return;
        }
        let mut members = Vec::new();
        for item in table.get("members").and_then(Item::as_array).into_iter().flatten() {
            let text = item.as_str().map_or_else(|| item.to_string(), str::to_owned);
            match Address::parse(&text) {
                Ok(member) => members.push(member),
                Err(why) => self.remark(&format!("[[list]] {address} members"), &bare(&why)),
            }
        }
        if members.is_empty() {
            self.remark(&format!("[[list]] {address} members"), "nobody is in it");
        }
        self.plan.groups.push(Group { address, at, kind, members });
    }

    fn remark(&mut self, key: &str, why: &str) {
        self.remarks.push(format!(
            "profile.toml, {key}: {why}. It stays as written, and is not used until you correct it."
        ));
    }
}

fn tables(document: &DocumentMut) -> impl Iterator<Item = &dyn TableLike> {
    let tables = document.get(LISTS).and_then(Item::as_array_of_tables);
    tables.into_iter().flatten().map(|table| table as &dyn TableLike)
}

/// In the order of their addresses, in which plans are compared.
pub(super) fn in_order(groups: &[Group]) -> Vec<&Group> {
    let mut groups: Vec<&Group> = groups.iter().collect();
    groups.sort_by_key(|group| (&group.address, group.at.as_str()));
    groups
}

/// Makes the document's lists those of `now`. Says whether anything was changed.
pub(super) fn edit_lists(document: &mut DocumentMut, had: &[Group], now: &[Group]) -> bool {
    if in_order(had) == in_order(now) {
        return false;
    }
    if document.get(LISTS).and_then(Item::as_array_of_tables).is_none() {
        document.remove(LISTS);
        document.insert(LISTS, Item::ArrayOfTables(ArrayOfTables::new()));
    }
    let Some(tables) = document.get_mut(LISTS).and_then(Item::as_array_of_tables_mut) else {
        return false;
    };
    let is = |table: &Table, group: &Group| {
        let address = table.get("address").and_then(Item::as_str).unwrap_or_default();
        let at = table.get("at").and_then(Item::as_str).unwrap_or(Side::default().as_str());
        Address::parse(address).as_ref() == Ok(&group.address) && at.trim() == group.at.as_str()
    };
    // What can't be read is nobody's to remove.
    tables.retain(|table| {
        !had.iter().any(|group| is(table, group)) || now.iter().any(|group| is(table, group))
    });
    for group in now {
        let at = tables.iter().position(|table| is(table, group));
        if at.is_none() {
            tables.push(Table::new());
        }
        let place = at.unwrap_or(tables.len() - 1);
        if had.contains(group) && at.is_some() {
            continue;
        }
        let Some(table) = tables.get_mut(place) else { continue };
        put(table, "address", group.address.to_string());
        put(table, "at", group.at.as_str());
        put(table, "kind", word_of(group.kind));
        let members = group.members.iter().map(|member| Value::from(member.to_string()));
        put(table, "members", members.collect::<Array>());
    }
    true
}
