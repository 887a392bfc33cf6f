//! Opens an archive and goes through its members: the loop that listing and unpacking share.

use gnu_gzip::Fault;

use crate::{
    archive::{Archive, BLOCK, Block, Entry, Found, is_header},
    extract::Extraction,
    files::{Errno, Files, Kind, at},
    list::{self, Width},
    names::{self, Told},
    options::{Deed, Options},
    select::Selection,
    talk::{Step, Talk, not_modelled, said},
};

/// Reads the bytes of the archive, unpacked if it is compressed.
pub(crate) fn open(options: &Options, cwd: &[u8], files: &mut impl Files, talk: &mut Talk) -> Step<Vec<u8>> {
    let (bytes, is_stream) = if options.archive == b"-" { (files.stdin(), true) } else { (contents(options, cwd, files, talk)?, false) };
    if options.gzip {
        return unpacked(&bytes, talk);
    }
    let block: Option<&Block> = bytes.first_chunk::<BLOCK>();
    if block.is_some_and(|it| is_header(it) == Some(true)) {
        return Ok(bytes);
    }
    match compression(&bytes) {
        Some(option) if is_stream => talk.fatal(format!("Archive is compressed. Use {option} option")),
        Some("-z") => unpacked(&bytes, talk),
        Some(option) => not_modelled(format!("an archive that is compressed as {option} tells is not modelled")),
        None if block.is_none() => {
            talk.error("This does not look like a tar archive");
            Ok(bytes)
        }
        None => Ok(bytes),
    }
}

fn contents(options: &Options, cwd: &[u8], files: &mut impl Files, talk: &mut Talk) -> Step<Vec<u8>> {
    let name = options.archive.clone();
    let path = at(cwd, &name);
    let stat = if name.is_empty() { Err(Errno::NoEntry) } else { files.stat(&path, true) };
    let shown = talk.colon(&name);
    match stat.map(|it| it.kind).and_then(|kind| if kind == Kind::Directory { Ok(None) } else { files.read(&path).map(Some) }) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => {
            talk.warn(said(&[&shown, b": Cannot read: Is a directory"]));
            talk.fatal("At beginning of tape, quitting now")
        }
        Err(error) => talk.fatal(said(&[&shown, b": Cannot open: ", error.to_string().as_bytes()])),
    }
}

/// The option for what the bytes begin like (tar's manual, "Creating and Reading Compressed Archives").
fn compression(bytes: &[u8]) -> Option<&'static str> {
    let magics: [(&[u8], &'static str); 8] = [
        (b"\x1f\x8b", "-z"),
        (b"\x1f\x9d", "-Z"),
        (b"BZh", "-j"),
        (b"LZIP", "--lzip"),
        (b"\x5d\0\0", "--lzma"),
        (b"\x89LZO", "--lzop"),
        (b"\xfd7zXZ", "-J"),
        (b"\x28\xb5\x2f\xfd", "--zstd"),
    ];
    magics.iter().find(|it| bytes.starts_with(it.0)).map(|it| it.1)
}

fn unpacked(bytes: &[u8], talk: &mut Talk) -> Step<Vec<u8>> {
    match gnu_gzip::unpack(bytes) {
        Ok(all) if all.garbage => {
            // gzip warns and exits with 2, and tar then fails at its end, after all members.
            not_modelled("a gzip file with something behind its end is not modelled")
        }
        Ok(all) => Ok(all.bytes),
        Err(Fault::NotGzip) => {
            talk.err.extend_from_slice(b"\ngzip: stdin: not in gzip format\n");
            talk.fatal("Child returned status 1")
        }
        Err(Fault::Truncated) if bytes.is_empty() => {
            talk.err.extend_from_slice(b"\ngzip: stdin: unexpected end of file\n");
            talk.fatal("Child returned status 1")
        }
        Err(fault) => not_modelled(format!("an archive in a damaged or strange gzip file is not modelled ({fault:?})")),
    }
}

/// Lists or unpacks the members that are meant.
pub(crate) fn read(options: &Options, cwd: &[u8], files: &mut impl Files, talk: &mut Talk) -> Step {
    let mut selection = Selection::gather(options, cwd, files, talk)?;
    let mut extraction = Extraction::new(options, files);
    let mut archive = Archive::of(open(options, cwd, files, talk)?, options.warns("unknown-keyword"));
    let went = each(options, &mut archive, &mut selection, &mut extraction, files, talk);
    if options.deed == Deed::Extract {
        extraction.finish(options, &selection.folders, files, talk);
    }
    went?;
    selection.missing(options.default_wildcards, talk);
    Ok(())
}

/// What the last header was, for the words about the next bad one.
#[derive(Clone, Copy, PartialEq)]
enum Before {
    Nothing,
    Good,
    Bad,
}

/// Goes through the members.
fn each(options: &Options, archive: &mut Archive, selection: &mut Selection, extraction: &mut Extraction, files: &mut impl Files, talk: &mut Talk) -> Step {
    let mut before = Before::Nothing;
    let (mut told, mut width) = (Told::default(), Width::default());
    let empty = archive.bytes.is_empty() && talk.status != 0;
    if empty {
        return Ok(());
    }
    loop {
        match archive.next(talk)? {
            Found::End => return Ok(()),
            Found::Zero if options.ignore_zeros => {}
            Found::Zero => {
                let ordinal = archive.ordinal();
                if !matches!(archive.next(talk)?, Found::Zero) && options.warns("alone-zero-block") {
                    talk.warn(format!("A lone zero block at {ordinal}"));
                }
                return Ok(());
            }
            Found::Failure => {
                if before == Before::Nothing {
                    talk.error("This does not look like a tar archive");
                }
                if before != Before::Bad {
                    talk.error("Skipping to next header");
                }
                before = Before::Bad;
            }
            Found::Entry(entry) => {
                before = Before::Good;
                member(options, archive, *entry, (selection, extraction), (&mut told, &mut width), files, talk)?;
            }
        }
    }
}

fn member(
    options: &Options,
    archive: &mut Archive,
    mut entry: Entry,
    (selection, extraction): (&mut Selection, &mut Extraction),
    (told, width): (&mut Told, &mut Width),
    files: &mut impl Files,
    talk: &mut Talk,
) -> Step {
    if matches!(entry.kind, b'V' | b'M' | b'N' | b'D') {
        return not_modelled("a volume label, a continued file or an incremental dump in an archive is not modelled");
    }
    let folder = selection.folder_of(&entry.name);
    if let Some(folder) = folder {
        selection.folders.enter(folder, files, talk)?;
    }
    let Some(folder) = folder.filter(|_| !selection.exclusions.has(&entry.name)) else { return skip(archive, &entry, talk) };
    let extracts = options.deed == Deed::Extract;
    if extracts && !options.absolute_names && names::has_dot_dot(&entry.stored) {
        names::safer(&entry.name, false, options, told, talk);
        if entry.kind == b'1' {
            names::safer(&entry.link, true, options, told, talk);
        }
        let shown = talk.colon(&entry.stored);
        talk.error(said(&[&shown, b": Member name contains '..'"]));
        return skip(archive, &entry, talk);
    }
    let mut name = names::stripped(names::safer(&entry.name, false, options, told, talk), options.strip).to_vec();
    if entry.kind == b'1' {
        entry.link = names::stripped(names::safer(&entry.link, true, options, told, talk), options.strip).to_vec();
    }
    if let Some(top) = options.top_level.as_ref().filter(|_| !name.is_empty()) {
        name = names::below(top, &name);
    }
    let mut shown = entry.stored.clone();
    if options.show_transformed {
        shown = name.clone();
        if entry.trailing_slash {
            shown.push(b'/');
        }
    }
    if !extracts {
        let line = list::line(&entry, &shown, &entry.link, options.verbose > 0, options, width, talk)?;
        if options.to_stdout {
            talk.err.extend(line)
        } else {
            talk.out.extend(line)
        }
        return skip(archive, &entry, talk);
    }
    if name.is_empty() {
        return skip(archive, &entry, talk);
    }
    if options.verbose > 0 {
        let line = list::line(&entry, &shown, &entry.link, options.verbose > 1, options, width, talk)?;
        if options.to_stdout { talk.err.extend(line) } else { talk.out.extend(line) }
    }
    entry.name = name;
    extraction.member(options, archive, &entry, folder, &selection.folders, files, talk)
}

/// Goes behind the content of a member.
pub(crate) fn skip(archive: &mut Archive, entry: &Entry, talk: &mut Talk) -> Step {
    match archive.take(entry.stored_size) {
        Ok(_) => Ok(()),
        // Whole records of a file are leapt over, and whether that meets the end is not told.
        Err(_) if entry.stored_size >= 512 => not_modelled("an archive that ends in a member that is not wanted is not modelled"),
        Err(_) => talk.fatal("Unexpected EOF in archive"),
    }
}
