//! What was handed out: for programs as `manifest.json`, for people as
//! `README.txt`.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::bundle::{Bundle, missing};
use super::escape::visible;
use crate::plan::{Address, ExternalSystem, Plan};

/// Changes that the README names one by one.
const NAMED: usize = 200;

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

/// Plain text; the caller adds the line ends of Windows.
pub(super) fn readme(plan: &Plan, bundle: &Bundle) -> String {
    let what = match bundle.wave {
        Some(wave) => visible(&plan.wave(wave).label()).into_owned(),
        None => "everyone who is at the host today".to_owned(),
    };
    let mut text = format!(
        "Split domain routing for {}: {what}\n\
         Made at {} (UTC) for {} and {}. People: {}.\n{}\n\
         Nothing here changes anything by itself. The files stand in the order in which they are\n\
         needed: use those that fit your servers, and leave what undoes until something has to be\n\
         taken back. manifest.json holds the SHA-256 of each.\n",
        plan.domain(),
        bundle.made_at.strftime("%Y-%m-%d %H:%M:%S"),
        plan.host.name,
        plan.external.system.label(),
        bundle.people,
        not_chosen(plan),
    );
    let mut folder = "";
    for (at, piece) in bundle.pieces.iter().enumerate() {
        let top = piece.path.split_once('/').map_or("", |(top, _)| top);
        if top != folder {
            text.push_str(of_folder(top));
            folder = top;
        }
        text.push_str(&format!("\n{:2}. {}\n    {}\n", at + 1, piece.path, piece.purpose));
        if !piece.undo.is_empty() {
            text.push_str(&format!("    Undo: {}.\n", piece.undo));
        }
    }
    if bundle.people == 0 {
        text.push_str("\nNobody is in it yet, so there are no lists of forwards.\n");
    } else {
        text.push_str(&format!(
            "\nA forward is loaded when its mailbox at {} exists, not before: without one, mail for\n\
             that address goes round between the two servers until a hop limit ends it.\n",
            plan.host.name
        ));
        if bundle.waiting > 0 {
            text.push_str(&format!(
                "Not at {} yet: {} of {}. Load their forwards on the day of the move, once the\n\
                 mailboxes are there.\n",
                plan.host.name, bundle.waiting, bundle.people
            ));
        }
        text.push_str(&loading(plan));
    }
    text.push_str(&in_the_way(bundle));
    for one in &bundle.apart {
        text.push_str(&format!("\n{}\n", one.words));
    }
    text.push_str(&to_remove(bundle));
    text.push_str(&left_out(bundle));
    text.push_str(&scripts_alone(bundle));
    text.push_str(&altered(bundle));
    text
}

/// What holds for a whole folder, before its files.
fn of_folder(folder: &str) -> &'static str {
    match folder {
        "dns" => "\nFolder dns: the same records in many forms. Use the one for your DNS host.\n",
        "dns-external" => {
            "\nFolder dns-external: the record of the second routing subdomain, which leads to your own\n\
             server, in many forms. Use the one for your DNS host.\n"
        }
        "dns-cutover" => {
            "\nFolder dns-cutover: NOT NOW. It moves the mail of the whole domain, and is for the end\n\
             of the migration. Its own README.txt comes first.\n"
        }
        _ => "",
    }
}

fn not_chosen(plan: &Plan) -> String {
    let missing = missing(plan);
    if missing.is_empty() {
        return String::new();
    }
    let mut text = "\nMISSING. Not chosen yet; choose it, then export again:\n".to_owned();
    for what in missing {
        text.push_str(&format!("  - {what}\n"));
    }
    text
}

fn loading(plan: &Plan) -> String {
    let subdomain = plan.routing_subdomain();
    match plan.external.system {
        ExternalSystem::ExchangeServer | ExternalSystem::ExchangeOnline => {
            let shell = match plan.external.system {
                ExternalSystem::ExchangeOnline => "PowerShell, after Connect-ExchangeOnline",
                _ => "the Exchange Management Shell",
            };
            let (gone, retired) = match plan.external.system {
                ExternalSystem::ExchangeOnline => (
                    "copy its mail over, take the licence of the mailbox away",
                    "not in Exchange Online.",
                ),
                _ => (
                    "copy its mail over, Disable-Mailbox (which keeps the contents for a time)",
                    "apply.ps1 disables it and puts a mail user with all its addresses in its place.",
                ),
            };
            format!(
                "\nLoading the forwards, in {shell}, in the folder exchange\n\
                 \u{20}   Unblock-File .\\*.ps1      (once; Windows blocks downloaded scripts)\n\
                 \u{20}   .\\preflight.ps1           (what would be in the way; only reads)\n\
                 \u{20}   .\\remote-domain.ps1       (a preview; then with -Apply)\n\
                 \u{20}   .\\apply.ps1               (a preview: nothing changes)\n\
                 \u{20}   .\\apply.ps1 -Apply\n\
                 \u{20}   .\\verify.ps1\n\
                 Keep applied.csv, which apply.ps1 writes: undo.ps1 works from it.\n\
                 Each Name ends in (SDR), because Active Directory may hold the plain name already;\n\
                 the address list shows DisplayName. Alias is made of the address, with _ for\n\
                 characters that an alias can't have. Where no display name is known, the first and\n\
                 last name stand for it, or the part before the @.\n\
                 \n\
                 The column Strategy says what becomes of the mailbox that a person has in Exchange:\n\
                 \u{20}   contact   it must be gone. Between \"mailboxes made at the host\" and apply.ps1:\n\
                 \u{20}             {gone},\n\
                 \u{20}             then apply.ps1 -Apply at once: until then Exchange refuses their mail.\n\
                 \u{20}   forward   it stays and forwards. Nothing has to go first, and undo.ps1 takes it back.\n\
                 \u{20}   retire    {retired}\n\
                 It is chosen in step 2, or by importing a list with the columns address and strategy.\n",
            )
        }
        ExternalSystem::Other => format!(
            "\nLoading the forwards: create one forward for each line of forwards/forwards.csv,\n\
             without a copy in the old mailbox. Switch on nothing that forwards unknown addresses\n\
             to {subdomain}: together with split domain routing that is a loop.\n"
        ),
        _ => "\nLoading the forwards: HOW-TO.txt in the folder of the server.\n".to_owned(),
    }
}

fn in_the_way(bundle: &Bundle) -> String {
    if bundle.in_the_way.is_empty() {
        return String::new();
    }
    let mut text =
        "\nIN THE WAY. By the list of people Exchange has a mailbox of each of these, and their strategy is\n\
         contact: apply.ps1 leaves them out (COLLISION) while it is there. Choose forward or retire for\n\
         them and export again, or let go of the mailbox first, as said above:\n"
            .to_owned();
    for address in bundle.in_the_way.iter().take(NAMED) {
        text.push_str(&format!("  - {address}\n"));
    }
    if let Some(more @ 1..) = bundle.in_the_way.len().checked_sub(NAMED) {
        text.push_str(&format!("  and {more} more\n"));
    }
    text
}

fn to_remove(bundle: &Bundle) -> String {
    let mut text = String::new();
    let (later, gone): (Vec<_>, Vec<_>) =
        bundle.to_remove.iter().partition(|(_, removal)| removal.until.is_some());
    if !gone.is_empty() {
        text.push_str(
            "\nTO REMOVE. These were handed out before, and nobody needs them any more. Take them off\n\
             the external server, then delete forwards/to-remove.csv here:\n",
        );
    }
    for (address, removal) in gone {
        text.push_str(&format!("  - {address}, which leads to {}\n", removal.target));
    }
    if !later.is_empty() {
        text.push_str(
            "\nTO REMOVE FOR NOW. These were loaded with an earlier wave and move only with a later one:\n\
             until then mail for them goes round between the two servers. Take them off the external\n\
             server, then delete forwards/to-remove.csv here. The files of their own wave load them\n\
             again:\n",
        );
    }
    for (address, removal) in later {
        let wave =
            removal.until.map_or_else(String::new, |wave| format!(", moves with wave {wave}"));
        text.push_str(&format!("  - {address}{wave}\n"));
    }
    text
}

fn left_out(bundle: &Bundle) -> String {
    if bundle.refused.is_empty() {
        return String::new();
    }
    let mut text =
        "\nLEFT OUT. These get no forward from the files; see to them by hand:\n".to_owned();
    for refusal in &bundle.refused {
        text.push_str(&format!("  - {}\n", visible(&refusal.to_string())));
    }
    text
}

fn scripts_alone(bundle: &Bundle) -> String {
    let Some(first) = bundle.scripts_alone.first() else { return String::new() };
    let mut text = format!(
        "\nNOT IN {}, which makes contacts and nothing else. The scripts serve these:\n",
        first.file
    );
    for refusal in &bundle.scripts_alone {
        text.push_str(&format!("  - {}: {}\n", refusal.address, refusal.reason));
    }
    text
}

fn altered(bundle: &Bundle) -> String {
    if bundle.altered.is_empty() {
        return String::new();
    }
    let mut text = "\nCHANGED on the way into a file:\n".to_owned();
    for altered in bundle.altered.iter().take(NAMED) {
        let to = visible(&altered.to);
        let became = match &*altered.from {
            "" => format!("none is known, so \"{to}\" stands there"),
            from => format!("\"{}\" became \"{to}\"", visible(from)),
        };
        text.push_str(&format!(
            "  - {}, {} in {}: {became}\n",
            altered.address, altered.what, altered.file
        ));
    }
    if let Some(more @ 1..) = bundle.altered.len().checked_sub(NAMED) {
        text.push_str(&format!("  and {more} more; manifest.json has them all, under altered\n"));
    }
    text
}
