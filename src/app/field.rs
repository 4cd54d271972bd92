//! The fields that are typed into, and what each text is judged by when the
//! field is left.

use std::borrow::Cow;

use crate::guide::Field;
use crate::plan::{Address, Domain, HostName, Plan, WaveNumber};
use crate::shown::shown;

/// Characters that the name of a wave may have: it stands in headings.
const WAVE_NAME: usize = 60;

/// A field of the window. Those of the plan are kept as drafts while they do
/// not parse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldId {
    /// Start page: the domain of a new profile.
    NewDomain,
    /// Start page: where a new profile goes; empty for the default place.
    NewFolder,
    /// Where the open profile is to be saved, in place of its folder.
    SaveFolder,
    /// Start page: the folder of a profile to open.
    OpenFolder,
    /// The primary domain.
    Domain,
    /// Not typed: whether the panel still offers Split Domain.
    Panel,
    /// The external server's host name.
    ExternalHost,
    /// The verification address.
    VerificationAddress,
    /// The routing subdomain, or its label.
    RoutingSubdomain,
    /// The address of one more person.
    NewPerson,
    /// A file with people.
    ListPath,
    /// People, pasted.
    ListPaste,
    /// Search in the people.
    Search,
    /// Where exports go; empty for the profile's own folder.
    ExportFolder,
    /// The name of a wave.
    WaveName(WaveNumber),
    /// The day on which a wave moves.
    WaveDay(WaveNumber),
    /// The address that is followed.
    FlowAddress,
    /// What the test of the server saw on another machine, pasted.
    ResultPaste,
    /// The name of that machine.
    ResultFrom,
    /// A bounce, pasted.
    BouncePaste,
    /// Who gets a test message, or got the one whose headers are read.
    TestTo,
    /// The administrator's own address, for a bounce of it.
    TestFrom,
    /// The headers of a message that arrived, pasted.
    HeadersPaste,
    /// Settings: the time zone of what is on screen.
    TimeZone,
    /// Settings: resolvers to ask.
    Resolvers,
    /// Settings: the name said in EHLO.
    Helo,
    /// Settings: seconds for each reply of a mail server.
    ReplyTimeout,
    /// Settings: seconds for each answer of a name server.
    DnsTimeout,
}

impl FieldId {
    /// Those whose text is saved as a draft when the plan can't hold it, but
    /// for the fields of the waves.
    const DRAFTS: [Self; 9] = [
        Self::Domain,
        Self::ExternalHost,
        Self::VerificationAddress,
        Self::RoutingSubdomain,
        Self::NewPerson,
        Self::ListPaste,
        Self::ExportFolder,
        Self::TestTo,
        Self::TestFrom,
    ];

    /// Whether its text is saved as a draft when the plan can't hold it.
    pub fn is_draft(self) -> bool {
        Self::DRAFTS.contains(&self) || self.is_of_wave()
    }

    /// Whether it says something of a wave.
    pub fn is_of_wave(self) -> bool {
        matches!(self, Self::WaveName(_) | Self::WaveDay(_))
    }

    /// Its name in the saved drafts.
    pub fn key(self) -> Cow<'static, str> {
        let key = match self {
            Self::WaveName(number) => return format!("wave-{number}-name").into(),
            Self::WaveDay(number) => return format!("wave-{number}-day").into(),
            Self::NewDomain => "new-domain",
            Self::NewFolder => "new-folder",
            Self::SaveFolder => "save-folder",
            Self::OpenFolder => "open-folder",
            Self::Domain => "domain",
            Self::Panel => "panel",
            Self::ExternalHost => "external-host",
            Self::VerificationAddress => "verification-address",
            Self::RoutingSubdomain => "routing-subdomain",
            Self::NewPerson => "new-person",
            Self::ListPath => "list-path",
            Self::ListPaste => "list-paste",
            Self::Search => "search",
            Self::ExportFolder => "export-folder",
            Self::FlowAddress => "flow-address",
            Self::ResultPaste => "result-paste",
            Self::ResultFrom => "result-from",
            Self::BouncePaste => "bounce-paste",
            Self::TestTo => "test-to",
            Self::TestFrom => "test-from",
            Self::HeadersPaste => "headers-paste",
            Self::TimeZone => "time-zone",
            Self::Resolvers => "resolvers",
            Self::Helo => "helo",
            Self::ReplyTimeout => "reply-timeout",
            Self::DnsTimeout => "dns-timeout",
        };
        key.into()
    }

    /// What it is, to stand in a sentence; fields of the plan only.
    pub fn label(self) -> &'static str {
        match self {
            Self::Domain => "the primary domain",
            Self::ExternalHost => "the external mail server",
            Self::VerificationAddress => "the verification address",
            Self::RoutingSubdomain => "the routing subdomain",
            Self::WaveName(_) => "the name of a wave",
            Self::WaveDay(_) => "the day of a wave",
            _ => "a value",
        }
    }

    /// The draft field of this name.
    pub fn from_key(key: &str) -> Option<Self> {
        let of_wave = || {
            let (number, what) = key.strip_prefix("wave-")?.split_once('-')?;
            let number = WaveNumber::new(number.parse().ok()?)?;
            let fields = [Self::WaveName(number), Self::WaveDay(number)];
            fields.into_iter().find(|field| field.key() == format!("wave-{number}-{what}"))
        };
        Self::DRAFTS.into_iter().find(|field| field.key() == key).or_else(of_wave)
    }

    /// Whether leaving the field puts its text into the plan.
    pub fn is_of_plan(self) -> bool {
        let typed = matches!(
            self,
            Self::Domain | Self::ExternalHost | Self::VerificationAddress | Self::RoutingSubdomain
        );
        typed || self.is_of_wave()
    }

    /// Whether leaving the field puts its text into the preferences.
    pub fn is_of_preferences(self) -> bool {
        matches!(
            self,
            Self::TimeZone | Self::Resolvers | Self::Helo | Self::ReplyTimeout | Self::DnsTimeout
        )
    }

    /// Where the guide's field is on screen.
    pub fn of_guide(field: Field) -> Self {
        match field {
            Field::Domain => Self::Domain,
            Field::Panel => Self::Panel,
            Field::People => Self::ListPath,
            Field::ExternalHost => Self::ExternalHost,
            Field::VerificationAddress => Self::VerificationAddress,
            Field::RoutingSubdomain => Self::RoutingSubdomain,
        }
    }
}

/// What the plan holds for a field, as text.
pub(crate) fn text_in_plan(field: FieldId, plan: &Plan) -> String {
    match field {
        FieldId::Domain => plan.domain().to_unicode(),
        FieldId::ExternalHost => {
            plan.external.host_name.as_ref().map(HostName::to_unicode).unwrap_or_default()
        }
        FieldId::VerificationAddress => {
            plan.external.verification_address.as_ref().map(Address::to_unicode).unwrap_or_default()
        }
        FieldId::RoutingSubdomain => plan.routing_subdomain().label().to_owned(),
        FieldId::WaveName(number) => plan.wave(number).name,
        FieldId::WaveDay(number) => {
            plan.wave(number).date.map(|day| day.to_string()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// Puts a text into the plan, or says in a sentence why it can't be.
///
/// # Errors
/// The sentence to show beside the field; the plan is then unchanged.
pub(crate) fn put_into_plan(field: FieldId, text: &str, plan: &mut Plan) -> Result<(), String> {
    let blank = text.trim().is_empty();
    match field {
        FieldId::Domain => {
            let domain = Domain::from_pasted(text).map_err(|e| e.to_string())?;
            plan.set_domain(domain).map_err(|e| e.to_string())
        }
        FieldId::ExternalHost => {
            plan.external.host_name =
                if blank { None } else { Some(HostName::parse(text).map_err(|e| e.to_string())?) };
            Ok(())
        }
        FieldId::VerificationAddress => {
            plan.external.verification_address = match blank {
                true => None,
                false => Some(address_in(text, plan.domain())?),
            };
            Ok(())
        }
        FieldId::RoutingSubdomain => {
            let name = subdomain_name(text, plan.domain())?;
            plan.set_routing_subdomain(name).map_err(|e| e.to_string())
        }
        FieldId::WaveName(number) => {
            let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if name.chars().count() > WAVE_NAME {
                return Err(format!("This name is too long. Use {WAVE_NAME} characters or fewer."));
            }
            plan.edit_wave(number, |wave| wave.name = name);
            Ok(())
        }
        FieldId::WaveDay(number) => {
            let day = (!blank).then(|| day_in(text)).transpose()?;
            plan.edit_wave(number, |wave| wave.date = day);
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A day as ISO 8601 has it, the one spelling that means the same everywhere.
fn day_in(text: &str) -> Result<jiff::civil::Date, String> {
    let text = text.trim();
    text.parse().map_err(|_| {
        format!("“{}” is no day. Write year, month and day, such as 2027-01-31.", shown(text, 40))
    })
}

/// An address of the primary domain.
fn address_in(text: &str, domain: &Domain) -> Result<Address, String> {
    let address = Address::parse(text).map_err(|e| e.to_string())?;
    match address.domain() == domain {
        true => Ok(address),
        false => Err(format!("{address} is not in {domain}. Enter an address that is.")),
    }
}

/// A label below the primary domain, or a whole name.
fn subdomain_name(text: &str, primary: &Domain) -> Result<Domain, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("Enter a label such as rackspace; it becomes rackspace.{primary}."));
    }
    let name = if text.contains('.') || text.contains('@') {
        Domain::from_pasted(text)
    } else {
        primary.child(text)
    };
    name.map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan() -> Plan {
        Plan::new(Domain::parse("example.com").unwrap()).unwrap()
    }

    #[test]
    fn a_label_and_a_whole_name_mean_the_same_subdomain() {
        for text in ["mail", " Mail ", "mail.example.com", "mail.example.com."] {
            let mut plan = plan();
            put_into_plan(FieldId::RoutingSubdomain, text, &mut plan).unwrap();
            assert_eq!(plan.routing_subdomain().as_str(), "mail.example.com", "{text}");
        }
    }

    #[test]
    fn the_primary_domain_is_refused_as_routing_subdomain_with_a_sentence() {
        let mut plan = plan();
        let sentence =
            put_into_plan(FieldId::RoutingSubdomain, "example.com", &mut plan).unwrap_err();
        assert!(sentence.contains("stay as they are"), "{sentence}");
        assert_eq!(plan.routing_subdomain().label(), "rackspace");
    }

    #[test]
    fn what_does_not_parse_leaves_the_plan_alone() {
        let mut plan = plan();
        for (field, text) in [
            (FieldId::Domain, ""),
            (FieldId::Domain, "a b"),
            (FieldId::VerificationAddress, "ann"),
            (FieldId::VerificationAddress, "ann@elsewhere.example"),
            (FieldId::ExternalHost, "192.0.2.1"),
            (FieldId::RoutingSubdomain, ""),
            (FieldId::WaveDay(WaveNumber::FIRST), "31.1.2027"),
            (FieldId::WaveName(WaveNumber::FIRST), &"a ".repeat(61)),
        ] {
            let before = plan.clone();
            assert!(put_into_plan(field, text, &mut plan).is_err(), "{field:?} {text:?}");
            assert_eq!(plan, before);
        }
    }

    #[test]
    fn every_draft_finds_its_field_again() {
        let wave = WaveNumber::new(12).unwrap();
        let of_wave = [FieldId::WaveName(wave), FieldId::WaveDay(wave)];
        for field in FieldId::DRAFTS.into_iter().chain(of_wave) {
            assert_eq!(FieldId::from_key(&field.key()), Some(field));
        }
    }
}
