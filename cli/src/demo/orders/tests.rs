use serde_json::json;

use super::*;

fn seoul() -> TimeZone {
    TimeZone::get("Asia/Seoul").unwrap()
}

fn read(file: impl AsRef<[u8]>) -> Orders {
    Orders::read(file.as_ref(), &seoul()).unwrap()
}

/// Why a whole file was refused.
fn refused(file: impl AsRef<[u8]>) -> String {
    Orders::read(file.as_ref(), &seoul()).unwrap_err().to_string()
}

/// Why the rows of a file with the three wanted columns were refused, with their lines.
fn bad(rows: &str) -> Vec<(u64, String)> {
    let orders = read(format!("customer_id,date,amount\n{rows}"));
    assert_eq!(orders.bad_count, orders.bad.len() as u64);
    orders.bad.into_iter().map(|row| (row.line, row.reason)).collect()
}

fn only(file: &str) -> Order {
    let mut orders = read(file);
    assert_eq!((orders.rows.len(), orders.bad), (1, vec![]));
    orders.rows.remove(0)
}

#[test]
fn columns_come_in_any_order_and_further_ones_are_attributes() {
    let orders = read(
        "amount,Name,Email,points,date,CUSTOMER_ID,consent,locale,timezone,\n\
         5000,민지,m@example.com,70,2026-03-01,c-1,no,ko,Asia/Tokyo,1\n",
    );
    let order = &orders.rows[0];
    assert_eq!((orders.id(order), order.line, order.amount.to_string()), ("c-1", 2, "5000".to_owned()));
    assert_eq!(orders.attributes, ["Name", "points"], "the column without a name is none");
    let said = Said {
        email: Some("m@example.com".into()),
        locale: Some("ko".into()),
        timezone: Some("Asia/Tokyo".into()),
        consent: Some(false),
        attributes: Box::new([json!("민지"), json!(70)]),
    };
    assert_eq!(*order.said, said);
    assert!(!orders.consent_assumed && !orders.addresses_invented);
}

#[test]
fn what_a_program_writes_for_nothing_is_an_empty_cell() {
    let said =
        |name: &str| only(&format!("customer_id,date,amount,email,first_name\nc-1,2026-03-01,1,{name},{name}\n")).said;
    for nothing in ["null", "NULL", "(null)", "undefined", "NaN", "#N/A", " null "] {
        assert_eq!(said(nothing), said(""), "{nothing}");
    }
    assert_ne!(said("Null"), said(""));
    assert_eq!(bad("null,2026-03-01,1\n"), bad(",2026-03-01,1\n"));
}

#[test]
fn without_their_columns_consent_and_addresses_are_assumed() {
    let orders = read("customer_id,date,amount\nc-1,2026-03-01,1\n");
    assert!(orders.consent_assumed && orders.addresses_invented);
    assert_eq!(*orders.rows[0].said, Said::default());
}

#[test]
fn a_date_is_noon_in_the_zone_and_a_time_is_local_unless_it_has_an_offset() {
    for (date, at) in [
        ("2026-03-01", "2026-03-01T03:00:00Z"),
        ("2026-03-01 14:30", "2026-03-01T05:30:00Z"),
        ("2026-03-01T14:30:05.9", "2026-03-01T05:30:05Z"),
        ("2026-03-01T14:30:05.9Z", "2026-03-01T14:30:05Z"),
        ("2026-03-01 14:30:00+02:00", "2026-03-01T12:30:00Z"),
    ] {
        let order = only(&format!("customer_id,date,amount\nc,{date},1\n"));
        assert_eq!(order.at.to_string(), at, "{date}");
    }
}

#[test]
fn a_local_time_that_a_clock_change_skips_moves_on_and_one_that_comes_twice_is_the_first() {
    let zone = TimeZone::get("America/New_York").unwrap();
    let file = "customer_id,date,amount\nc,2026-03-08 02:30,1\nc,2026-11-01 01:30,1\n";
    let orders = Orders::read(file.as_bytes(), &zone).unwrap();
    let at: Vec<String> = orders.rows.iter().map(|order| order.at.to_string()).collect();
    assert_eq!(at, ["2026-03-08T07:30:00Z", "2026-11-01T05:30:00Z"]);
}

#[test]
fn orders_are_sorted_by_instant_and_then_as_the_file_has_them() {
    let orders = read("customer_id,date,amount\nb,2026-03-02,1\nc,2026-03-01,2\na,2026-03-01,3\n");
    let order: Vec<(&str, u64)> = orders.rows.iter().map(|order| (orders.id(order), order.line)).collect();
    assert_eq!(order, [("c", 3), ("a", 4), ("b", 2)]);
}

#[test]
fn integral_amounts_are_integers() {
    for (amount, read) in [
        ("12", "12"),
        ("12.00", "12"),
        ("1e3", "1000"),
        ("0", "0"),
        ("-0.0", "0"),
        ("77183.6", "77183.6"),
        ("99999999999", "99999999999"),
    ] {
        assert_eq!(only(&format!("customer_id,date,amount\nc,2026-03-01,{amount}\n")).amount.to_string(), read);
    }
}

#[test]
fn attributes_are_numbers_where_no_letter_is_lost() {
    let order = only(
        "customer_id,date,amount,a,b,c,d,e,f,g\nc,2026-03-01,1,-12,1.50,007,+8210,12345678901234567890123,true,\n",
    );
    let attributes = json!([-12, 1.5, "007", "+8210", "12345678901234567890123", "true", null]);
    assert_eq!(json!(order.said.attributes), attributes);
}

#[test]
fn consent_is_what_the_cell_says_and_an_empty_one_says_nothing() {
    for (cell, consent) in [
        ("Yes", Some(true)),
        ("y", Some(true)),
        ("1", Some(true)),
        ("TRUE", Some(true)),
        ("no", Some(false)),
        ("N", Some(false)),
        ("0", Some(false)),
        ("false", Some(false)),
        ("", None),
    ] {
        assert_eq!(only(&format!("customer_id,date,amount,consent\nc,2026-03-01,1,{cell}\n")).said.consent, consent);
    }
}

#[test]
fn what_rows_of_a_customer_have_in_common_is_kept_once() {
    let orders =
        read("customer_id,date,amount,name\na,2026-03-01,1,A\nb,2026-03-02,1,B\na,2026-03-03,1,A\na,2026-03-04,1,C\n");
    let [one, _, again, other] = orders.rows.as_slice() else { panic!() };
    assert!(Arc::ptr_eq(&one.said, &again.said) && !Arc::ptr_eq(&one.said, &other.said));
}

#[test]
fn files_of_other_systems_and_programs_are_read() {
    let plain = "customer_id,date,amount,name\nc-1,2026-03-01,1,\"Kim, Min\"\nc-2,2026-03-02,2,\"a\"\"b\"\n";
    let expected = format!("{:?}", read(plain));
    for (what, file) in [
        ("a mark at the beginning", format!("\u{feff}{plain}")),
        ("carriage returns", plain.replace('\n', "\r\n")),
        ("no line feed at the end", plain.trim_end().to_owned()),
        ("blanks around cells", plain.replace(",1,", " , 1 ,")),
        ("quotes around everything", plain.replace("c-1,2026-03-01,1", "\"c-1\",\"2026-03-01\",\"1\"")),
    ] {
        assert_eq!(format!("{:?}", read(&file)), expected, "{what}");
    }
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for end in ["\n", "\r\n"] {
        let file = [
            "",
            "customer_id,date,amount,name",
            "",
            "a,2026-03-01,1,",
            ",,,",
            "",
            "b,x,1,\"two",
            "lines\"",
            "c,y,1,",
            "",
            "d,z,1,",
        ];
        let orders = read(file.join(end));
        assert_eq!(orders.rows[0].line, 4);
        assert_eq!(orders.bad.iter().map(|row| row.line).collect::<Vec<_>>(), [7, 9, 11]);
    }
}

#[test]
fn a_bad_row_is_reported_with_its_line_and_a_remedy_and_the_others_are_read() {
    let remedy_of_dates = "write 2026-03-01, 2026-03-01 14:30 or 2026-03-01T14:30:00+09:00";
    let remedy_of_amounts = "write a number such as 1234.50, without separators and currency";
    for (row, reason) in [
        (",2026-03-01,1", "`customer_id` is empty; say whose order it is".to_owned()),
        ("c,,1", format!("`date` is empty; {remedy_of_dates}")),
        ("c,01/03/2026,1", format!("`date` is \"01/03/2026\"; {remedy_of_dates}")),
        ("c,2026-02-30,1", format!("`date` is \"2026-02-30\"; {remedy_of_dates}")),
        ("c,2026-03-01T10:00[Asia/Tokyo],1", format!("`date` is \"2026-03-01T10:00[Asia/Tokyo]\"; {remedy_of_dates}")),
        ("c,0226-03-01,1", "`date` is in the year 226; orders of 1970 to 2100 are played".to_owned()),
        ("c,2026-03-01,", format!("`amount` is empty; {remedy_of_amounts}")),
        ("c,2026-03-01,₩5000", format!("`amount` is \"₩5000\"; {remedy_of_amounts}")),
        ("c,2026-03-01,\"1,234\"", format!("`amount` is \"1,234\"; {remedy_of_amounts}")),
        ("c,2026-03-01,NaN", format!("`amount` is empty; {remedy_of_amounts}")),
        ("c,2026-03-01,inf", format!("`amount` is \"inf\"; {remedy_of_amounts}")),
        ("c,2026-03-01,-5", "`amount` is negative; refunds are not played, leave them out".to_owned()),
        ("c,2026-03-01", "2 cells for 3 columns; put quotes around cells that hold a comma".to_owned()),
        ("c,2026-03-01,1,234", "4 cells for 3 columns; put quotes around cells that hold a comma".to_owned()),
    ] {
        assert_eq!(bad(&format!("a,2026-03-01,1\n{row}\nb,2026-03-01,1\n")), [(3, reason)], "{row}");
    }
    let consent = read("customer_id,date,amount,consent\nc,2026-03-01,1,maybe\n").bad;
    assert_eq!(consent[0].reason, "`consent` is \"maybe\"; write yes or no");
}

#[test]
fn bytes_of_another_encoding_and_huge_cells_spoil_their_row_alone() {
    let mut file = b"customer_id,date,amount,name\na,2026-03-01,1,".to_vec();
    file.extend(b"\xb9\xce\xc1\xf6\n");
    file.extend(format!("b,2026-03-01,1,{}\nc,2026-03-01,1,\n", "x".repeat(1_000_000)).bytes());
    let orders = read(file);
    let reasons: Vec<&str> = orders.bad.iter().map(|row| row.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "column `name` is not UTF-8; save the file as \"CSV UTF-8\"",
            "column `name` holds 1000000 bytes, at most 1000 are read; is a quote left open?",
        ]
    );
    assert_eq!(orders.people, [Box::<str>::from("c")]);
}

#[test]
fn a_quote_left_open_is_reported_at_the_line_where_it_opens() {
    let rest = "b,2026-03-01,1\n".repeat(100);
    let reason = "column `customer_id` holds 1516 bytes, at most 1000 are read; is a quote left open?";
    assert_eq!(bad(&format!("a,2026-03-01,1\n\"c,2026-03-01,1\n{rest}")), [(3, reason.to_owned())]);
    let reason = "`customer_id` holds a line break or another control character; is a quote left open?";
    assert_eq!(bad("\"c\nd\",2026-03-01,1\n"), [(2, reason.to_owned())]);
}

#[test]
fn twenty_bad_rows_are_shown_and_all_are_counted() {
    let orders = read(format!("customer_id,date,amount\n{}", "c,never,1\n".repeat(30_000)));
    assert_eq!((orders.bad.len(), orders.bad_count, orders.rows.len()), (20, 30_000, 0));
    let complaints = orders.complaints("o.csv");
    assert!(complaints.starts_with("o.csv:2: left out: `date` is \"never\"; write "));
    assert!(complaints.ends_with("\no.csv: 29980 more bad rows were left out\n"));
    assert_eq!(complaints.lines().count(), 21);
    assert_eq!(read("customer_id,date,amount\n").complaints("o.csv"), "");
}

#[test]
fn a_file_without_the_wanted_columns_is_refused() {
    let wanted = "the first line must name customer_id, date and amount";
    for (file, error) in [
        ("", "the file is empty; its first line must name the columns customer_id, date and amount".to_owned()),
        (
            "\n\r\n,,\n",
            "the file is empty; its first line must name the columns customer_id, date and amount".to_owned(),
        ),
        (
            "customer,date,amount\n",
            format!("line 1: no column `customer_id` among `customer`, `date`, `amount`; {wanted}"),
        ),
        ("customer_id;date;amount\n", "line 1: the columns are separated by ';'; save the file with commas".to_owned()),
        (
            "customer_id,date,Date,amount\n",
            "line 1: two columns are named `date`; remove or rename one of them".to_owned(),
        ),
        ("customer_id,date,amount,name,name\n", "line 1: two columns are named `name`; rename one of them".to_owned()),
    ] {
        assert_eq!(refused(file), error);
    }
    assert_eq!(
        refused(b"\xff\xfec\0"),
        "line 1: the names of the columns are not UTF-8; save the file as \"CSV UTF-8\""
    );
    assert!(refused("x".repeat(1_000_000)).len() < 200, "a file of anything is not repeated");
}
