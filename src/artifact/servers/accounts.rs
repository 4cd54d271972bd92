//! Servers whose forwards are loaded by a script of ours: fixed text beside a
//! list, so that no name or address ever becomes code.

use super::{Given, option};
use crate::artifact::escape::{crlf, table};
use crate::artifact::forwards::Moved;
use crate::plan::{Address, Plan};

const FRAME: &str = include_str!("../../../assets/servers/frame.sh");
const UNDO: &str = "sh forwards.sh --undo in the same folder for a preview, then sh forwards.sh --undo --apply; it \
     needs applied.tsv, which the loading writes";

/// A script's own part and the part that all of them share.
fn script(own: &str) -> Vec<u8> {
    format!("{own}{FRAME}").into_bytes()
}

/// Address and target, tab between, for our scripts: addresses have no tab.
fn list(rows: &[(&Address, &Address)]) -> Vec<u8> {
    let lines: Vec<String> =
        rows.iter().map(|(address, target)| format!("{address}\t{target}\n")).collect();
    lines.concat().into_bytes()
}

/// How the four scripts are run.
fn running(product: &str, first: &str, last: &str) -> String {
    format!(
        "Forwards for {product}\n\
         \n\
         Loading\n\
         \n\
         1. Copy this folder to the mail server, and there:\n{first}\
         2. Preview, which changes nothing:\n\
         \u{20}      sh forwards.sh\n\
         3. Load; rows that are in place already are skipped, so it may run again:\n\
         \u{20}      sh forwards.sh --apply\n\
         4. Verify:\n\
         \u{20}      sh forwards.sh --verify\n\
         \n\
         Each run writes to forwards.log. Keep applied.tsv: it is what the undo works from.\n\
         {last}\
         \n\
         Undo\n\
         \n\
         \u{20}      sh forwards.sh --undo            (a preview: nothing changes)\n\
         \u{20}      sh forwards.sh --undo --apply\n\
         \n\
         It takes back what this folder loaded, last change first, and nothing else.\n"
    )
}

/// Lines of Exim's alias file of the domain, as cPanel keeps them.
pub(super) fn cpanel(plan: &Plan, wanted: &[Moved<'_>], given: &mut Given) {
    let file = "cpanel/forwards.tsv";
    let rows = given.sayable(wanted, file, true, |local| {
        if local.starts_with(['#', ':']) {
            Some("it begins with a character that means something else in an alias file")
        } else if local.contains(['%', '!', '/', '|']) {
            Some("Exim's usual access list refuses % ! / | in an address")
        } else if local.contains('*') {
            Some("it has a *, which is a wildcard in an alias file")
        } else {
            option(local)
        }
    });
    given.add(file, "The forwards, for the script beside it.", UNDO, list(&rows));
    let text = script(include_str!("../../../assets/servers/cpanel.sh"));
    given.add("cpanel/forwards.sh", "Puts the lines into /etc/valiases.", UNDO, text);
    let domain = plan.domain();
    given.how_to(
        "cpanel/HOW-TO.txt",
        &running(
            "cPanel, or Exim with one alias file for each domain",
            "\u{20}      cd cpanel\n",
            &format!(
                "\nThe lines go into /etc/valiases/{domain}, one a person: ADDRESS: TARGET. {domain} must\n\
                 be in Email Routing as Local Mail Exchanger here. The last line of the file, for\n\
                 everybody else, must stay :fail: and never become an address.\n\
                 Where the mailbox still exists it gets a copy of each message; to end that, remove\n\
                 the account in Email Accounts once its mail has moved.\n\
                 Look at one route, as root:   exim -bt ADDRESS\n"
            ),
        ),
    );
}

/// Forwarding of Plesk's mail accounts.
pub(super) fn plesk(wanted: &[Moved<'_>], given: &mut Given) {
    let file = "plesk/forwards.tsv";
    let rows = given.sayable(wanted, file, false, option);
    given.add(file, "The forwards, for the script beside it.", UNDO, list(&rows));
    let text = script(include_str!("../../../assets/servers/plesk.sh"));
    given.add("plesk/forwards.sh", "Switches forwarding on for each account.", UNDO, text);
    given.how_to(
        "plesk/HOW-TO.txt",
        &running(
            "Plesk",
            "\u{20}      cd plesk      (as root)\n",
            "\nEach person needs a mail account here; aliases of the account follow it. The mailbox\n\
             keeps a copy of each message; to end that, switch Mailbox off for the account once its\n\
             mail has moved.\n\
             The undo takes the target out again. Forwarding stays switched on, with whatever\n\
             targets were there before; where there were none, switch it off:\n\
             \u{20}      plesk bin mail --update ADDRESS -forwarding false\n",
        ),
    );
}

/// Forwarding of Zimbra's accounts.
pub(super) fn zimbra(wanted: &[Moved<'_>], given: &mut Given) {
    let file = "zimbra/forwards.tsv";
    let rows = given.sayable(wanted, file, false, option);
    given.add(file, "The forwards, for the script beside it.", UNDO, list(&rows));
    let text = script(include_str!("../../../assets/servers/zimbra.sh"));
    given.add("zimbra/forwards.sh", "Sets the forwarding address of each account.", UNDO, text);
    given.how_to(
        "zimbra/HOW-TO.txt",
        &running(
            "Zimbra",
            "\u{20}      su - zimbra, then change to the folder zimbra\n",
            "\nEach person needs an account here; its aliases follow it. The script adds to\n\
             zimbraMailForwardingAddress, which its owner does not see, and switches local delivery\n\
             off, so that no copy stays. zmprov takes some seconds for each person.\n",
        ),
    );
}

/// Aliases of mailcow.
pub(super) fn mailcow(wanted: &[Moved<'_>], given: &mut Given) {
    let file = "mailcow/forwards.tsv";
    let rows = given.sayable(wanted, file, true, option);
    given.add(file, "The forwards, for the script beside it.", UNDO, list(&rows));
    let text = script(include_str!("../../../assets/servers/mailcow.sh"));
    given.add("mailcow/forwards.sh", "Makes an alias for each address, by the API.", UNDO, text);
    given.how_to(
        "mailcow/HOW-TO.txt",
        &running(
            "mailcow",
            "\u{20}      cd mailcow\n\
             \u{20}      read -r MAILCOW_HOST; read -rs MAILCOW_API_KEY; export MAILCOW_HOST MAILCOW_API_KEY\n\
             \u{20}  The key needs write access and this machine's address in its list. It is kept nowhere.\n",
            "\nmailcow makes no alias for an address that has a mailbox: such a row fails, and that\n\
             mailbox goes first. Do not switch on forwarding of unknown addresses (relay of\n\
             non-existing mailboxes): together with split domain routing that is a loop.\n",
        ),
    );
}

/// Forwarding of hMailServer's accounts.
pub(super) fn hmailserver(wanted: &[Moved<'_>], given: &mut Given) {
    const CSV: &str = "hmailserver/forwards.for-hmailserver.csv";
    const UNDO: &str = ".\\forwards.ps1 -Undo in the same folder for a preview, then with -Apply; it needs applied.csv, \
         which the loading writes";
    let rows = given.sayable(wanted, CSV, false, option);
    let cells = rows.iter().map(|(address, target)| [address.to_string(), target.to_string()]);
    given.add(
        CSV,
        "The forwards, for the script beside it: do not save it with a spreadsheet.",
        UNDO,
        table(["Address", "Target"], cells, csv::QuoteStyle::Always),
    );
    let text = crlf(include_str!("../../../assets/servers/hmailserver.ps1")).into_bytes();
    given.add("hmailserver/forwards.ps1", "Sets the forward of each account.", UNDO, text);
    let text = crlf(
        "Forwards for hMailServer\n\
         \n\
         Loading, on the server, in Windows PowerShell\n\
         \n\
         1. Unblock-File .\\*.ps1     (once; Windows blocks downloaded scripts)\n\
         2. .\\forwards.ps1           (a preview: nothing changes)\n\
         3. .\\forwards.ps1 -Apply\n\
         4. .\\forwards.ps1 -Verify\n\
         \n\
         It asks for the password of the hMailServer administrator and keeps it nowhere. Each person\n\
         needs an account; its aliases follow it. No copy stays in the old mailbox.\n\
         \n\
         Undo\n\
         \n\
         \u{20}  .\\forwards.ps1 -Undo            (a preview: nothing changes)\n\
         \u{20}  .\\forwards.ps1 -Undo -Apply\n\
         \n\
         It puts back what each account had before, and leaves what was changed since.\n",
    );
    given.how_to("hmailserver/HOW-TO.txt", &text);
}
