//! Tables and calls by chance for crontab(1) (cron 3.0pl1-162).

use super::{Case, Made, chance::Chance, memory::Node};
use machine_tools::Kind;

const FIELDS: &[&str] = &["*", "*", "0", "5", "17", "59", "60", "1-5", "5-1", "*/5", "*/0", "1,2,3", "1,", "mon", "MON-Fri", "jan", "sun", "7", "8", "12", "13", "31", "32", "1-10/3", "*/", "/2", "-", "x", "a b", "*x", "1-", "0-7", "23", "24", "2x", "20-70/25", "*-3", "1/2", "5/0"];

fn table(chance: &mut Chance) -> String {
    let mut text = String::new();
    for _ in 0..chance.below(5) {
        text += &match chance.below(10) {
            0 => chance.one(&["# c", "", "  ", "#", "\t# c", "  # c"]).to_owned(),
            1 => chance.one(&["A=b", "MAILTO=root", "PATH = /bin:/sbin", "SHELL=/bin/sh ", "A_1=", "X=a b c", "A-b=c", "=x", "A='q'"]).to_owned(),
            2 => format!("{}{}{}", chance.one(&["@daily", "@reboot", "@hourly", "@never", "@", "@weekly", "@Daily", "@midnight"]), chance.one(&[" ", " ", "", "\t"]), chance.one(&["x", "", "/bin/true a=b"])),
            3 => chance.one(&["bad", "bad line", "* * * * *", "* * * *", "* * *", "0 0", "1 2 3 4 5", "1 2 3 4 5 ", "* * * * * "]).to_owned(),
            _ => {
                let mut fields = Vec::new();
                for at in 0..5 {
                    let fit = ["0", "4", "2", "*", "1-5"][at];
                    let odd = chance.in_ten(2);
                    fields.push(if odd { chance.one(FIELDS) } else { fit });
                }
                format!("{}{} {}", chance.one(&["", "", " "]), fields.join(chance.one(&[" ", " ", "\t", "  "])), chance.one(&["/usr/sbin/x --check", "x=1 y", "root x % y", "a\"b'"]))
            }
        };
        text += "\n";
    }
    if chance.in_ten(1) {
        text += "0 5 * * * x";
    }
    text
}

fn call(chance: &mut Chance) -> Made {
    let user = chance.one(&["", "", "-u root", "-u daemon", "-u nobodyx"]);
    let (words, stdin) = match chance.below(10) {
        0..=2 => (format!("{user} -l"), String::new()),
        3 => (format!("{user} -r"), String::new()),
        4 => (format!("{user} -n /var/spool/cron/crontabs/../../../../srv/none"), String::new()),
        5 => (format!("{user} {}", chance.one(&["/nothere", "-l x", "-r -l", "-n -", "-z"])), table(chance)),
        _ => (format!("{user} {}-", chance.one(&["", "", "", "-n "])), table(chance)),
    };
    ("crontab", super::words(&words), stdin)
}

/// Makes tables and calls.
pub fn case(chance: &mut Chance) -> Case {
    let folder = Node { kind: Kind::Folder, mode: 0o1730, owner: (0, 102), ..Node::file("") };
    let program = Node { mode: 0o2755, owner: (0, 102), ..Node::file("") };
    let mut files = vec![
        ("/etc/passwd".to_owned(), Node::file("root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n")),
        ("/usr/bin/crontab".to_owned(), program),
        ("/var/spool/cron/crontabs".to_owned(), folder),
    ];
    if chance.in_ten(3) {
        let head: String = (0..chance.below(5)).map(|_| chance.one(&["# c\n", "#\n", "# (x)\n", " # c\n"])).collect();
        let text = head + &table(chance);
        files.push(("/var/spool/cron/crontabs/root".to_owned(), Node { mode: 0o600, owner: (0, 102), ..Node::file(text) }));
    }
    let calls = (0..1 + chance.below(4)).map(|_| call(chance)).collect();
    Case { files, calls }
}
