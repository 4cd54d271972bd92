//! Lists of people, as the programs of the field write them.

#![allow(clippy::unwrap_used, reason = "a test that can't build its world has failed")]

use proptest::prelude::*;
use sdr_wizard::plan::{Domain, Home, Mailbox, Strategy as Way};
use sdr_wizard::roster::{
    Column, Encoding, ImportError, People, Table, decode, guess, read_table, take_people,
};

fn domain() -> Domain {
    Domain::parse("example.com").unwrap()
}

fn table(text: impl AsRef<[u8]>) -> Table {
    read_table(text.as_ref()).unwrap()
}

fn people(text: impl AsRef<[u8]>) -> People {
    let table = table(text);
    take_people(&table, &table.columns, &domain()).unwrap()
}

fn addresses(people: &People) -> Vec<String> {
    people.mailboxes().iter().map(|mailbox| mailbox.address.to_string()).collect()
}

fn one(text: &str) -> Mailbox {
    let people = people(text);
    assert_eq!(people.rejects, [], "{text}");
    assert_eq!(people.mailboxes().len(), 1, "{text}");
    people.mailboxes().remove(0)
}

fn reason(text: &str) -> String {
    let people = people(text);
    assert_eq!(people.rejects.len(), 1, "{text}: {people:?}");
    people.rejects[0].reason.clone()
}

#[test]
fn every_usual_encoding_is_read() {
    let text = "address,display_name\r\nzoe@example.com,Zoë Müller\r\n";
    let le = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let marked = format!("\u{feff}{text}");
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        (marked.as_bytes().to_vec(), Encoding::Utf8Bom),
        (le(text), Encoding::Utf16Le),
        (be(text), Encoding::Utf16Be),
        (le(&marked), Encoding::Utf16Le),
        (be(&marked), Encoding::Utf16Be),
        (text.chars().map(|c| c as u8).collect(), Encoding::Windows1252),
    ] {
        assert_eq!(decode(&bytes), Ok((text.into(), encoding)));
        let people = people(&bytes);
        assert_eq!(&*people.mailboxes()[0].display_name, "Zoë Müller", "{encoding:?}");
    }
    assert_eq!(decode(b"\x80 5").unwrap().0, "€ 5");
}

#[test]
fn what_is_no_text_is_refused_with_a_sentence() {
    for (bytes, part) in [
        (&b""[..], "The file is empty"),
        (b"\xef\xbb\xbf", "The file is empty"),
        (b" \r\n,,,\r\n", "The file is empty"),
        (b"ann@example.com\nb\0b", "line 2 holds a NUL character"),
        (b"PK\x03\x04\x14\0", "an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", "an old Excel workbook"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xef\xbb\xbfok\nM\xfcller", "line 2 holds bytes that are not"),
        (b"\xff\xfea\0b", "cut off"),
        (b"\xff\xfe\x00\xd8a\0", "broken"),
        (b"\xff\xfe\0\0", "NUL"),
    ] {
        let said = read_table(bytes).unwrap_err().to_string();
        assert!(said.contains(part) && said.ends_with('.'), "{bytes:?}: {said}");
    }
    let table = table("Name,Phone\nAnn,1\n");
    assert_eq!(take_people(&table, &table.columns, &domain()), Err(ImportError::NoAddressColumn));
}

#[test]
fn the_separator_is_found() {
    for (separator, text) in [
        (',', "address,name\nann@example.com,\"Lee; Ann\"\n"),
        (';', "address;name\nann@example.com;Lee, Ann\n"),
        ('\t', "address\tname\nann@example.com\tLee, Ann\n"),
        ('|', "address|name\nann@example.com|Lee, Ann\n"),
        (';', "sep=;\naddress;name\nann@example.com;Lee, Ann\n"),
        (';', "Ann;ann@example.com;1,5\nBob;bob@example.com;2,5\n"),
        (',', "ann@example.com,Ann\nbob@example.com,Bob; the other\n"),
        ('\n', "ann@example.com\nbob@example.com\n"),
        ('\n', "Lee, Ann <ann@example.com>\nRoe, Bob <bob@example.com>\n"),
        ('\n', "Lee; Ann <ann@example.com>\n"),
    ] {
        let people = people(text);
        assert_eq!(table(text).separator, separator, "{text}");
        assert_eq!(people.mailboxes()[0].address.to_string(), "ann@example.com", "{text}");
        assert_eq!(people.rejects, [], "{text}");
    }
}

#[test]
fn a_mailbox_export_of_exchange_is_read() {
    let text = "#TYPE Selected.Microsoft.Exchange.Data.Directory.Management.Mailbox\r\n\
        \"DisplayName\",\"Alias\",\"UserPrincipalName\",\"PrimarySmtpAddress\",\"EmailAddresses\",\"Database\"\r\n\
        \"Lee, Ann\",\"ann\",\"ann.lee@corp.local\",\"Ann@example.com\",\"SMTP:Ann@example.com smtp:a.lee@example.com X500:/o=First Organization/ou=Exchange (FYDIBOHF23SPDLT)/cn=ann sip:ann@example.com\",\"DB1\"\r\n\
        \"Roe\nBob\",\"bob\",\"bob@corp.local\",\"bob@example.com\",\"Microsoft.Exchange.Data.ProxyAddressCollection\",\"DB1\"\r\n";
    let table = table(text);
    assert_eq!(
        table.columns,
        [
            Column::DisplayName,
            Column::Ignored,
            Column::Ignored,
            Column::Address,
            Column::Aliases,
            Column::Ignored
        ]
    );
    assert_eq!(table.rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4]);
    let people = people(text);
    assert_eq!(people.rejects, []);
    assert_eq!(addresses(&people), ["ann@example.com", "bob@example.com"]);
    assert_eq!(&*people.mailboxes()[0].display_name, "Lee, Ann");
    assert_eq!(&*people.mailboxes()[1].display_name, "Roe Bob");
    let aliases: Vec<String> =
        people.mailboxes()[0].aliases.iter().map(ToString::to_string).collect();
    assert_eq!(aliases, ["a.lee@example.com"]);
}

#[test]
fn an_export_of_the_microsoft_365_admin_center_is_read() {
    let text = "Block credential,City,Department,Display name,First name,Last name,Proxy addresses,User principal name,When created\n\
        False,Leeds,,Ann Lee,Ann,Lee,SMTP:ann@example.com+smtp:a+b@example.com+smtp:ann@example.onmicrosoft.com,ann@example.com,2020-01-01\n";
    let ann = one(text);
    assert_eq!((&*ann.display_name, &*ann.first_name, &*ann.last_name), ("Ann Lee", "Ann", "Lee"));
    let aliases: Vec<String> = ann.aliases.iter().map(ToString::to_string).collect();
    assert_eq!(aliases, ["a+b@example.com"]);
    let said = people(text).remarks;
    assert!(said.len() == 1 && said[0].starts_with("Line 2: "), "{said:?}");
    assert!(said[0].contains("ann@example.onmicrosoft.com"), "{said:?}");
}

#[test]
fn headers_are_known_in_many_spellings() {
    for header in [
        "address",
        "Email",
        "E-Mail",
        "e_mail",
        "MAIL",
        "Primary SMTP Address",
        "EmailAddress",
        "User Principal Name",
        "WindowsEmailAddress",
        "username",
        "E-Mail-Adresse",
        "Work email",
    ] {
        let text = format!(
            "{header},First-Name,SURNAME,Location,Batch,Strategy\nann@example.com,Ann,Lee,Rackspace,Wave 2,Forward\n"
        );
        let ann = one(&text);
        assert_eq!((&*ann.first_name, &*ann.last_name), ("Ann", "Lee"), "{header}");
        assert_eq!(
            (ann.home, ann.wave.unwrap().get(), ann.strategy),
            (Home::Host, 2, Way::Forward)
        );
    }
}

#[test]
fn the_primary_address_is_preferred_to_the_sign_in_name() {
    let text = "UserPrincipalName,PrimarySmtpAddress\nann@example.org,ann@example.com\n";
    assert_eq!(addresses(&people(text)), ["ann@example.com"]);
    let empty = "mail,UserPrincipalName\n,ann@example.com\n,bob@example.com\n";
    assert_eq!(addresses(&people(empty)), ["ann@example.com", "bob@example.com"]);
    let by_content = "Mitarbeiter,Kennung\nAnn,ann@example.com\nBob,bob@example.com\n";
    let people = people(by_content);
    assert_eq!(addresses(&people), ["ann@example.com", "bob@example.com"]);
    assert_eq!(people.rejects.len(), 1, "an unknown header is a row that is shown, not lost");
}

#[test]
fn the_primary_among_the_other_addresses_is_taken_where_the_column_has_none_of_the_domain() {
    let proxies = "SMTP:hal@example.com+smtp:h@example.com";
    for text in [
        format!("User principal name,Proxy addresses\nhal@corp.local,{proxies}\n"),
        format!("User principal name,Proxy addresses\nhal.u@example.com,{proxies}\n"),
        format!("Display name,Email addresses\n,{proxies}\n"),
        "Email addresses,Display name\nhal@example.com,Hal\n".to_owned(),
    ] {
        assert_eq!(addresses(&people(&text)), ["hal@example.com"], "{text}");
    }
    // The user may say that the proxy addresses hold the address.
    let table = table(format!("x,Proxy addresses\n1,{proxies}\n"));
    let people = take_people(&table, &vec![Column::Ignored, Column::Address], &domain()).unwrap();
    assert_eq!(addresses(&people), ["hal@example.com"]);
    assert_eq!(people.mailboxes()[0].aliases[0].to_string(), "h@example.com");
    // A column of the address that has one of the domain is believed.
    let said = "mail,Proxy addresses\nhal.r@example.com,SMTP:hal@example.com\n";
    assert_eq!(addresses(&self::people(said)), ["hal.r@example.com"]);
}

#[test]
fn who_is_closed_or_nobody_is_named_and_left_out_unless_the_user_wants_it() {
    let text = "email,Status\nann@example.com,Active\nbob@example.com,Suspended\nHealthMailbox7a2c1f9@example.com,Active\n";
    let (table, people) = (table(text), people(text));
    assert_eq!(table.columns, [Column::Address, Column::Status]);
    assert_eq!(addresses(&people), ["ann@example.com"]);
    assert_eq!(people.rejects.len(), 2);
    assert!(people.rejects[0].reason.starts_with("bob@example.com is suspended there;"));
    assert!(people.rejects[1].reason.contains("an account of the mail system itself"));
    let wanted = take_people(&table, &vec![Column::Address, Column::Ignored], &domain()).unwrap();
    assert_eq!(addresses(&wanted), ["ann@example.com", "bob@example.com"]);
}

#[test]
fn a_location_that_is_a_town_is_no_home() {
    let table = table("email,location\nann@example.com,Leeds\nbob@example.com,York\n");
    assert_eq!(table.columns, [Column::Address, Column::Ignored]);
}

#[test]
fn a_status_is_a_home_only_where_every_cell_says_one() {
    use Column::{Address, DisplayName, Home, Ignored, Kind, Wave};
    for (text, columns) in [
        ("email,Status\nann@example.com,moved\nbob@example.com,stays\n", vec![Address, Home]),
        ("email,Status\nann@example.com,moved\nbob@example.com,Synced\n", vec![Address, Ignored]),
        ("email,Mailbox type\nann@example.com,UserMailbox\n", vec![Address, Kind]),
        ("email,Mailbox type\nann@example.com,moved\n", vec![Address, Home]),
        ("email,Mailbox type\nann@example.com,gold\n", vec![Address, Ignored]),
        ("email,Status\nann@example.com,\n", vec![Address, Ignored]),
        ("email,Status,Home\nann@example.com,moved,external\n", vec![Address, Ignored, Home]),
        ("email,Migration wave\nann@example.com,1\n", vec![Address, Wave]),
        ("Anzeigename,E-Mail\nAnn Lee,ann@example.com\n", vec![DisplayName, Address]),
    ] {
        assert_eq!(table(text).columns, columns, "{text}");
    }
}

#[test]
fn a_table_without_headers_is_told_by_its_cells() {
    use Column::{Address, DisplayName, Ignored};
    for (text, columns) in [
        ("ann@example.com,Ann Lee,host\n", vec![Address, DisplayName, Column::Home]),
        (
            "Ann Lee,ann@example.com,host\nBob,bob@example.com,\n",
            vec![DisplayName, Address, Column::Home],
        ),
        ("ann@example.com,host,Ann\nbob@example.com,moon,Bob\n", vec![Address, Ignored, Ignored]),
        ("ann@example.com,True,4711\n", vec![Address, Ignored, Ignored]),
    ] {
        assert_eq!(table(text).columns, columns, "{text}");
    }
    let ann = one("ann@example.com,Ann Lee,host\n");
    assert_eq!((&*ann.display_name, ann.home), ("Ann Lee", Home::Host));
}

#[test]
fn a_wave_is_the_number_that_stands_there() {
    for (cell, wave) in [
        ("2", 2),
        (" Wave 2", 2),
        ("wave-2", 2),
        ("batch #12", 12),
        ("w2", 2),
        ("1.0", 1),
        ("10", 10),
        ("W3.00", 3),
    ] {
        let ann = one(&format!("address,wave\nann@example.com,{cell}\n"));
        assert_eq!(ann.wave.map(|wave| wave.get()), Some(wave), "{cell}");
    }
}

#[test]
fn addresses_outside_the_domain_are_named_not_taken() {
    let text = "address,aliases\n\
        ann@example.com,smtp:a@example.com SMTP:ann.private@gmail.com X500:/o=First/cn=ann\n\
        bob@example.com,sip:bob@example.com;X500:/o=First/cn=bob\n";
    let people = people(text);
    let aliases: Vec<String> =
        people.mailboxes()[0].aliases.iter().map(ToString::to_string).collect();
    assert_eq!((people.rejects.len(), aliases), (0, vec!["a@example.com".to_owned()]));
    assert_eq!(
        people.remarks,
        [
            "Line 2: ann@example.com is taken without ann.private@gmail.com: not in example.com.",
            "Among the other addresses, what is no mail address is not used: 1 of SIP."
        ]
    );
}

#[test]
fn what_people_paste_is_read() {
    for text in [
        "ann@example.com\nbob@example.com",
        "Ann Lee <ann@example.com>\r\n\"Roe, Bob\" <bob@example.com>\r\n",
        "ann@example.com; Bob <bob@example.com>;",
        "ann@example.com, bob@example.com",
        "SMTP:ann@example.com\nmailto:bob@example.com\n\n",
        "Name\tMail\nAnn\tann@example.com\nBob\tbob@example.com",
    ] {
        let people = people(text);
        assert_eq!(addresses(&people), ["ann@example.com", "bob@example.com"], "{text}");
        assert_eq!(people.rejects, []);
    }
    assert_eq!(&*one("Ann Lee <ann@example.com>").display_name, "Ann Lee");
    assert_eq!(&*one("\"Lee, Ann\" <ann@example.com>").display_name, "Lee, Ann");
}

#[test]
fn every_reject_says_why() {
    for (row, part) in [
        ("ann,,", "“ann” has no @"),
        (",host,1", "it has no address"),
        ("ann@example.org,,", "ann@example.org is not in example.com"),
        ("a b@example.com,,", "space"),
        ("ann@example.com,moon,", "“moon” is no home; write host"),
        ("ann@example.com,,zero", "“zero” is no wave; write a number from 1 to 65535"),
        ("ann@example.com,,0", "no wave"),
        ("ann@example.com,,70000", "no wave"),
        ("ann@example.com,,-1x", "no wave"),
        ("ann@example.com,,-1", "“-1” is no wave"),
        ("ann@example.com,,wave -1", "no wave"),
        ("ann@example.com,,1.5", "no wave"),
        ("ann@example.com,,1-2", "no wave"),
        ("ann@example.com,,1.", "no wave"),
        ("ann@example.com,,,extra", "it has 4 cells where 3 belong"),
        ("ann\u{202e}@example.com,,", "invisible"),
    ] {
        let said = reason(&format!("address,home,wave\n{row}\n"));
        assert!(said.contains(part), "{row}: {said}");
        assert!(!said.contains('\u{202e}'));
    }
    assert_eq!(reason("ann\n"), "“ann” has no @");
    assert!(
        reason("address,strategy\nann@example.com,fly\n")
            .contains("write contact, forward or retire")
    );
    assert!(reason("address,aliases\nann@example.com,foo\n").contains("“foo” can't be read"));
    assert!(reason("address,name\nann@example.com,A\u{7}nn\n").contains("control character"));
    assert_eq!(
        reason("address,x\nann@example.com,1\n\nANN@example.com,2\n"),
        "ann@example.com stands on line 2 already"
    );
    let twice = people("address,x\nann@example.com,1\n\nANN@example.com,2\n");
    assert_eq!((twice.rejects[0].line, twice.rejects[0].text.as_str()), (4, "ANN@example.com,2"));
}

#[test]
fn ragged_rows_are_taken_or_named() {
    let people = people(
        "address,name,wave\nann@example.com\nbob@example.com,Bob,1,,,\ncarol@example.com,Carol,1,x\n",
    );
    assert_eq!(addresses(&people), ["ann@example.com", "bob@example.com"]);
    assert_eq!(people.rejects[0].line, 4);
}

#[test]
fn a_line_of_a_megabyte_is_one_reject() {
    let text = format!(
        "address,name\nann@example.com,Ann\n{},x\nbob@example.com,Bob\n",
        "a".repeat(1 << 20)
    );
    let people = people(&text);
    assert_eq!(addresses(&people), ["ann@example.com", "bob@example.com"]);
    assert_eq!(people.rejects[0].line, 3);
    assert_eq!(people.rejects[0].reason, "it is longer than 256 KB");
    assert_eq!(people.rejects[0].text.chars().count(), 201);
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row() {
    let text =
        "address,name\nann@example.com,\"Ann\nbob@example.com,Bob\ncarol@example.com,Carol\n";
    let people = people(text);
    assert_eq!(addresses(&people), ["ann@example.com", "bob@example.com", "carol@example.com"]);
}

#[test]
fn samples_are_safe_to_show() {
    let guesses = guess(&table("address,name\nann@example.com,A\u{202e}b\nbob@example.com,\n"));
    assert_eq!(guesses[0].samples, ["ann@example.com", "bob@example.com"]);
    assert_eq!(guesses[1].samples, ["A\\u{202e}b"]);
    assert_eq!(guesses[1].column, Column::DisplayName);
}

#[test]
fn the_users_choice_of_columns_counts() {
    let table = table("a,b\nann@example.com,x@example.com\n");
    let people = take_people(&table, &vec![Column::Aliases, Column::Address], &domain()).unwrap();
    assert_eq!(addresses(&people)[0], "x@example.com");
    let narrow = take_people(&table, &vec![Column::Address], &domain()).unwrap();
    assert_eq!(narrow.rejects.len(), 2);
}

#[test]
fn many_people_are_read_without_quadratic_work() {
    let mut text = String::from("address,name,aliases\n");
    for n in 0..10_000 {
        text.push_str(&format!("p{n}@example.com,\"P, {n}\",a{n}@example.com b{n}@example.com\n"));
    }
    let people = people(&text);
    assert_eq!((people.mailboxes().len(), people.rejects.len()), (10_000, 0));
}

/// Lists in which every way to be wrong occurs.
fn messy_row() -> impl Strategy<Value = String> {
    let cell = prop_oneof![
        4 => "[a-d]@example\\.com",
        1 => "[a-z]{1,4}@example\\.org",
        1 => "[a-z]{0,3}",
        1 => "\"[a-z,;\\n]{0,5}\"",
        1 => "\"[a-z,]{0,3}",
        1 => Just("host".to_owned()),
        1 => "[0-9]{0,3}",
        1 => any::<String>().prop_map(|text| text.replace('\0', "")),
    ];
    prop::collection::vec(cell, 1..5).prop_map(|cells| cells.join(","))
}

proptest! {
    #[test]
    fn every_row_is_a_person_or_a_reject(
        header in prop::bool::ANY,
        rows in prop::collection::vec(messy_row(), 1..30),
        end in prop_oneof![Just("\n"), Just("\r\n")],
    ) {
        let mut lines = rows;
        if header {
            lines.insert(0, "address,home,wave,aliases".into());
        }
        let text = lines.join(end);
        let Ok(table) = read_table(text.as_bytes()) else {
            prop_assert!(text.chars().all(|c| c.is_whitespace() || ",;\"|".contains(c)), "{:?}", text);
            return Ok(());
        };
        let mut columns = table.columns.clone();
        if !columns.contains(&Column::Address) {
            columns = vec![Column::Address];
        }
        let people = take_people(&table, &columns, &domain()).unwrap();
        prop_assert_eq!(
            people.mailboxes().len() + people.rejects.len(),
            table.rows.len() + table.rejects.len()
        );
        // Whoever stands on a plain line of his own is accounted for by it.
        let mut seen: Vec<u64> = table.rows.iter().map(|(line, _)| *line).collect();
        seen.dedup();
        prop_assert!(seen.windows(2).all(|pair| pair[0] < pair[1]));
        for reject in &people.rejects {
            prop_assert!(!reject.reason.is_empty() && reject.text.chars().count() <= 201 * 10);
            prop_assert!(!reject.text.contains(char::is_control));
        }
    }

    #[test]
    fn no_bytes_at_all_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(table) = read_table(&bytes) {
            let _ = guess(&table);
            let _ = take_people(&table, &vec![Column::Address, Column::Aliases], &domain());
        }
    }

    #[test]
    fn no_text_at_all_makes_it_panic(text in "(?s)[ -~\\n\\r\t\u{e4}\u{202e}\"\"\"@<>,;|+:]{0,300}") {
        if let Ok(table) = read_table(text.as_bytes()) {
            let _ = guess(&table);
            let every = vec![
                Column::Address, Column::Home, Column::Wave, Column::Aliases, Column::Strategy,
                Column::DisplayName,
            ];
            let _ = take_people(&table, &every, &domain());
        }
    }
}

proptest! {
    /// Counted without our own splitter: lines without quotes are rows.
    #[test]
    fn no_line_is_lost(rows in prop::collection::vec(
        prop_oneof![
            "[a-e]@example\\.com",
            "[a-c]{0,2},[a-e]@example\\.com,(host|external|moon|)",
            "[ -!#-~]{0,20}",
            "[a-e]@example\\.com;[a-z ]{0,6}",
            Just(String::new()),
        ],
        2..40,
    )) {
        let blank = |line: &&String| line.chars().all(|c| c.is_whitespace() || ",;|".contains(c));
        let filled = rows.iter().filter(|line| !blank(line)).count();
        prop_assume!(filled > 1);
        let text = rows.join("\n");
        let table = read_table(text.as_bytes()).unwrap();
        let skipped = usize::from(!table.header.is_empty())
            + usize::from(rows.iter().find(|line| !blank(line)).is_some_and(|first| {
                first.trim().starts_with("#TYPE ") || first.trim().to_lowercase().starts_with("sep=")
            }));
        let columns = vec![Column::Address];
        let people = take_people(&table, &columns, &domain()).unwrap();
        prop_assert_eq!(people.mailboxes().len() + people.rejects.len() + skipped, filled);
    }
}

/// What the command of step 2 writes.
#[test]
fn the_list_of_an_exchange_brings_what_replies_to_old_mail_go_by() {
    let person = one(
        "\"PrimarySmtpAddress\",\"DisplayName\",\"RecipientTypeDetails\",\"LegacyExchangeDN\",\"Aliases\",\"X500\"\r\n\
         \"ann@example.com\",\"Ann Lee\",\"SharedMailbox\",\"/o=First Org/ou=X (FYDIBOHF23SPDLT)/cn=ann\",\"a.lee@example.com\",\"X500:/o=Old Org/cn=ann X500:/o=Older/cn=al\"\r\n",
    );
    assert_eq!(person.legacy_dn(), "/o=First Org/ou=X (FYDIBOHF23SPDLT)/cn=ann");
    assert_eq!(person.x500(), ["/o=Old Org/cn=ann".into(), "/o=Older/cn=al".into()]);
    assert_eq!(person.kind(), sdr_wizard::plan::Kind::Shared);
    assert_eq!(person.aliases.len(), 1);
}
