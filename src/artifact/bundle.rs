//! Everything that is handed out for a wave, with its manifest.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::escape::for_windows;
use super::exchange_folder::in_the_way;
use super::forwards::{Moved, Order, Whom, moved};
use super::manifest::manifest;
use super::order_of_use::in_order;
use super::readme::readme;
use super::servers::{NotInMap, not_in_the_map};
use super::{
    alias_ticket, dns, evidence_bundle, exchange_contacts, letters, neutral_csv, runbook_html,
    runbook_markdown, servers, way_without_sdr,
};
use crate::finding::Evidence;
use crate::plan::{Address, ExternalSystem, Handed, Home, PanelOffer, Plan, Removal, WaveNumber};

/// One file, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Path below the exports folder, `/` between parts.
    pub path: String,
    /// What it is for: a sentence.
    pub purpose: String,
    /// The bytes, byte order mark and line ends as the reader wants them.
    pub bytes: Vec<u8>,
}

/// A person that a format can't say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} can't be written to {file}: {reason}")]
pub struct Refusal {
    /// Who.
    pub address: Address,
    /// Which file.
    pub file: String,
    /// Why, to follow a colon.
    pub reason: String,
}

/// A value that stands in a file otherwise than in the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Altered {
    pub(super) address: Address,
    pub(super) file: &'static str,
    /// Such as `display name`.
    pub(super) what: String,
    pub(super) from: String,
    pub(super) to: String,
}

/// A file of the export, below its folder, in the order of use.
pub(super) struct Piece {
    pub(super) path: Cow<'static, str>,
    pub(super) purpose: String,
    /// How its effect is taken back; empty where it has none.
    pub(super) undo: String,
    pub(super) bytes: Vec<u8>,
}

/// What an export holds, for the manifest and the README.
pub(super) struct Bundle {
    pub(super) wave: Option<WaveNumber>,
    pub(super) made_at: Timestamp,
    pub(super) people: usize,
    /// How many of them have no mailbox at the host yet.
    pub(super) waiting: usize,
    pub(super) pieces: Vec<Piece>,
    pub(super) refused: Vec<Refusal>,
    /// Whom the files for Active Directory leave to Exchange's scripts.
    pub(super) scripts_alone: Vec<Refusal>,
    pub(super) altered: Vec<Altered>,
    /// Forwards of before that go.
    pub(super) to_remove: BTreeMap<Address, Removal>,
    /// Who gets a contact though Exchange has a mailbox of theirs.
    pub(super) in_the_way: Vec<Address>,
    /// Whom a map that replaces the one before leaves out.
    pub(super) apart: Vec<NotInMap>,
}

/// What the plan does not say yet though the files need it: each a phrase with
/// the file that waits for it. They stand in `README.txt` too.
pub fn missing(plan: &Plan) -> Vec<&'static str> {
    let external = &plan.external;
    let server = external.host_name.is_none().then_some(match has_panel(plan) {
        true => {
            "the host name of the external mail server (host/panel-values.txt, \
             network/firewall-request.txt)"
        }
        false => {
            "the host name of the external mail server (the records of the folder dns-external, \
             network/firewall-request.txt)"
        }
    });
    let address = (external.verification_address.is_none() && has_panel(plan))
        .then_some("the verification address (host/panel-values.txt)");
    server.into_iter().chain(address).collect()
}

/// Whether the plan needs the page of the host's panel that asks for values:
/// not on the way without it.
fn has_panel(plan: &Plan) -> bool {
    plan.situation.panel != PanelOffer::NotOffered && plan.way_without_sdr().is_none()
}

/// All artefacts of one wave (or of everyone at the host, without one), with
/// `manifest.json` and `README.txt` first; and whoever could not be written.
/// What was `handed` out before stays in files that replace those of before.
pub fn export(
    plan: &Plan,
    evidence: &Evidence,
    handed: &Handed,
    wave: Option<WaveNumber>,
    now: Timestamp,
) -> (Vec<Artifact>, Vec<Refusal>) {
    let lists = plan.lists_at_host();
    let (wanted, refused) = moved(plan, &lists, Whom::of_export(wave), neutral_csv::LIST);
    let mut bundle = Bundle {
        wave,
        made_at: now,
        people: wanted.len(),
        waiting: wanted.iter().filter(|moved| moved.person.home != Home::Host).count(),
        pieces: Vec::new(),
        refused,
        scripts_alone: Vec::new(),
        altered: Vec::new(),
        to_remove: handed.to_remove(plan),
        in_the_way: in_the_way(plan, wave),
        apart: not_in_the_map(plan, handed, wave, now),
    };
    let today = now.to_zoned(TimeZone::UTC).date();
    bundle.pieces.extend(dns::of_subdomain(plan));
    bundle.pieces.extend(way_without_sdr::records(plan));
    bundle.host(plan);
    let (aliases, refused) = way_without_sdr::at_host(plan, wave);
    bundle.pieces.extend(aliases);
    bundle.refused.extend(refused);
    bundle.lists(plan, Order { wave, today, handed }, &wanted);
    bundle.removals();
    bundle.papers(plan, evidence, handed);
    // The cutover may follow an export of everyone, or of the last wave.
    if wave.is_none() || wave == plan.last_wave() {
        bundle.pieces.extend(dns::of_cutover(plan, &evidence.of_plan(plan)));
    }

    in_order(&mut bundle.pieces, plan.external.system);

    let folder = wave.map_or_else(|| "all".to_owned(), |wave| format!("wave-{wave}"));
    let readme = Piece {
        path: "README.txt".into(),
        purpose: "What the files are for, and in which order they are used.".to_owned(),
        undo: String::new(),
        bytes: for_windows(&readme(plan, &bundle)),
    };
    bundle.pieces.insert(0, readme);
    let manifest = Piece {
        path: "manifest.json".into(),
        purpose: "What was handed out, when, with the SHA-256 of each file.".to_owned(),
        undo: String::new(),
        bytes: manifest(plan, &bundle),
    };
    let artifacts = std::iter::once(manifest)
        .chain(bundle.pieces)
        .map(|piece| Artifact {
            path: format!("{folder}/{}", piece.path),
            purpose: piece.purpose,
            bytes: piece.bytes,
        })
        .collect();
    (artifacts, bundle.refused)
}

/// The list of the scripts for Exchange alone, row by row; and who could not
/// be written to it.
///
/// # Errors
/// When `to` does not take it.
pub fn exchange_list(
    plan: &Plan,
    handed: &Handed,
    wave: Option<WaveNumber>,
    to: impl std::io::Write,
) -> std::io::Result<Vec<Refusal>> {
    let online = plan.external.system == ExternalSystem::ExchangeOnline;
    let lists = plan.lists_at_host();
    let contacts = exchange_contacts::contacts(plan, &lists, handed, Whom::of_export(wave), online);
    contacts.write_for_scripts(to)?;
    Ok(contacts.refused)
}

impl Bundle {
    pub(super) fn add(
        &mut self,
        path: &'static str,
        purpose: impl Into<String>,
        undo: impl Into<String>,
        bytes: Vec<u8>,
    ) {
        self.pieces.push(Piece {
            path: path.into(),
            purpose: purpose.into(),
            undo: undo.into(),
            bytes,
        });
    }

    fn host(&mut self, plan: &Plan) {
        self.add(
            "host/alias-ticket.txt",
            format!("The request for the domain alias, for the support of {}.", plan.host.name),
            "ask for the domain alias to be removed",
            for_windows(&alias_ticket(plan)),
        );
        if has_panel(plan) {
            self.add(
                "host/panel-values.txt",
                "The values for the page Split Domain of the control panel.",
                "clear Enable Split Domain Routing on the same page, Save",
                for_windows(&letters::panel_values(plan)),
            );
        }
        self.add(
            "network/firewall-request.txt",
            "The request for port 25, for whoever runs the firewall.",
            "remove the rule",
            for_windows(&letters::firewall_request(plan)),
        );
    }

    /// The forwards of these people, for the external server in use.
    fn lists(&mut self, plan: &Plan, order: Order<'_>, wanted: &[Moved<'_>]) {
        if wanted.is_empty() && self.to_remove.is_empty() {
            return;
        }
        if plan.external.system.is_exchange() {
            self.exchange(plan, order.handed);
        }
        let given = servers::given(plan, order, wanted, &self.apart);
        self.pieces.extend(given.pieces);
        self.refused.extend(given.refused);
        self.altered.extend(given.altered);
        self.add(
            neutral_csv::LIST,
            "Address and target of each forward, for any other program.",
            "delete these forwards again",
            neutral_csv::list(wanted),
        );
        let (sheet, altered) = neutral_csv::sheet(wanted);
        self.altered.extend(altered);
        self.add(
            neutral_csv::SHEET,
            "The same for reading, safe to open in a spreadsheet.",
            "",
            sheet,
        );
    }

    /// The forwards of before that go.
    fn removals(&mut self) {
        if self.to_remove.is_empty() {
            return;
        }
        self.add(
            neutral_csv::TO_REMOVE,
            "Forwards that were handed out before and that nobody needs any more: take them off the \
             external server, then delete this file, and no later export names them again.",
            "create these forwards again",
            neutral_csv::to_remove(&self.to_remove),
        );
    }

    fn papers(&mut self, plan: &Plan, evidence: &Evidence, handed: &Handed) {
        if let Some(wave) = self.wave.filter(|_| self.people > 0) {
            self.add(
                "people/note-to-the-wave.txt",
                "A note to the people who move.",
                "",
                for_windows(&letters::wave_note(plan, &plan.wave(wave))),
            );
        }
        let now = self.made_at;
        self.add(
            "run-book.md",
            "The run-book as text: the whole plan with its commands, checks and the way back.",
            "",
            runbook_markdown(plan, evidence, handed, now).into_bytes(),
        );
        self.add(
            "run-book.html",
            "The run-book as a page, to read and to print.",
            "",
            runbook_html(plan, evidence, handed, now).into_bytes(),
        );
        if evidence.is_empty() {
            return;
        }
        self.add(
            evidence_bundle::TEXT,
            "The latest answer to each question, with time and conversation: for a ticket.",
            "",
            for_windows(&evidence_bundle::text(plan, evidence)),
        );
        self.add(
            evidence_bundle::JSON,
            "The same for programs.",
            "",
            evidence_bundle::json(evidence),
        );
    }
}
