//! Sendmail's virtusertable.

use super::{Given, NotInMap, option, who_is_in};
use crate::artifact::forwards::Moved;
use crate::plan::Plan;

const TABLE: &str = "sendmail/sdr-virtusertable";

/// Address, tab, target; `makemap` compiles it.
pub(super) fn sendmail(
    plan: &Plan,
    mark: &str,
    everyone: &[Moved<'_>],
    apart: &[NotInMap],
    given: &mut Given,
) {
    let rows = given.sayable(everyone, TABLE, true, |local| {
        if local.starts_with('#') {
            Some("it begins with #, which makes the line a comment")
        } else if local.contains(['%', '!', '|', '/', '$', '*']) {
            Some("it has one of % ! | / $ *, which mean something else in a virtusertable")
        } else if local.ends_with('+') {
            Some("it ends with +, which stands for details in a virtusertable")
        } else {
            option(local)
        }
    });
    // It ends as the lines do, so that it goes with them when they are replaced.
    let mut text = format!(
        "# Forwards of {} (see HOW-TO.txt beside this file) to user@{}\n",
        plan.domain(),
        plan.routing_subdomain()
    );
    for (address, target) in rows {
        text.push_str(&format!("{address}\t{target}\n"));
    }
    given.add(
        TABLE,
        "The forwards for Sendmail's virtusertable, those of earlier waves included.",
        "put the table of the load before back, in /etc/mail: it is the newest virtusertable.before-*, \
         and sendmail/HOW-TO.txt has the commands",
        text.into_bytes(),
    );
    let domain = plan.domain();
    given.how_to(
        "sendmail/HOW-TO.txt",
        &format!(
            "Forwards for Sendmail\n\
             \n\
             Loading\n\
             \n\
             1. Keep a copy of the table of today, before each load anew:\n\
             \u{20}      cd /etc/mail\n\
             \u{20}      touch virtusertable\n\
             \u{20}      cp -p virtusertable virtusertable.before-$(date -u +%Y%m%d-%H%M%S)-{mark}\n\
             2. Put the lines of sdr-virtusertable in the place of those of an earlier load. All other\n\
             \u{20}  lines of today stay; those that lead to {subdomain} are this list's, and go.\n\
             \u{20}  In the folder of this file:\n\
             \u{20}      grep -vi '@{pattern}[[:blank:]]*$' /etc/mail/virtusertable > /etc/mail/virtusertable.new\n\
             \u{20}      cat sdr-virtusertable >> /etc/mail/virtusertable.new\n\
             \u{20}      cat /etc/mail/virtusertable.new > /etc/mail/virtusertable\n\
             {who}\
             3. Compile:\n\
             \u{20}      makemap hash /etc/mail/virtusertable < /etc/mail/virtusertable\n\
             4. Once, if they are not there yet: in sendmail.mc\n\
             \u{20}      FEATURE(`virtusertable', `hash -o /etc/mail/virtusertable.db')dnl\n\
             \u{20}      VIRTUSER_DOMAIN(`{domain}')dnl\n\
             \u{20}  then make -C /etc/mail and restart. {domain} stays where it is, in local-host-names.\n\
             5. Verify; the answer names the target:\n\
             \u{20}      sendmail -bv ADDRESS\n\
             \n\
             makemap stops at an address that is there twice: then your own table has a line for it;\n\
             decide which one holds. Never add a line for @{domain}: it takes every address.\n\
             \n\
             Undo\n\
             \n\
             It takes back the last load; done again, the one before that. What you wrote into the\n\
             table since then is not in the copy: the first command shows it.\n\
             \n\
             \u{20}      cd /etc/mail\n\
             \u{20}      before=$(ls virtusertable.before-2* | tail -n 1); diff \"$before\" virtusertable\n\
             \u{20}      mv \"$before\" virtusertable\n\
             \u{20}      makemap hash virtusertable < virtusertable\n",
            who = who_is_in(apart, "   "),
            subdomain = plan.routing_subdomain(),
            pattern = plan.routing_subdomain().as_str().replace('.', "\\."),
        ),
    );
}
