//! How international names are spelled: sentences on screen as people write
//! them; records, commands, evidence and files as the DNS has them (RFC 5890).

use std::sync::Arc;

use eframe::egui::{Context, Id};

use super::widgets::safe;
use crate::plan::Plan;

/// The names of the open plan that the DNS spells otherwise, longest first:
/// A-labels and U-labels. Names of others stay as they are: what looks like a
/// known name may be another one's.
type Spelling = Arc<[(String, String)]>;

/// Spells the names of this plan from now on.
pub(crate) fn follow(ctx: &Context, plan: Option<&Plan>) {
    let spelling = plan.map(of).unwrap_or_default();
    ctx.data_mut(|data| *data.get_temp_mut_or_default::<Spelling>(place()) = spelling);
}

/// A sentence as it is shown: harmless, and the plan's names in their letters.
/// Not for inside of `widget_info`, which is asked while the context is locked.
pub(crate) fn spelled(ctx: &Context, words: &str) -> String {
    let safe = safe(words);
    if !safe.contains("xn--") {
        return safe;
    }
    let spelling = ctx.data(|data| data.get_temp::<Spelling>(place())).unwrap_or_default();
    spelling.iter().fold(safe, |words, (in_dns, name)| with_name(&words, in_dns, name))
}

fn place() -> Id {
    Id::unique("spelling of names")
}

fn of(plan: &Plan) -> Spelling {
    let server = plan.external.host_name.as_ref();
    let names = [
        Some((plan.domain().to_string(), plan.domain().to_unicode())),
        server.map(|server| (server.to_string(), server.to_unicode())),
    ];
    let differs = |(in_dns, name): &(String, String)| in_dns != name;
    let mut names: Vec<_> = names.into_iter().flatten().filter(differs).collect();
    names.sort_by_key(|(in_dns, _)| std::cmp::Reverse(in_dns.len()));
    names.into()
}

/// The words with every whole `in_dns`, and what is below it, spelled as `name`.
fn with_name(words: &str, in_dns: &str, name: &str) -> String {
    let of_a_label = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find(in_dns) {
        let (before, found) = rest.split_at(at);
        let after = &found[in_dns.len()..];
        let goes_on = after.strip_prefix('.').unwrap_or(after).starts_with(of_a_label);
        let whole = !before.ends_with(of_a_label) && !goes_on;
        out.push_str(before);
        out.push_str(if whole { name } else { in_dns });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Domain, HostName};

    #[test]
    fn the_plans_own_names_are_spelled_and_no_others() {
        let mut plan = Plan::new(Domain::parse("bücher.example").unwrap()).unwrap();
        plan.external.host_name = Some(HostName::parse("post.grün.example").unwrap());
        let names = of(&plan);
        let shown = |words: &str| {
            names.iter().fold(words.to_owned(), |words, (dns, name)| with_name(&words, dns, name))
        };
        for (said, spelled) in [
            ("ann@xn--bcher-kva.example is at the host.", "ann@bücher.example is at the host."),
            ("Is rackspace.xn--bcher-kva.example. there?", "Is rackspace.bücher.example. there?"),
            ("xn--bcher-kva.example.", "bücher.example."),
            ("post.xn--grn-ioa.example answers", "post.grün.example answers"),
            ("a-xn--bcher-kva.example", "a-xn--bcher-kva.example"),
            ("xn--bcher-kva.example.com", "xn--bcher-kva.example.com"),
            ("xn--bcher-kva.examples", "xn--bcher-kva.examples"),
            ("other.xn--grn-ioa.example", "other.xn--grn-ioa.example"),
            ("xn--pple-43d.com", "xn--pple-43d.com"),
        ] {
            assert_eq!(shown(said), spelled);
        }
    }
}
