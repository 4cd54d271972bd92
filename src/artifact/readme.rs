//! What was handed out, for people: `README.txt`, with the order of use.

use super::bundle::{Bundle, missing};
use super::escape::visible;
use super::order_of_use::{Use, use_of};
use crate::plan::{ExternalSystem, Plan};

/// Changes that the README names one by one.
const NAMED: usize = 200;

/// Plain text; the caller adds the line ends of Windows.
pub(super) fn readme(plan: &Plan, bundle: &Bundle) -> String {
    let what = match bundle.wave {
        Some(wave) => visible(&plan.wave(wave).label()).into_owned(),
        None => "everyone who is at the host today".to_owned(),
    };
    let mut text = format!(
        "Split domain routing for {}: {what}\n\
         Made at {} (UTC) for {} and {}. People: {}.\n{}\n\
         Nothing here changes anything by itself. What has a number is a step, in the order in which\n\
         they are done; files with a hyphen belong to a step. Use those that fit your servers. What\n\
         is used instead of others, and what takes something back, stands behind the steps, without\n\
         a number. manifest.json holds the SHA-256 of each.\n",
        plan.domain(),
        bundle.made_at.strftime("%Y-%m-%d %H:%M:%S"),
        plan.host.name,
        plan.external.system.label(),
        bundle.people,
        not_chosen(plan),
    );
    text.push_str(&list_of_files(plan, bundle));
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

/// The files: the steps with their numbers, then what is no step.
fn list_of_files(plan: &Plan, bundle: &Bundle) -> String {
    let (mut text, mut step, mut before) = (String::new(), 0, (Use::Step, ""));
    for piece in &bundle.pieces {
        let what = use_of(&piece.path, plan.external.system);
        let top = piece.path.split_once('/').map_or("", |(top, _)| top);
        let folder = of_folder(top).filter(|_| what == Use::Part && before != (what, top));
        if let Some((is_step, words)) = folder {
            step += usize::from(is_step);
            let number = if is_step { format!("{step:2}. ") } else { String::new() };
            text.push_str(&format!("\n{number}{words}"));
        }
        if before.0 != what {
            text.push_str(above(what));
        }
        let number = match what {
            Use::Step => {
                step += 1;
                format!("{step:2}.")
            }
            _ => "  -".to_owned(),
        };
        text.push_str(&format!("\n{number} {}\n    {}\n", piece.path, piece.purpose));
        if !piece.undo.is_empty() && what != Use::Back {
            text.push_str(&format!("    Undo: {}.\n", piece.undo));
        }
        before = (what, top);
    }
    text
}

/// What stands above files that are no steps.
fn above(what: Use) -> &'static str {
    match what {
        Use::Step | Use::Part => "",
        Use::Instead => "\nINSTEAD OF STEPS ABOVE, and only where it says so:\n",
        Use::Back => "\nTO TAKE SOMETHING BACK, not before it has to be:\n",
        Use::Paper => "\nTO READ:\n",
    }
}

/// What holds for a whole folder, before its files, and whether it is a step.
fn of_folder(folder: &str) -> Option<(bool, &'static str)> {
    match folder {
        "dns" => Some((
            true,
            "Folder dns: the same records in many forms. Use the one for your DNS host.\n",
        )),
        "dns-external" => Some((
            true,
            "Folder dns-external: the record of the second routing subdomain, which leads to your\n    \
             own server, in many forms. Use the one for your DNS host.\n",
        )),
        "forwards" => Some((
            false,
            "Folder forwards: the same forwards, for other programs and for reading.\n",
        )),
        "dns-cutover" => Some((
            false,
            "Folder dns-cutover: NOT NOW. It moves the mail of the whole domain, and is for the end\n\
             of the migration. Its own README.txt comes first.\n",
        )),
        _ => None,
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
