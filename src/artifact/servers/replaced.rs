//! Maps that replace the one before: who is in them, and who is not.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::counted;
use crate::plan::{Apart, ExternalSystem, Handed, Plan, Standing, WaveNumber};

/// A wave that is not in a map which replaces the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotInMap {
    /// Whether it comes before the wave that is exported, so that its forwards
    /// should be there already.
    pub is_earlier: bool,
    /// What to do: a sentence or two.
    pub words: String,
}

/// Whether the files of this system hold earlier waves too.
pub(in crate::artifact) fn has_map(system: ExternalSystem) -> bool {
    matches!(
        system,
        ExternalSystem::Postfix | ExternalSystem::PostfixRelay | ExternalSystem::Sendmail
    )
}

/// The waves that the map of an export leaves out though they may be loaded;
/// none where the files of the plan's system do not replace earlier ones.
pub fn not_in_the_map(
    plan: &Plan,
    handed: &Handed,
    wave: Option<WaveNumber>,
    now: Timestamp,
) -> Vec<NotInMap> {
    if !has_map(plan.external.system) {
        return Vec::new();
    }
    let today = now.to_zoned(TimeZone::UTC).date();
    let Apart { unknown, later } = Standing::new(plan, handed, wave, today).apart(plan);
    let said = |is_earlier, wave: WaveNumber, people: usize| {
        let task = format!("load-forwards-{wave}");
        let count = counted::people(people);
        let words = match is_earlier {
            true => format!(
                "Not in this map: {count} of wave {wave}, which comes before. No export on file \
                 has them. Loading the map takes away forwards of theirs that are loaded: if there \
                 are any, tick that off (step 6, or sdrctl done with {task}) and export again."
            ),
            false => format!(
                "Not in this map: {count} of wave {wave}, which was handed out ahead and comes \
                 later. If its forwards are loaded already, tick that off (step 6, or sdrctl done \
                 with {task}) and export again."
            ),
        };
        NotInMap { is_earlier, words }
    };
    let unknown = unknown.into_iter().map(|(wave, people)| said(true, wave, people));
    unknown.chain(later.into_iter().map(|(wave, people)| said(false, wave, people))).collect()
}

/// Who is in the map, and who is not, for a HOW-TO: lines that end in a line
/// break, with this indent.
pub(in crate::artifact) fn who_is_in(apart: &[NotInMap], indent: &str) -> String {
    let mut text = format!(
        "{indent}The list holds everyone who is at the host, who is of this export, and of earlier waves\n\
         {indent}that were handed out or ticked off as loaded, but nobody who moves later. Take the\n\
         {indent}newest export: an older one lacks whoever moved since.\n"
    );
    for one in apart {
        text.push_str(&folded(&one.words, indent));
    }
    text
}

/// In lines of a width that a terminal has.
fn folded(words: &str, indent: &str) -> String {
    let (mut text, mut line) = (String::new(), indent.to_owned());
    for word in words.split(' ') {
        if line.len() + word.len() > 92 && line.len() > indent.len() {
            text.push_str(line.trim_end());
            text.push('\n');
            line = indent.to_owned();
        }
        line.push_str(word);
        line.push(' ');
    }
    text.push_str(line.trim_end());
    text.push('\n');
    text
}
