//! Scripts for the command-line programs of DNS hosts. Each prints what it
//! would run until it is called with `--apply`.
//!
//! Names of the DNS are letters, digits, hyphens, underscores and dots here
//! (`plan::Domain`), so they may stand between single quotes of a shell.

use super::change::{Kind, MxChange, data};
use crate::plan::MxTarget;

/// Azure DNS, by `az`.
pub(super) fn azure(change: &MxChange<'_>) -> String {
    let set = format!("-g \"$1\" -z '{}' -n '{}'", change.zone, change.place);
    let mx = "run az network dns record-set mx";
    let mut body = azure_there(change);
    body.push_str(&format!(
        "add() {{\n  if has \"$@\"; then\n    echo \"there already: $*\"\n  else\n    \
         {mx} add-record {set_of} --preference \"$1\" --exchange \"$2.\"\n  fi\n}}\n\
         remove() {{\n  ! has \"$@\" || {mx} remove-record {set_of} --preference \"$1\" --exchange \"$2.\"\n}}\n",
        set_of = set.replace("$1", "$group"),
    ));
    if change.kind == Kind::Publish {
        body.push_str(&unless_others(change.set, |mx| {
            format!("{} {}", mx.preference, mx.exchange)
        }));
        body.push_str(&format!(
            "sets=$(az network dns record-set mx list -g \"$1\" -z '{zone}' \\\n  \
             --query \"[?name=='{place}'].name\" -o tsv < /dev/null)\n\
             [ -n \"$sets\" ] || {mx} create {set} --ttl {ttl} --if-none-match\n",
            zone = change.zone,
            place = change.place,
            ttl = change.ttl,
        ));
    }
    for mx in change.set {
        body.push_str(&format!("add {} '{}'\n", mx.preference, mx.exchange));
    }
    for mx in change.gone {
        body.push_str(&format!("remove {} '{}'\n", mx.preference, mx.exchange));
    }
    if replaces_all(change) {
        body.push_str(&format!(
            "# Nobody saw the records of before: whatever is not among the new ones goes.\n\
             while read -r preference exchange; do\n  \
             case \"$preference $exchange\" in '' | ' ' | {new}) continue ;; esac\n  \
             remove \"$preference\" \"$exchange\"\n\
             done <<THERE\n$there\nTHERE\n",
            new = patterns(change),
        ));
    }
    if change.is_of_primary() {
        body.push_str(&format!("{mx} update {set} --set ttl={}\n", change.ttl));
    }
    script(change, "azure.sh", "RESOURCE-GROUP", "resource group of the zone", &body)
}

/// What is there now, so that the script may run again. A list, because a set
/// that is not there is no error in it. `az` spells the records otherwise in
/// older versions.
fn azure_there(change: &MxChange<'_>) -> String {
    let (zone, place) = (change.zone, change.place);
    format!(
        "group=$1\n\
         # Preference and exchange of each MX record that is there now.\n\
         there=$(az network dns record-set mx list -g \"$1\" -z '{zone}' \\\n  \
         --query \"[?name=='{place}'].[MXRecords, mxRecords][][].[preference, exchange]\" -o tsv < /dev/null)\n\
         there=$(printf '%s\\n' \"$there\" | tr 'A-Z\\t' 'a-z ' | sed 's/\\.$//')\n\
         has() {{\n  printf '%s\\n' \"$there\" | grep -qxF \"$1 $2\"\n}}\n"
    )
}

/// Ends a script before it changes anything where `$there` has lines that are
/// none of these.
fn unless_others(ours: &[MxTarget], line: impl Fn(&MxTarget) -> String) -> String {
    let ours: String = ours.iter().map(|mx| format!(" -e '{}'", line(mx))).collect();
    format!(
        "# Records of somebody else at the name stay, and nothing is added to them.\n\
         others=$(printf '%s\\n' \"$there\" | grep -vxF -e ''{ours} || :)\n\
         if [ -n \"$others\" ]; then\n  \
         printf 'MX records are there that this script did not make:\\n%s\\nNothing was changed.\\n' \"$others\" >&2\n  \
         exit 1\nfi\n"
    )
}

/// Whether every other record at the name goes, because nobody saw which are
/// there.
fn replaces_all(change: &MxChange<'_>) -> bool {
    change.kind == Kind::Cutover && change.gone.is_empty()
}

/// The records that come, as one pattern of a shell's `case`.
fn patterns(change: &MxChange<'_>) -> String {
    let one = |mx: &MxTarget| format!("'{} {}'", mx.preference, mx.exchange);
    change.set.iter().map(one).collect::<Vec<_>>().join(" | ")
}

/// Google Cloud DNS, by `gcloud`.
pub(super) fn google(change: &MxChange<'_>) -> String {
    let rows: Vec<String> = change.set.iter().map(data).collect();
    let name = format!("{}.", change.name);
    let set = |verb: &str| {
        format!(
            "run gcloud dns record-sets {verb} '{name}' --zone=\"$1\" --type=MX --ttl={ttl} \
             --rrdatas='{rows}'\n",
            ttl = change.ttl,
            rows = rows.join(","),
        )
    };
    let there = format!(
        "# Each MX record that is there now.\n\
         there=$(gcloud dns record-sets list --zone=\"$1\" --name='{name}' --type=MX \\\n  \
         --flatten='rrdatas[]' --format='value(rrdatas)' < /dev/null)\n\
         there=$(printf '%s\\n' \"$there\" | tr 'A-Z\\t' 'a-z ')\n"
    );
    let body = match change.kind {
        Kind::Cutover | Kind::GoBack => set("update"),
        Kind::Publish => format!(
            "{there}{others}\
             missing=\nfor record in {ours}; do\n  \
             printf '%s\\n' \"$there\" | grep -qxF \"$record\" || missing=yes\ndone\n\
             if [ -z \"$there\" ]; then\n  {create}\
             elif [ -n \"$missing\" ]; then\n  {update}\
             else\n  echo 'there already'\nfi\n",
            others = unless_others(change.set, data),
            ours = rows.iter().map(|row| format!("'{row}'")).collect::<Vec<_>>().join(" "),
            create = set("create"),
            update = set("update"),
        ),
        Kind::Withdraw => format!(
            "{there}{others}\
             if [ -n \"$there\" ]; then\n  \
             run gcloud dns record-sets delete '{name}' --zone=\"$1\" --type=MX\n\
             else\n  echo 'gone already'\nfi\n",
            others = unless_others(change.gone, data),
        ),
    };
    script(change, "google.sh", "MANAGED-ZONE", "name of the managed zone", &body)
}

/// DigitalOcean, by `doctl`. What is there is read first, so that nothing is
/// added where it can't be read, nothing twice, and nothing half.
pub(super) fn digitalocean(change: &MxChange<'_>) -> String {
    let (zone, place) = (change.zone, change.place);
    let mut body = format!(
        "# Number, preference and exchange of each MX record at the name.\n\
         there=$(doctl compute domain records list '{zone}' --no-header \\\n  \
         --format ID,Type,Name,Priority,Data < /dev/null)\n\
         there=$(printf '%s\\n' \"$there\" | awk '$2 == \"MX\" && $3 == \"{place}\" {{\n  \
         sub(/\\.$/, \"\", $5); print $1, $4, tolower($5) }}')\n\
         # The numbers of one record, which is what deleting wants.\n\
         numbers() {{\n  \
         printf '%s\\n' \"$there\" | awk -v p=\"$1\" -v e=\"$2\" '$2 == p && $3 == e {{ print $1 }}'\n\
         }}\n"
    );
    for mx in change.set {
        let (preference, exchange) = (mx.preference, &mx.exchange);
        body.push_str(&format!(
            "if [ -n \"$(numbers {preference} '{exchange}')\" ]; then\n  \
             echo 'there already: {preference} {exchange}'\n\
             else\n  \
             run doctl compute domain records create '{zone}' --record-type MX --record-name \
             '{place}' --record-data '{exchange}.' --record-priority {preference} --record-ttl {ttl}\n\
             fi\n",
            ttl = change.ttl,
        ));
    }
    let delete = format!("run doctl compute domain records delete '{zone}' \"$number\" --force");
    for mx in change.gone {
        body.push_str(&format!(
            "for number in $(numbers {} '{}'); do\n  {delete}\ndone\n",
            mx.preference, mx.exchange
        ));
    }
    if replaces_all(change) {
        body.push_str(&format!(
            "# Whatever is not among the new ones goes.\n\
             while read -r number preference exchange; do\n  \
             [ -n \"$number\" ] || continue\n  \
             case \"$preference $exchange\" in {new}) continue ;; esac\n  \
             {delete}\n\
             done <<THERE\n$there\nTHERE\n",
            new = patterns(change),
        ));
    }
    script(change, "digitalocean.sh", "", "", &body)
}

/// Cloudflare, by its API: what goes and what comes in one batch.
pub(super) fn cloudflare(change: &MxChange<'_>) -> String {
    let name = change.name;
    let record = |mx: &MxTarget| {
        format!(
            "{{\"type\":\"MX\",\"name\":\"{name}\",\"content\":\"{}\",\"priority\":{},\"ttl\":{}}}",
            mx.exchange, mx.preference, change.ttl
        )
    };
    let set: Vec<String> = change.set.iter().map(record).collect();
    let gone: Vec<String> = change.gone.iter().map(record).collect();
    // Where nobody knows the old records of the whole domain, all of them go.
    let all = replaces_all(change);
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
    let undo = change.kind == Kind::Withdraw;
    let file = &if undo { super::undo_name(file) } else { file.to_owned() };
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
