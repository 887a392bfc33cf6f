use super::{ansi, echo_escapes, format, quote, quote_at, quote_declare};

fn check(line: &[&str], out: &str) {
    let args: Vec<String> = line[1..].iter().map(|arg| arg.to_string()).collect();
    let done = format(line[0], &args, &mut |_| Ok(0));
    assert_eq!((done.out.as_str(), done.complaints.as_slice(), done.status), (out, &[][..], 0), "{line:?}");
}

fn refuse(line: &[&str], out: &str, complaint: &str, status: i32) {
    let args: Vec<String> = line[1..].iter().map(|arg| arg.to_string()).collect();
    let done = format(line[0], &args, &mut |_| Ok(0));
    assert_eq!((done.out.as_str(), done.complaints, done.status), (out, vec![complaint.to_string()], status), "{line:?}");
}

#[test]
fn conversions() {
    check(&["%s %s\\n", "a", "b", "c"], "a b\nc \n");
    check(&["%5.3d|%-5d|%05d|%+d|% d", "5", "5", "5", "5", "5"], "  005|5    |00005|+5| 5");
    check(&["%x %X %#o %u", "255", "0xff", "8", "-1"], "ff FF 010 18446744073709551615");
    check(&["%*d|%-*d|", "5", "3", "-3", "4"], "    3|4  |");
    check(&["%d %d", "'é", "\"a"], "233 97");
    check(&["%f %e %g %a", "1.5", "0", "1000000", "0.1"], "1.500000 0.000000e+00 1e+06 0xc.ccccccccccccccdp-7");
    check(&["%5s|%.1s", "é", "é"], "   é|\u{10FFC3}");
    check(&["a%b|b", "x\\0101\\n\\cz"], "axA\n");
    check(&["%q|%.2q|%.2Q", "a b", "a b", "a b"], "a\\ b|a\\|a\\ ");
    check(&["x", "a", "b"], "x");
    check(&["\\101\\x41\\u00e9\\e%%"], "AAé\u{1b}%");
}

#[test]
fn complaints() {
    refuse(&["%d", "1x"], "1", "printf: 1x: invalid number", 1);
    refuse(&["%d", "08"], "0", "printf: 08: invalid octal number", 1);
    refuse(&["%d", "9223372036854775808"], "9223372036854775807", "printf: warning: 9223372036854775808: Numerical result out of range", 0);
    refuse(&["a%z", "1"], "a", "printf: `%z': missing format character", 1);
    refuse(&["a%y"], "a", "printf: `y': invalid format character", 1);
    refuse(&["%d%b", "x", "\\c"], "0", "printf: x: invalid number", 0);
    refuse(&["a\\x"], "a\\x", "printf: missing hex digit for \\x", 0);
    assert!(format("%(%Y)T", &[], &mut |_| Err("no clock".to_owned())).unsure.is_some());
    // As bash 5.2 shows them.
    for (seconds, shown) in [("86400", "1970-01-02 00:00:00 Fri 5 01 70 1970 002"), ("951782399", "2000-02-28 23:59:59 Mon 1 09 00 2000 059")] {
        assert_eq!(format("%(%F %T %a %u %V %g %G %j)T", &[seconds.to_owned()], &mut |_| Ok(1)).out, shown);
    }
    assert!(format("%999999999d", &[], &mut |_| Ok(0)).unsure.is_some());
}

#[test]
fn quoting() {
    assert_eq!(quote("~a:~b'#"), "\\~a:\\~b\\'#");
    assert_eq!(quote("\u{1}é\u{10FFFF}\n"), "$'\\001é\\377\\n'");
    assert_eq!(quote_at("a'b"), "'a'\\''b'");
    assert_eq!(quote_declare("a\"$b"), "\"a\\\"\\$b\"");
}

#[test]
fn escapes() {
    assert_eq!(ansi("a\\tb\\'\\x41\\101\\ca\\u20ac\\q\\0z"), "a\tb'AA\u{1}€\\q");
    assert_eq!(echo_escapes("\\0101\\101\\x41\\cz"), ("A\\101A".to_string(), true));
}
