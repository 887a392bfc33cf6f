//! `invitro audit`: the log of events, whole.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use super::{
    arguments::Plain,
    desk, exit,
    fault::Fault,
    show,
    words::{Audit, Cut, Verify},
};
use crate::store::Verified;

pub(super) fn run(of: &Audit) -> Result<ExitCode, Fault> {
    match of {
        Audit::Verify(it) => return verify(it),
        Audit::Export { desk } => desk::work(desk, async |desk| match desk.store.export(&mut io::stdout().lock()).await? {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            answer => Ok(answer.map(drop)?),
        })?,
        Audit::Cut(it) => cut(it)?,
        Audit::Backup { to, desk } => {
            desk::work(desk, async |desk| Ok(desk.store.backup(to).await?))?;
            show::talk(&format!("{} is a whole copy; put it away, and `invitro audit verify --store` it now and then\n", to.display()));
        }
    }
    Ok(ExitCode::from(exit::PROVEN))
}

fn verify(of: &Verify) -> Result<ExitCode, Fault> {
    let verified = desk::work(&of.desk, async |desk| Ok(desk.store.verify(&of.anchor).await?))?;
    let text = match of.format {
        Plain::Text => text(&verified),
        Plain::Json => json(&verified),
    };
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())?;
    Ok(ExitCode::from(if verified.faults.is_empty() { exit::PROVEN } else { exit::EXPECTED }))
}

fn text(of: &Verified) -> String {
    let mut out: String = of.faults.iter().map(|it| format!("{it}\n")).collect();
    let cut = if of.cut > 0 { format!(", after a cut through event {}", of.cut) } else { String::new() };
    let told = match of.faults.len() {
        0 => format!("{} events are what was written{cut}\n", of.count),
        count => format!("{count} faults in {} events{cut}; restore the store from a backup, see docs/store.md\n", of.count),
    };
    out.extend([told, format!("{}:{}\n", of.head.seq, of.head.digest)]);
    out
}

fn json(of: &Verified) -> String {
    let faults: Vec<String> = of.faults.iter().map(ToString::to_string).collect();
    let value = serde_json::json!({
        "schema": "invitro.audit/v1", "sound": faults.is_empty(), "events": of.count, "cut": of.cut, "anchor": format!("{}:{}", of.head.seq, of.head.digest), "faults": faults,
    });
    crate::report::print(&value)
}

fn cut(of: &Cut) -> Result<(), Fault> {
    desk::work(&of.desk, async |desk| {
        let mut writing = desk.store.begin().await?;
        let cut = writing.retire(of.before, &desk.actor, desk.now, &of.reason).await?;
        writing.commit().await?;
        show::talk(&format!("{} events through {} are gone; event {} says so\n", cut.count, cut.through, cut.event));
        Ok(())
    })
}
