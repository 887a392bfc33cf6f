//! Members of which only what is not zero was kept: the old GNU form and the three of pax (tar's manual, "Storing Sparse Files").

use crate::{
    archive::{Archive, Entry},
    number::{self, SIZE},
    talk::{Step, Talk, said},
};

/// A piece of content: where it stands in the file, and its bytes.
pub(crate) type Piece = (u64, u64);

/// What the records of a pax header say of a sparse member.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sparse {
    pub(crate) major: u64,
    pub(crate) real_size: Option<u64>,
    pub(crate) map: Vec<Piece>,
}

/// Reads the map of a member, whose blocks may follow its header. None when it makes no sense; that is told.
pub(crate) fn map(archive: &mut Archive, entry: &Entry, talk: &mut Talk) -> Step<Option<(Vec<Piece>, u64)>> {
    let from = archive.at;
    let map = if entry.kind == b'S' {
        old_map(archive, entry, talk)?
    } else if entry.sparse.as_ref().is_some_and(|it| it.major > 0) {
        map_in_data(archive, entry, talk)?
    } else {
        entry.sparse.as_ref().map(|it| it.map.clone())
    };
    let counted = if entry.kind == b'S' { 0 } else { archive.at - from };
    let Some(map) = map else { return Ok(None) };
    let fits = map.iter().all(|(offset, length)| offset.checked_add(*length).is_some_and(|end| end <= entry.size));
    if !fits {
        return Ok(invalid(entry, talk));
    }
    Ok(Some((map, counted as u64)))
}

fn invalid<T>(entry: &Entry, talk: &mut Talk) -> Option<T> {
    talk.error(said(&[&entry.stored, b": invalid sparse archive member"]));
    None
}

/// Four pieces in the header, twenty-one in each block that follows.
fn old_map(archive: &mut Archive, entry: &Entry, talk: &mut Talk) -> Step<Option<Vec<Piece>>> {
    let mut map = Vec::new();
    let mut block = entry.header;
    let (mut pieces, mut more) = (block[386..482].to_vec(), block[482] != 0);
    loop {
        for piece in pieces.chunks_exact(24) {
            if piece[12] == 0 {
                return Ok(Some(map));
            }
            let (offset, length) = (number::read(&piece[..12], SIZE, talk)?, number::read(&piece[12..], SIZE, talk)?);
            let both = offset.zip(length).and_then(|(offset, length)| u64::try_from(offset).ok().zip(u64::try_from(length).ok()));
            let Some(both) = both.filter(|it| it.0.checked_add(it.1).is_some_and(|end| end <= entry.size)) else { return Ok(invalid(entry, talk)) };
            map.push(both);
        }
        if !more {
            return Ok(Some(map));
        }
        let Some(next) = archive.block() else {
            talk.error("Unexpected EOF in archive");
            return Ok(None);
        };
        block = next;
        (pieces, more) = (block[..504].to_vec(), block[504] != 0);
    }
}

/// Decimal numbers, one a line, before the content: how many pieces, then each one's place and length.
fn map_in_data(archive: &mut Archive, entry: &Entry, talk: &mut Talk) -> Step<Option<Vec<Piece>>> {
    let mut text = Vec::new();
    let mut numbers: Vec<u64> = Vec::new();
    loop {
        let wanted = numbers.first().map_or(1, |count| count.saturating_mul(2).saturating_add(1));
        if numbers.len() as u64 >= wanted {
            return Ok(Some(numbers[1..].chunks_exact(2).map(|it| (it[0], it[1])).collect()));
        }
        let Some(end) = text.iter().position(|it| *it == b'\n') else {
            let Some(block) = archive.block() else {
                talk.error("Unexpected EOF in archive");
                return Ok(None);
            };
            if text.len() > 512 {
                return Ok(invalid(entry, talk));
            }
            text.extend_from_slice(&block);
            continue;
        };
        let number = std::str::from_utf8(&text[..end]).ok().and_then(|it| it.parse::<u64>().ok()).filter(|it| *it <= i64::MAX as u64);
        let Some(number) = number else {
            let shown = talk.colon(&entry.stored);
            talk.error(said(&[&shown, b": malformed sparse archive member"]));
            return Ok(None);
        };
        numbers.push(number);
        text.drain(..=end);
    }
}
