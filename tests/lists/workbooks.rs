//! Excel workbooks: what a good one holds, and what a hostile one costs.

use std::io::{Cursor, Write as _};

use sdr_wizard::roster::{ImportError, Table, read_table};
use zip::write::SimpleFileOptions;

use super::report;

/// A workbook with these sheets, each the XML between `<sheetData>` and its end.
fn workbook(sheets: &[&str]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut put = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let (mut list, mut relations) = (String::new(), String::new());
    for (at, sheet) in sheets.iter().enumerate() {
        let at = at + 1;
        list.push_str(&format!(r#"<sheet name="Sheet {at}" sheetId="{at}" r:id="rId{at}"/>"#));
        relations.push_str(&format!(
            r#"<Relationship Id="rId{at}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>"#
        ));
        let data =
            format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>"#);
        put(&format!("xl/worksheets/sheet{at}.xml"), &data);
    }
    put(
        "_rels/.rels",
        &format!(
            r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        ),
    );
    put(
        "xl/workbook.xml",
        &format!(
            r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{list}</sheets></workbook>"#
        ),
    );
    put(
        "xl/_rels/workbook.xml.rels",
        &format!(r#"<Relationships xmlns="{PACKAGE}">{relations}</Relationships>"#),
    );
    zip.finish().unwrap().into_inner()
}

fn row(number: u32, cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .zip('A'..)
        .map(|(cell, column)| {
            format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{cell}</t></is></c>"#)
        })
        .collect();
    format!(r#"<row r="{number}">{cells}</row>"#)
}

fn why(bytes: &[u8]) -> String {
    match read_table(bytes) {
        Err(ImportError::Workbook { why }) => why,
        other => panic!("{other:?}"),
    }
}

fn table(sheets: &[&str]) -> Table {
    read_table(&workbook(sheets)).unwrap()
}

#[test]
fn a_workbook_is_read_from_the_sheet_with_addresses() {
    let cover = row(1, &["Our migration"]);
    let people = [
        row(1, &["Display name", "Email", "Wave"]),
        row(2, &["Ann Lee", "ann@example.com", "1"]),
        r#"<row r="3"><c r="B3" t="inlineStr"><is><t>bob@example.com</t></is></c><c r="C3"><v>2</v></c></row>"#.to_owned(),
        row(5, &["=cmd|", "nobody", ""]),
    ]
    .concat();
    let report = report(&table(&[&cover, &people]));
    assert_eq!(
        report,
        "An Excel workbook (Utf8)\n\
         \u{20} column Display name: display name\n\
         \u{20} column Email: address\n\
         \u{20} column Wave: wave\n\
         \u{20} note Read from the sheet “Sheet 2”; “Sheet 1” holds no address.\n\
         2 taken, 1 not, 0 told to others\n\
         + ann@example.com; name Ann Lee; wave 1\n\
         + bob@example.com; wave 2\n\
         - line 5: “nobody” has no @\n"
    );
}

#[test]
fn a_cell_in_the_far_corner_costs_no_memory() {
    let far = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>ann@example.com</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    assert!(why(&workbook(&[far])).contains("row 1048576 has something in column 16384"));
    let rows: String = (1..48_000)
        .map(|row| format!(r#"<row r="{row}"><c r="IV{row}"><v>1</v></c></row>"#))
        .collect();
    assert!(why(&workbook(&[&rows])).contains("more cells than a list of people"));
}

#[test]
fn what_is_no_workbook_is_refused_with_a_sentence() {
    let good = workbook(&[&row(1, &["ann@example.com"])]);
    for cut in [8, good.len() / 2, good.len() - 4] {
        let said = read_table(&good[..cut]).unwrap_err().to_string();
        assert!(said.contains("Excel workbook, but it can't be read"), "{said}");
    }
    assert!(!why(&workbook(&[""])).is_empty());
    // Every single byte turned round: an error or a list, never a panic.
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 0x55;
        let _ = read_table(&bytes);
    }
}
