//! Scripts for the command-line programs of DNS hosts. Each prints what it
//! would run until it is called with `--apply`.
//!
//! Names of the DNS are letters, digits, hyphens, underscores and dots here
//! (`plan::Domain`), so they may stand between single quotes of a shell.

use super::change::{Kind, MxChange, data};

/// Azure DNS, by `az`.
pub(super) fn azure(change: &MxChange<'_>) -> String {
    let mut body = String::new();
    let set = format!("-g \"$1\" -z '{}' -n '{}'", change.zone, change.place);
    if change.kind == Kind::Publish {
        // Fails where a set is there already, rather than add to another's.
        body.push_str(&format!(
            "run az network dns record-set mx create {set} --ttl {} --if-none-match\n",
            change.ttl
        ));
    }
    for mx in change.set {
        body.push_str(&format!(
            "run az network dns record-set mx add-record {set} --preference {} --exchange '{}.'\n",
            mx.preference, mx.exchange
        ));
    }
    for mx in change.gone {
        body.push_str(&format!(
            "run az network dns record-set mx remove-record {set} --preference {} --exchange '{}.'\n",
            mx.preference, mx.exchange
        ));
    }
    if change.is_of_primary() {
        body.push_str(&format!(
            "run az network dns record-set mx update {set} --set ttl={}\n",
            change.ttl
        ));
    }
    script(change, "azure.sh", "RESOURCE-GROUP", "resource group of the zone", &body)
}

/// Google Cloud DNS, by `gcloud`.
pub(super) fn google(change: &MxChange<'_>) -> String {
    let rows: Vec<String> = change.set.iter().map(data).collect();
    let name = format!("{}.", change.name);
    let body = match change.kind {
        Kind::Publish | Kind::Cutover | Kind::GoBack => format!(
            "run gcloud dns record-sets {verb} '{name}' --zone=\"$1\" --type=MX --ttl={ttl} \
             --rrdatas='{rows}'\n",
            // Create fails where a set is there already.
            verb = if change.kind == Kind::Publish { "create" } else { "update" },
            ttl = change.ttl,
            rows = rows.join(","),
        ),
        Kind::Withdraw => {
            let rows: Vec<String> =
                change.gone.iter().map(|mx| format!("'{}'", data(mx))).collect();
            // Fails where the set is not exactly this one.
            format!(
                "run gcloud dns record-sets transaction start --zone=\"$1\"\n\
                 run gcloud dns record-sets transaction remove --zone=\"$1\" --name='{name}' \
                 --type=MX --ttl={ttl} {rows}\n\
                 run gcloud dns record-sets transaction execute --zone=\"$1\"\n",
                ttl = change.ttl,
                rows = rows.join(" "),
            )
        }
    };
    script(change, "google.sh", "MANAGED-ZONE", "name of the managed zone", &body)
}

/// DigitalOcean, by `doctl`.
pub(super) fn digitalocean(change: &MxChange<'_>) -> String {
    let (zone, place) = (change.zone, change.place);
    let mut body = String::new();
    for mx in change.set {
        body.push_str(&format!(
            "run doctl compute domain records create '{zone}' --record-type MX --record-name \
             '{place}' --record-data '{}.' --record-priority {} --record-ttl {}\n",
            mx.exchange, mx.preference, change.ttl
        ));
    }
    if !change.gone.is_empty() {
        body.push_str(&format!(
            "# Finds the number of one record, which is what deleting wants.\n\
             remove() {{\n\
             \u{20} doctl compute domain records list '{zone}' --no-header \\\n\
             \u{20}   --format ID,Type,Name,Priority,Data |\n\
             \u{20}   awk -v p=\"$1\" -v e=\"$2\" '$2 == \"MX\" && $3 == \"{place}\" && $4 == p {{\n\
             \u{20}     sub(/\\.$/, \"\", $5); if ($5 == e) print $1 }}' |\n\
             \u{20}   while read -r number; do\n\
             \u{20}     run doctl compute domain records delete '{zone}' \"$number\" --force\n\
             \u{20}   done\n\
             }}\n"
        ));
    }
    for mx in change.gone {
        body.push_str(&format!("remove {} '{}'\n", mx.preference, mx.exchange));
    }
    script(change, "digitalocean.sh", "", "", &body)
}

/// Cloudflare, by its API: what goes and what comes in one batch.
pub(super) fn cloudflare(change: &MxChange<'_>) -> String {
    let name = change.name;
    let record = |mx: &crate::plan::MxTarget| {
        format!(
            "{{\"type\":\"MX\",\"name\":\"{name}\",\"content\":\"{}\",\"priority\":{},\"ttl\":{}}}",
            mx.exchange, mx.preference, change.ttl
        )
    };
    let set: Vec<String> = change.set.iter().map(record).collect();
    let gone: Vec<String> = change.gone.iter().map(record).collect();
    // Where nobody knows the old records of the whole domain, all of them go.
    let all = change.kind == Kind::Cutover && change.gone.is_empty();
    let body = format!(
        r#"# CLOUDFLARE_API_TOKEN: a token that may edit this zone's records. Needs curl and jq.
: "${{CLOUDFLARE_API_TOKEN:?set it to an API token that may edit the zone}}"
zone=https://api.cloudflare.com/client/v4/zones/$1/dns_records
# By standard input: what stands in an argument, others can see.
api() {{
  printf 'header = "Authorization: Bearer %s"\n' "$CLOUDFLARE_API_TOKEN" | curl -sS --fail-with-body -K - "$@"
}}
set='[{set}]'
gone='[{gone}]'
there=$(api "$zone?type=MX&name={name}&per_page=100")
batch=$(printf '%s' "$there" | jq --argjson set "$set" --argjson gone "$gone" '
  def same($a; $b): $a.priority == $b.priority and ($a.content | ascii_downcase | rtrimstr(".")) == $b.content;
  .result as $there | {{
    deletes: [$there[] | . as $one
      | select({all} and ([$set[] | select(same($one; .))] | length) == 0 or ([$gone[] | select(same($one; .))] | length) > 0) | {{id}}],
    posts: [$set[] | . as $one | select(([$there[] | select(same(.; $one))] | length) == 0)]
  }}')
printf '%s\n' "$batch"
[ -z "$apply" ] || printf '%s' "$batch" | {{
  body=$(cat)
  api -X POST -H 'Content-Type: application/json' --data-binary "$body" "$zone/batch"
}}
"#,
        set = set.join(","),
        gone = gone.join(","),
    );
    script(change, "cloudflare.sh", "ZONE-ID", "identifier of the zone", &body)
}

fn script(change: &MxChange<'_>, file: &str, argument: &str, what: &str, body: &str) -> String {
    let gap = if argument.is_empty() { "" } else { " " };
    let preview = format!("Preview, which changes nothing:  sh {file}{gap}{argument}");
    let doing = format!("To do it:                        sh {file}{gap}{argument} --apply");
    let head = change.head("#", &[&preview, &doing]);
    let (needs, options) = if argument.is_empty() {
        (String::new(), "case ${1:-} in")
    } else {
        (
            format!(
                "case ${{1:-}} in '' | -*) echo 'usage: sh {file} {argument} [--apply]: {what}' >&2; exit 2 ;; esac\n"
            ),
            "case ${2:-} in",
        )
    };
    format!(
        "#!/bin/sh\n{head}set -eu\n{needs}apply=\n{options}\n  --apply) apply=yes ;;\n  '') ;;\n  *) \
         echo 'only --apply may follow' >&2; exit 2 ;;\nesac\n\
         run() {{\n  echo \"$*\"\n  [ -z \"$apply\" ] || \"$@\" < /dev/null\n}}\n\n{body}\
         [ -n \"$apply\" ] || echo 'This was a preview: nothing was changed. Add --apply to do it.'\n"
    )
}
