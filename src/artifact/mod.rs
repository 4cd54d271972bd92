//! Plan in, files out: text only, the same plan gives the same bytes.

mod ad_contacts;
mod alias_ticket;
mod bundle;
mod by_address;
mod dns;
mod escape;
mod evidence_bundle;
mod exchange_bulk;
mod exchange_contacts;
mod exchange_folder;
mod exchange_names;
mod exchange_scripts;
mod exchange_spelling;
mod folders;
mod forwards;
mod letters;
mod manifest;
mod mx_records;
mod neutral_csv;
mod order_of_use;
mod paper;
mod picture_svg;
mod postfix_map;
mod readme;
mod runbook;
mod runbook_order;
mod runbook_people;
mod servers;
mod way_without_sdr;
mod windows_dns;

pub use alias_ticket::alias_ticket;
pub use bundle::{Artifact, Refusal, exchange_list, export, missing};
pub use dns::{DnsForm, dns_forms};
pub use exchange_folder::in_the_way;
pub use folders::{first_places, place_of, purpose_of_folder};
pub use mx_records::{MxRow, bind_zone, mx_rows};
pub use picture_svg::picture_svg;
pub use runbook::{runbook_html, runbook_markdown};
pub use servers::{NotInMap, not_in_the_map};
pub use windows_dns::windows_dns;

use bundle::Altered;
