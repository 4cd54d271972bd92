//! The order in which the findings of a step are told, and the exit list of
//! step 8 with the state of each point.

use super::Step;
use crate::finding::{Finding, State};

/// The points of the exit list, in the order in which they are gone through.
const EXIT_LIST: [&str; 8] = [
    "cutover.moved",
    "cutover.confirmed",
    "cutover.flow",
    "cutover.ttl",
    "cutover.primary-mx",
    "cutover.sdr-off",
    "cutover.released",
    "cutover.take-down",
];

/// Whom the records name, then what they lead to, then policy.
const SITUATION: [&str; 10] = [
    "situation.primary-mx",
    "situation.exchangers",
    "situation.ttl",
    "situation.name-servers",
    "situation.delegation",
    "situation.serial",
    "situation.spf",
    "situation.dmarc",
    "situation.mta-sts",
    "situation.panel",
];

/// The records before the alias that they lead to.
const SUBDOMAIN: [&str; 6] = [
    "subdomain.primary-mx",
    "subdomain.mx",
    "subdomain.exchangers",
    "subdomain.external-mx",
    "subdomain.alias",
    "subdomain.alias-api",
];

/// As a conversation with the server goes.
const SERVER: [&str; 21] = [
    "server.resolve",
    "server.connect",
    "server.banner",
    "server.ehlo",
    "server.size",
    "server.starttls",
    "server.greylist",
    "server.login",
    "server.tls-wanted",
    "server.null-sender",
    "server.foreign-sender",
    "server.random-address",
    "server.verification-address",
    "server.verification-place",
    "server.own-domain",
    "server.sender-domain",
    "server.authority",
    "server.tarpit",
    "server.postmaster",
    "server.abuse",
    "server.relay",
];

/// How a point of the exit list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitPoint {
    /// Over.
    Done,
    /// The first that is not over.
    Next,
    /// Its time has not come.
    NotYet,
    /// Something is wrong with it.
    Attention,
}

impl ExitPoint {
    /// The word on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Next => "Next",
            Self::NotYet => "Not yet",
            Self::Attention => "Look",
        }
    }
}

/// Puts the findings of a step in order: the exit list as it is gone through,
/// all others worst first and then as they were asked.
pub fn in_order(step: Step, mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_cached_key(|finding| {
        let rank = if step == Step::Cutover { 0 } else { finding.state.rank() };
        (rank, place(step, finding))
    });
    findings
}

/// Where a finding stands among those of its state.
pub(super) fn place(step: Step, finding: &Finding) -> usize {
    let told: &[&str] = match step {
        Step::Cutover => &EXIT_LIST,
        Step::Server => &SERVER,
        Step::Situation => &SITUATION,
        Step::Subdomain => &SUBDOMAIN,
        _ => &[],
    };
    let question = finding.id.split_once('@').map_or(finding.id.as_str(), |(id, _)| id);
    told.iter().position(|id| *id == question).unwrap_or(told.len())
}

/// How each of these findings of step 8 stands as a point of the exit list;
/// empty where there is none, as for a split that stays.
pub fn exit_points(findings: &[Finding]) -> Vec<ExitPoint> {
    if !findings.iter().any(|finding| finding.id == EXIT_LIST[0]) {
        return Vec::new();
    }
    let mut next = true;
    let mut point = |finding: &Finding| match finding.state {
        State::Passed => ExitPoint::Done,
        State::Skipped { .. } if std::mem::take(&mut next) => ExitPoint::Next,
        State::Skipped { .. } => ExitPoint::NotYet,
        _ => ExitPoint::Attention,
    };
    findings.iter().map(&mut point).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn finding(id: &str, state: State) -> Finding {
        Finding::new(id, state, "", Timestamp::UNIX_EPOCH)
    }

    fn open() -> State {
        State::Skipped { because: "its time has not come".to_owned() }
    }

    #[test]
    fn the_exit_list_keeps_its_order_whatever_the_states() {
        let all = vec![
            finding("cutover.flow", State::Passed),
            finding("cutover.take-down", open()),
            finding("cutover.moved", State::Passed),
            finding("cutover.primary-mx", open()),
        ];
        let all = in_order(Step::Cutover, all);
        let ids: Vec<&str> = all.iter().map(|finding| finding.id.as_str()).collect();
        assert_eq!(
            ids,
            ["cutover.moved", "cutover.flow", "cutover.primary-mx", "cutover.take-down"]
        );
        use ExitPoint::{Done, Next, NotYet};
        assert_eq!(exit_points(&all), [Done, Done, Next, NotYet]);
    }

    #[test]
    fn a_split_that_stays_has_no_exit_list() {
        assert!(exit_points(&[finding("cutover.primary-mx", open())]).is_empty());
    }

    #[test]
    fn what_failed_comes_first_and_the_rest_as_it_was_asked() {
        let all = vec![
            finding("server.banner", State::Passed),
            finding("server.own-domain", State::Failed),
            finding("server.resolve", State::Passed),
            finding("server.connect@192.0.2.2", State::Passed),
        ];
        let all = in_order(Step::Server, all);
        let ids: Vec<&str> = all.iter().map(|finding| finding.id.as_str()).collect();
        assert_eq!(
            ids,
            ["server.own-domain", "server.resolve", "server.connect@192.0.2.2", "server.banner"]
        );
    }
}
