//! getconf(1) of glibc: what hardening scripts ask is how wide the machine's words are.

use model_support::{Answer, Command, said};

/// Programs whose ELF header tells the width of `long`, in the order that they are looked at; the first is the one that would answer.
const PROGRAMS: [&str; 4] = ["/usr/bin/getconf", "/bin/sh", "/bin/bash", "/bin/busybox"];

/// getconf(1): one variable without a path. What the running kernel decides is an assumption, what is not listed unmodelled.
pub(crate) fn getconf(command: &Command<'_>) -> Answer {
    let [name] = &command.words[..] else { return command.unmodelled("this form") };
    let assumed = |value: &str| {
        command.assume("host-facts", &format!("getconf {name}"));
        said(0, &format!("{value}\n"), "")
    };
    match name.as_str() {
        "LONG_BIT" => match width(command) {
            Some(bits) => said(0, &format!("{bits}\n"), ""),
            None => assumed("64"),
        },
        // sysconf(3): a quarter of the stack's limit, which is 8 MiB where nobody changed it.
        "ARG_MAX" => assumed("2097152"),
        "PAGESIZE" | "PAGE_SIZE" => assumed("4096"),
        "WORD_BIT" => said(0, "32\n", ""),
        "INT_MAX" => said(0, "2147483647\n", ""),
        "CHAR_BIT" => said(0, "8\n", ""),
        _ => command.unmodelled(&format!("the variable `{name}`")),
    }
}

/// EI_CLASS of the ELF header (elf(5)).
fn width(command: &Command<'_>) -> Option<u32> {
    let head = PROGRAMS.iter().find_map(|it| command.target.read(it.as_bytes(), 0, 5).ok().filter(|it| it.starts_with(b"\x7fELF")))?;
    match head.get(4) {
        Some(1) => Some(32),
        Some(2) => Some(64),
        _ => None,
    }
}
