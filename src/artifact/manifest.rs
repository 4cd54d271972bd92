//! What was handed out, for programs: `manifest.json`.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::bundle::Bundle;
use crate::plan::{Address, Plan};

#[derive(Serialize)]
struct Manifest<'a> {
    schema: u8,
    domain: &'a str,
    routing_subdomain: &'a str,
    host: &'a str,
    external_system: &'a str,
    wave: Option<u16>,
    made_at: String,
    people: usize,
    files: Vec<File<'a>>,
    left_out: Vec<LeftOut<'a>>,
    altered: Vec<Changed<'a>>,
    /// Forwards of before that go, as in `forwards/to-remove.csv`.
    to_remove: Vec<Removed<'a>>,
}

#[derive(Serialize)]
struct Removed<'a> {
    address: &'a Address,
    target: &'a Address,
    /// The wave in which the person moves now, where that was put off.
    #[serde(skip_serializing_if = "Option::is_none")]
    until_wave: Option<u16>,
}

#[derive(Serialize)]
struct File<'a> {
    /// Place in the order of use, from 1.
    order: usize,
    path: &'a str,
    purpose: &'a str,
    undo: &'a str,
    bytes: usize,
    sha256: String,
}

#[derive(Serialize)]
struct LeftOut<'a> {
    address: String,
    file: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Changed<'a> {
    address: String,
    file: &'a str,
    what: &'a str,
    from: &'a str,
    to: &'a str,
}

/// JSON, two spaces of indent.
pub(super) fn manifest(plan: &Plan, bundle: &Bundle) -> Vec<u8> {
    let files = bundle.pieces.iter().enumerate().map(|(at, piece)| File {
        order: at + 1,
        path: &piece.path,
        purpose: &piece.purpose,
        undo: &piece.undo,
        bytes: piece.bytes.len(),
        sha256: sha256(&piece.bytes),
    });
    let left_out = bundle.refused.iter().chain(&bundle.scripts_alone);
    let left_out = left_out.map(|refusal| LeftOut {
        address: refusal.address.to_string(),
        file: &refusal.file,
        reason: &refusal.reason,
    });
    let altered = bundle.altered.iter().map(|altered| Changed {
        address: altered.address.to_string(),
        file: altered.file,
        what: &altered.what,
        from: &altered.from,
        to: &altered.to,
    });
    let to_remove = bundle.to_remove.iter();
    let to_remove = to_remove.map(|(address, removal)| Removed {
        address,
        target: &removal.target,
        until_wave: removal.until.map(|wave| wave.get()),
    });
    let manifest = Manifest {
        schema: 1,
        domain: plan.domain().as_str(),
        routing_subdomain: plan.routing_subdomain().as_str(),
        host: &plan.host.id,
        external_system: plan.external.system.as_str(),
        wave: bundle.wave.map(|wave| wave.get()),
        // Whole seconds: the rest is noise to whoever reads it.
        made_at: bundle.made_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        people: bundle.people,
        files: files.collect(),
        left_out: left_out.collect(),
        altered: altered.collect(),
        to_remove: to_remove.collect(),
    };
    // Strings and numbers only: there is nothing that JSON could not say.
    let mut bytes = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
