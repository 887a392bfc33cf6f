//! mktemp(1), with the run's seeded bytes.

use gnu_bash::text::to_bytes;
use invitro_sdk::interpreter::invitro::remediation::{surroundings, types::Error};

use super::{
    call::{Answer, Call, exit, join},
    options::Known,
};
use crate::filesystem::failure;

/// Tries before it gives up.
const TRIES: usize = 100;

/// mktemp(1).
pub(crate) fn mktemp(call: &mut Call<'_>) -> Answer {
    const KNOWN: Known = Known { short: "duqp:t", long: &[("directory", 'd'), ("dry-run", 'u'), ("quiet", 'q'), ("tmpdir?", 'p'), ("suffix=", 's')] };
    let parsed = KNOWN.read(call)?;
    let standard = call.env.get("TMPDIR").filter(|it| !it.is_empty()).cloned().unwrap_or_else(|| "/tmp".to_owned());
    let template = parsed.words.first().cloned();
    let suffix = parsed.value('s').unwrap_or_default();
    let folder = match (parsed.value('p'), &template) {
        (Some(folder), _) => Some(if folder.is_empty() { standard } else { folder.to_owned() }),
        (None, Some(_)) if !parsed.has('t') => None,
        _ => Some(standard),
    };
    let template = template.unwrap_or_else(|| "tmp.XXXXXXXXXX".to_owned());
    let (stem, tail) = match template.rfind('X') {
        Some(at) if suffix.is_empty() => template.split_at(at + 1),
        _ => (template.as_str(), suffix),
    };
    let plain = stem.trim_end_matches('X');
    let count = stem.len() - plain.len();
    if count < 3 {
        return Err(exit(format!("too few X's in template '{template}'")));
    }
    for _ in 0..TRIES {
        let name = format!("{plain}{}{tail}", letters(count));
        let shown = folder.as_ref().map_or(name.clone(), |it| join(it, &name));
        let full = call.path(&shown);
        let made = match (parsed.has('u'), parsed.has('d')) {
            (true, _) if call.is_there(&full) => Err(Error::Exists),
            (true, _) => Ok(()),
            (_, true) => call.kernel.workspace().make_directory(&to_bytes(&full), 0o700),
            _ => call.kernel.workspace().create(&to_bytes(&full), 0o600, true),
        };
        match made {
            Ok(()) => {
                call.print(&format!("{shown}\n"));
                return Ok(());
            }
            Err(Error::Exists) => {}
            Err(error) => {
                let what = if parsed.has('d') { "directory" } else { "file" };
                return Err(exit(format!(
                    "failed to create {what} via template '{}': {}",
                    folder.map_or(template.clone(), |it| join(&it, &template)),
                    failure(error)
                )));
            }
        }
    }
    Err(exit("no free name was found"))
}

fn letters(count: usize) -> String {
    const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    surroundings::random(count as u32).into_iter().map(|it| char::from(LETTERS[usize::from(it) % 62])).collect()
}
