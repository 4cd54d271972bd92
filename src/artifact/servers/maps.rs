//! Sendmail's virtusertable.

use super::{Given, option};
use crate::artifact::forwards::Moved;
use crate::plan::Plan;

const TABLE: &str = "sendmail/sdr-virtusertable";

/// Address, tab, target; `makemap` compiles it.
pub(super) fn sendmail(plan: &Plan, mark: &str, everyone: &[Moved<'_>], given: &mut Given) {
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
    let mut text = format!(
        "# Forwards of {} to {}. See HOW-TO.txt beside this file.\n",
        plan.domain(),
        plan.routing_subdomain()
    );
    for (address, target) in rows {
        text.push_str(&format!("{address}\t{target}\n"));
    }
    given.add(
        TABLE,
        "The forwards for Sendmail's virtusertable, those of earlier waves included.",
        format!(
            "put the table of before back: mv virtusertable.before-{mark} virtusertable and makemap, \
             in /etc/mail (sendmail/HOW-TO.txt)"
        ),
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
             1. Keep the table of before:\n\
             \u{20}      cd /etc/mail\n\
             \u{20}      touch virtusertable\n\
             \u{20}      test -e virtusertable.before-{mark} || cp -p virtusertable virtusertable.before-{mark}\n\
             2. Put the lines of sdr-virtusertable in the place of those of an earlier wave. Your own\n\
             \u{20}  lines stay, but those that lead to {subdomain} go: they are this list's.\n\
             \u{20}  In the folder of this file:\n\
             \u{20}      {{ grep -v '@{subdomain}$' /etc/mail/virtusertable.before-{mark}; cat sdr-virtusertable; }} > /etc/mail/virtusertable\n\
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
             Undo. Where a later wave was loaded since, undo that one first.\n\
             \n\
             \u{20}      cd /etc/mail\n\
             \u{20}      mv virtusertable.before-{mark} virtusertable\n\
             \u{20}      makemap hash virtusertable < virtusertable\n",
            subdomain = plan.routing_subdomain(),
        ),
    );
}
