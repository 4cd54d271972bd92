//! The embedded mail world: name server, both mail systems and the host's
//! API, in this process, on loopback, on free ports. Decides nothing itself:
//! every answer is `route/`'s model speaking.

mod certificate;
mod envelope;
mod fault;
mod greylist;
mod host_api;
mod lines;
mod listen;
mod mail_server;
mod name_server;
mod sample;
mod switches;
mod voice;
mod zone;

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use tokio::task::JoinSet;

pub use fault::{Fault, UnknownFault};
pub use switches::{Controls, Delivered, Switches};
pub use zone::Edit;

use self::greylist::Greylist;
use self::mail_server::MailServer;
use self::name_server::Office;
use self::voice::Voice;
use crate::net::{ApiKey, Clock, Lead, Leads, Net, SystemClock};
use crate::plan::Plan;
use crate::route::System;

/// How a practice world is to be.
#[derive(Clone)]
pub struct Conditions {
    /// How its switches stand at the start.
    pub switches: Switches,
    /// Tells the time in there, to the servers and to [`PracticeWorld::net`].
    pub clock: Arc<dyn Clock>,
    /// How long the external server waits before each refusal in fault
    /// `tarpit`; 5 s by default, as Exchange.
    pub tarpit: Duration,
    /// How long it defers what it has not seen in fault `greylist`, by
    /// `clock`; 5 minutes by default.
    pub greylist: Duration,
    /// Records that differ from what the switches say; none by default.
    pub records: Vec<Edit>,
}

impl Conditions {
    /// These switches, and everything else as in life.
    pub fn with(switches: Switches) -> Self {
        Self {
            switches,
            clock: Arc::new(SystemClock),
            tarpit: Duration::from_secs(5),
            greylist: Duration::from_secs(300),
            records: Vec::new(),
        }
    }
}

/// A running practice world. Dropping it stops every server in it.
pub struct PracticeWorld {
    controls: Controls,
    net: Net,
    api_key: ApiKey,
    /// The servers: aborted when the set is dropped.
    _servers: JoinSet<()>,
}

impl PracticeWorld {
    /// Starts one with everything done as the practice plan wants it, then
    /// spoiled by `faults`. Must run inside a tokio runtime.
    ///
    /// # Errors
    /// When no loopback port can be had.
    pub async fn start(faults: BTreeSet<Fault>) -> io::Result<Self> {
        Self::start_under(Conditions::with(Switches { faults, ..Switches::all_done() })).await
    }

    /// Starts one in which nothing is done yet: for whoever wants to walk the
    /// whole way. Must run inside a tokio runtime.
    ///
    /// # Errors
    /// When no loopback port can be had.
    pub async fn start_untouched() -> io::Result<Self> {
        Self::start_under(Conditions::with(Switches::untouched())).await
    }

    /// Starts one under these conditions. What the plan says to be done
    /// follows the switches at the start. Must run inside a tokio runtime.
    ///
    /// # Errors
    /// When no loopback port can be had.
    pub async fn start_under(conditions: Conditions) -> io::Result<Self> {
        let Conditions { switches, clock, tarpit, greylist, records } = conditions;
        let plan = sample::plan(&switches);
        let leads = Leads::default();
        let greylist = Greylist::new(greylist);
        let controls = Controls::new(plan, switches, greylist, leads.clone(), records);
        let api_key = ApiKey {
            user_key: "practice-user-key".to_owned(),
            secret: "practice-secret".to_owned(),
        };
        let authority = certificate::Authority::new()?;
        let mut servers = JoinSet::new();

        let offices = [
            Office::Authority(zone::NS1),
            Office::Authority(zone::NS2),
            Office::Authority(zone::HOST_NS),
            Office::Resolver(zone::RESOLVERS[0]),
            Office::Resolver(zone::RESOLVERS[1]),
        ];
        for office in offices {
            let (socket, listener, real) = listen::udp_and_tcp().await?;
            let (Office::Authority(ip) | Office::Resolver(ip)) = office;
            leads.set(zone::at(ip, 53), Lead::To(real));
            servers.spawn(name_server::by_udp(socket, controls.clone(), office));
            servers.spawn(name_server::by_tcp(listener, controls.clone(), office));
        }

        let posts = [
            ("mx1.emailsrvr.com", zone::MX1, System::Host, Voice::Host),
            ("mx2.emailsrvr.com", zone::MX2, System::Host, Voice::Host),
            (sample::EXTERNAL_HOST, zone::EXTERNAL, System::External, Voice::Exchange),
        ];
        for (name, published, system, voice) in posts {
            let (listener, real) = listen::tcp().await?;
            controls.open_mail_port(zone::at(published, 25), real);
            let bad_tls = match system {
                System::External => Some(certificate::self_signed(certificate::OWN_NAME)?),
                _ => None,
            };
            let server = MailServer {
                name: name.to_owned(),
                system,
                voice,
                controls: controls.clone(),
                clock: clock.clone(),
                tls: authority.certify(name)?,
                bad_tls,
                tarpit,
                taken: AtomicU64::new(0),
            };
            servers.spawn(mail_server::run(listener, server));
        }

        let (listener, real) = listen::tcp().await?;
        leads.set(zone::at(zone::API, 80), Lead::To(real));
        servers.spawn(host_api::run(listener, controls.clone(), api_key.clone()));

        let resolvers = zone::RESOLVERS.map(|ip| zone::at(ip, 53)).to_vec();
        let net = Net { clock, ..Net::practice(resolvers, leads, vec![authority.root()]) };
        Ok(Self { controls, net, api_key, _servers: servers })
    }

    /// The way into this world, and nowhere else. Follows the switches.
    pub fn net(&self) -> Net {
        self.net.clone()
    }

    /// The plan that this world goes with: example.com, a dozen people, two waves.
    pub fn plan(&self) -> Plan {
        self.controls.plan()
    }

    /// The key of its host API.
    pub fn api_key(&self) -> ApiKey {
        self.api_key.clone()
    }

    /// The hands on its switches; cheap to clone.
    pub fn controls(&self) -> Controls {
        self.controls.clone()
    }
}
