//! Tar archives as targets: what GNU tar makes of them, or a refusal that names the entry and where it stands; never a panic.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use invitro::tree::{Bounds, Choice, Errno, FileType, Tree};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// One entry, written as it is said, odd or not.
#[derive(Clone, Debug)]
struct Entry {
    name: Vec<u8>,
    kind: u8,
    link: Vec<u8>,
    content: Vec<u8>,
    mode: u32,
}

fn entry(kind: u8, name: &[u8], link: &[u8], content: &[u8]) -> Entry {
    Entry { name: name.into(), kind, link: link.into(), content: content.into(), mode: if kind == b'5' { 0o755 } else { 0o644 } }
}

fn file(name: &str, text: &str) -> Entry {
    entry(b'0', name.as_bytes(), b"", text.as_bytes())
}

fn folder(name: &str) -> Entry {
    entry(b'5', name.as_bytes(), b"", b"")
}

fn link(name: &str, target: &str) -> Entry {
    entry(b'2', name.as_bytes(), target.as_bytes(), b"")
}

fn hard_link(name: &str, target: &str) -> Entry {
    entry(b'1', name.as_bytes(), target.as_bytes(), b"")
}

fn header(entry: &Entry) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_mode(entry.mode);
    header.set_uid(7);
    header.set_gid(8);
    header.set_mtime(9);
    header.set_size(entry.content.len() as u64);
    let bytes = header.as_mut_bytes();
    bytes[156] = entry.kind;
    let (name, link) = (entry.name.len().min(100), entry.link.len().min(100));
    bytes[..name].copy_from_slice(&entry.name[..name]);
    bytes[157..157 + link].copy_from_slice(&entry.link[..link]);
    header.set_cksum();
    header
}

fn add(out: &mut Vec<u8>, header: &tar::Header, content: &[u8]) {
    out.extend(header.as_bytes());
    out.extend(content);
    out.resize(out.len().next_multiple_of(512), 0);
}

/// Writes entries without the mark of the end; long names as GNU tar writes them.
fn unended(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    for it in entries {
        for (kind, long) in [(b'L', &it.name), (b'K', &it.link)] {
            if long.len() > 100 {
                let long = [long.as_slice(), b"\0"].concat();
                add(&mut out, &header(&entry(kind, b"././@LongLink", b"", &long)), &long);
            }
        }
        add(&mut out, &header(it), &it.content);
    }
    out
}

fn ended(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend([0; 1024]);
    bytes
}

fn archive(entries: &[Entry]) -> Vec<u8> {
    ended(unended(entries))
}

/// A record of an extended header, with its own length at its head.
fn record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = [b" ", key.as_bytes(), b"=", value, b"\n"].concat();
    let mut length = rest.len() + 1;
    while length != rest.len() + length.to_string().len() {
        length += 1;
    }
    [length.to_string().as_bytes(), &rest].concat()
}

/// An extended header over an entry.
fn with_pax(kind: u8, records: &[(&str, &[u8])], of: &Entry) -> Vec<u8> {
    let said: Vec<u8> = records.iter().flat_map(|it| record(it.0, it.1)).collect();
    let mut out = Vec::new();
    add(&mut out, &header(&entry(kind, b"PaxHeaders/x", b"", &said)), &said);
    out.extend(unended(std::slice::from_ref(of)));
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("it takes bytes");
    packed.finish().expect("it ends")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

struct Scratch {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn write(bytes: &[u8]) -> Scratch {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("a.tar");
    fs::write(&path, bytes).expect("a file can be written");
    Scratch { _folder: folder, path }
}

fn list(tree: &Tree, folder: &[u8], out: &mut String) {
    for it in tree.list(folder).expect("a folder") {
        let path = [folder.strip_suffix(b"/").unwrap_or(folder), b"/", &it.name].concat();
        let stat = tree.stat(&path, false).expect("it is there");
        let what = match stat.kind {
            FileType::Regular => format!("{:?}", String::from_utf8_lossy(&tree.read_all(&path).expect("a file"))),
            FileType::Symlink => format!("-> {}", String::from_utf8_lossy(&tree.read_link(&path).expect("a link"))),
            other => other.word().to_owned(),
        };
        let several = if stat.kind != FileType::Directory && stat.links > 1 { format!(" x{}", stat.links) } else { String::new() };
        writeln!(out, "{} {:04o} {}:{}{several} {what}", path.escape_ascii(), stat.mode, stat.uid, stat.gid).expect("a string takes it");
        if stat.kind == FileType::Directory {
            list(tree, &path, out);
        }
    }
}

fn listing(tree: &Tree) -> String {
    let mut out = String::new();
    list(tree, b"/", &mut out);
    out
}

/// Says what an archive holds, or why it is refused.
fn read(bytes: &[u8]) -> String {
    let scratch = write(bytes);
    match Tree::open(&scratch.path) {
        Ok(tree) => listing(&tree),
        Err(error) => {
            let told = error.to_string();
            let told = told.strip_prefix(&format!("read archive {}: ", scratch.path.display())).unwrap_or(&told);
            format!("{}\n", told.strip_suffix("; make it again, check that it was copied whole, or unpack it and give the directory").unwrap_or(told))
        }
    }
}

fn read_all(entries: &[Entry]) -> String {
    read(&archive(entries))
}

#[test]
fn whatever_it_is_packed_with_it_is_the_same() {
    let plain = archive(&[file("a/b", "text"), link("c", "a/b"), entry(b'6', b"p", b"", b"")]);
    let expected = read(&plain);
    insta::assert_snapshot!(expected, @r#"
    /a 0755 0:0 dir
    /a/b 0644 7:8 "text"
    /c 0777 7:8 -> a/b
    /p 0644 7:8 fifo
    "#);
    let (one, other) = plain.split_at(700);
    let skipped = [&b"\x50\x2a\x4d\x18\x03\0\0\0abc"[..], &zstd(&plain)].concat();
    for packed in
        [gzip(&plain), [gzip(one), gzip(other)].concat(), [gzip(&plain), vec![0; 600]].concat(), zstd(&plain), [zstd(one), zstd(other)].concat(), skipped]
    {
        assert_eq!(read(&packed), expected);
    }
}

#[test]
fn a_damaged_packing_is_told() {
    let plain = archive(&[file("a", &"text ".repeat(500)), file("b", "")]);
    let (mut gz, mut zst) = (gzip(&plain), zstd(&plain));
    insta::assert_snapshot!(read(&[gz.clone(), b"more".to_vec()].concat()), @"after entry `b` at byte 3072: something that is no gzip follows the gzip stream");
    let at = gz.len() - 6;
    gz[at] ^= 1;
    insta::assert_snapshot!(read(&gz), @"after entry `b` at byte 3072: corrupt gzip stream does not have a matching checksum");
    gz.truncate(at - 20);
    assert!(read(&gz).contains("byte"), "{}", read(&gz));
    let at = zst.len() - 1;
    zst[at] ^= 1;
    insta::assert_snapshot!(read(&zst), @"after entry `b` at byte 3072: zstd: the sum of a frame is wrong");
    assert!(read(&gzip(b"hello")).contains("cut off"), "{}", read(&gzip(b"hello")));
    insta::assert_snapshot!(read(&gzip(&[b'x'; 2000])), @"it does not begin as a tar archive does");
}

#[test]
fn names_are_laid_below_the_root() {
    insta::assert_snapshot!(read_all(&[
        folder("./"),
        entry(b'V', b"volume", b"", b""),
        file("/absolute", "1"),
        file("./dot", "2"),
        file("two//slashes", "3"),
        entry(b'0', b"odd\xff\n", b"", b"4"),
        entry(b'0', b"v7-folder/", b"", b""),
        entry(0, b"v7-file", b"", b"5"),
        entry(b'7', b"contiguous", b"", b"6"),
        file(".wh.kept", "7"),
        file("later/child", "8"),
        Entry { mode: 0o1770, ..folder("later") },
        Entry { mode: 0o4755, ..file("set-uid", "9") },
    ]), @r#"
    /.wh.kept 0644 7:8 "7"
    /absolute 0644 7:8 "1"
    /contiguous 0644 7:8 "6"
    /dot 0644 7:8 "2"
    /later 1770 7:8 dir
    /later/child 0644 7:8 "8"
    /odd\xff\n 0644 7:8 "4"
    /set-uid 4755 7:8 "9"
    /two 0755 0:0 dir
    /two/slashes 0644 7:8 "3"
    /v7-file 0644 7:8 "5"
    /v7-folder 0644 7:8 dir
    "#);
    let long = "d".repeat(90);
    let deep = format!("{long}/{long}/{}", "f".repeat(200));
    let told = read_all(&[file(&deep, "deep"), link("to", &deep)]);
    assert!(told.contains(&format!("/{deep} 0644 7:8 \"deep\"\n")) && told.contains(&format!("/to 0777 7:8 -> {deep}\n")), "{told}");
    let tree = write(&archive(&[folder("./"), Entry { mode: 0o700, ..folder("./") }]));
    assert_eq!(Tree::open(&tree.path).expect("a tree").stat(b"/", true).expect("the root").mode, 0o700);
}

#[test]
fn the_last_of_a_name_wins() {
    insta::assert_snapshot!(read_all(&[
        file("a", "1"),
        hard_link("same", "a"),
        file("a", "2"),
        file("was-file", ""),
        folder("was-file"),
        file("was-file/in", "x"),
        folder("was-empty"),
        file("was-empty", "y"),
        link("was-link", "elsewhere"),
        folder("was-link"),
        hard_link("a", "a"),
        link("l", "anything"),
        hard_link("same-link", "l"),
    ]), @r#"
    /a 0644 7:8 "2"
    /l 0777 7:8 x2 -> anything
    /same 0644 7:8 "1"
    /same-link 0777 7:8 x2 -> anything
    /was-empty 0644 7:8 "y"
    /was-file 0755 7:8 dir
    /was-file/in 0644 7:8 "x"
    /was-link 0755 7:8 dir
    "#);
}

#[test]
fn a_link_on_the_way_is_followed_only_where_all_tools_do() {
    insta::assert_snapshot!(read_all(&[folder("usr/lib"), link("lib", "usr/lib"), file("lib/x", "1"), folder("lib/d")]), @r#"
    /lib 0777 7:8 -> usr/lib
    /usr 0755 0:0 dir
    /usr/lib 0755 7:8 dir
    /usr/lib/d 0755 7:8 dir
    /usr/lib/x 0644 7:8 "1"
    "#);
    insta::assert_snapshot!(read_all(&[link("a", "/etc"), file("a/x", "")]), @"entry `a/x` at byte 512: it lies below a link to `/etc`, through which tar does not unpack");
    insta::assert_snapshot!(read_all(&[folder("d"), link("d/a", "../e"), folder("e"), file("d/a/x", "")]), @"entry `d/a/x` at byte 1536: it lies below a link to `../e`, through which tar does not unpack");
    insta::assert_snapshot!(read_all(&[link("a", "nothing"), file("a/x", "")]), @"entry `a/x` at byte 512: it lies below a link that leads to nothing");
    insta::assert_snapshot!(read_all(&[link("a", "b"), link("b", "a"), file("a/x", "")]), @"entry `a/x` at byte 1024: it lies below too many links");
    insta::assert_snapshot!(read_all(&[link("a", "/etc"), file("a", "")]), @"entry `a` at byte 512: it would take the place of a link to `/etc`, where tar is not to be relied upon");
    insta::assert_snapshot!(read_all(&[link("a", "../e"), folder("a")]), @"entry `a` at byte 512: it would take the place of a link to `../e`, where tar is not to be relied upon");
    insta::assert_snapshot!(read_all(&[file("a", ""), file("a/x", "")]), @"entry `a/x` at byte 512: it lies below what is no directory");
}

#[test]
fn what_tools_disagree_about_is_refused_where_it_stands() {
    let mut told = String::new();
    let sized = |kind: u8| Entry { content: b"content".into(), ..entry(kind, b"x", b"y", b"") };
    for entries in [
        vec![file("a/../../etc/passwd", "")],
        vec![hard_link("a", "later"), file("later", "")],
        vec![folder("d"), hard_link("a", "d")],
        vec![file("x", ""), hard_link("a", "../x")],
        vec![folder("d"), file("d/in", ""), file("d", "")],
        vec![sized(b'5')],
        vec![sized(b'2')],
        vec![entry(b'2', b"x", b"", b"")],
        vec![entry(b'M', b"x", b"", b"")],
        vec![entry(b'D', b"x", b"", b"")],
        vec![entry(b'0', b"", b"", b"")],
        vec![entry(b'0', b".", b"", b"")],
        vec![file(&"n".repeat(256), "")],
        vec![],
    ] {
        let said = read_all(&entries).replace(&"n".repeat(256), "nnn…");
        told.push_str(&said);
    }
    insta::assert_snapshot!(told, @r"
    entry `a/../../etc/passwd` at byte 0: its name has `..`, through which nothing is unpacked
    entry `a` at byte 0: a hard link to `later`, which is not there before it
    entry `a` at byte 512: a hard link to the directory `d`
    entry `a` at byte 512: its target `../x`: its name has `..`, through which nothing is unpacked
    entry `d` at byte 1024: it would take the place of a directory that is not empty, which tar does not do
    entry `x` at byte 0: it is no file and has 7 bytes of content
    entry `x` at byte 0: it is no file and has 7 bytes of content
    entry `x` at byte 0: a link to 0 bytes of name, which no system can hold
    entry `x` at byte 0: it goes on in another volume; put the volumes together first
    entry `x` at byte 0: it is of a type that is not read (`D`)
    entry `` at byte 0: a name of 0 bytes, which no system can hold
    entry `.` at byte 0: it is no directory and has the name of the root
    entry `nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…` at byte 0: a name of 256 bytes, which no system can hold
    it holds nothing
    ");
}

#[test]
fn an_archive_that_is_not_whole_is_told() {
    let whole = archive(&[file("a", "x"), file("b", &"y".repeat(1000))]);
    let mut told = String::new();
    let mut wrong_sum = whole.clone();
    wrong_sum[1024] ^= 1;
    let mut no_number = whole.clone();
    no_number[1024 + 108] = b'z';
    let mut sum = tar::Header::from_byte_slice(&no_number[1024..1536]).clone();
    sum.set_cksum();
    no_number[1024..1536].copy_from_slice(sum.as_bytes());
    let lone = [unended(&[file("a", "x")]), vec![0; 512], unended(&[file("b", "")])].concat();
    for bytes in [&whole[..1500], &whole[..1536 + 700], &whole[..1536 + 1024], &whole[..512], &wrong_sum, &no_number, &lone, b"", b"text"] {
        told.push_str(&read(bytes));
    }
    let told = told.lines().map(|it| it.split("a.tar: ").last().expect("a text")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(told, @r"
    it was cut off within the block at byte 1024
    it was cut off in the content of entry `b` at byte 1024
    it was cut off at byte 2560: the blocks of zeros that end an archive are missing
    it was cut off in the content of entry `a` at byte 0
    the header at byte 1024 (`c`, after entry `a` at byte 0) has a wrong checksum
    entry `b` at byte 1024: its uid is `z000007\x00`, which is no number
    a lone block of zeros at byte 1024 stands among the entries: not all tools read on
    it is no tar archive; give a directory, or a tar, tar.gz or tar.zst archive
    it is no tar archive; give a directory, or a tar, tar.gz or tar.zst archive
    ");
    // What follows the end is no part of it, and is noted.
    let scratch = write(&[whole.clone(), b"more".to_vec()].concat());
    let notes = Tree::open(&scratch.path).expect("a tree").notes();
    assert_eq!(notes.iter().map(|it| it.message.as_str()).collect::<Vec<_>>(), ["what follows the end of the archive is left out, as tar does"]);
    assert!(Tree::open(&write(&whole).path).expect("a tree").notes().is_empty());
    assert_eq!(read(&whole[..whole.len() - 512]), read(&whole), "one block of zeros is an end too");
}

#[test]
fn extended_headers_count_over_the_entry() {
    let name = [b"long/".as_slice(), &[b'n'; 150], b"\n\xff"].concat();
    let said: [(&str, &[u8]); 5] = [("path", &name), ("uid", b"70000"), ("gid", b"3000000000"), ("mtime", b"1700000000.5"), ("comment", b"?")];
    let of_all = with_pax(b'g', &[("comment", b"0123"), ("uid", b"5")], &file("g", ""));
    let mut size = header(&file("sized", ""));
    size.set_size(0);
    size.set_cksum();
    let mut sized = with_pax(b'x', &[("size", b"3"), ("linkpath", b"unused")], &file("sized", ""));
    let at = sized.len() - 512;
    sized.truncate(at);
    add(&mut sized, &size, b"abc");
    let bytes = ended([with_pax(b'x', &said, &file("short", "1")), of_all, with_pax(b'x', &[("uid", b"6")], &file("x", "")), sized].concat());
    let scratch = write(&bytes);
    let tree = Tree::open(&scratch.path).expect("a tree");
    insta::assert_snapshot!(listing(&tree).replace(&"n".repeat(150), "nnn…"), @r#"
    /g 0644 5:8 ""
    /long 0755 0:0 dir
    /long/nnn…\n\xff 0644 70000:3000000000 "1"
    /sized 0644 5:8 "abc"
    /x 0644 6:8 ""
    "#);
    assert_eq!(tree.stat(&[b"/", name.as_slice()].concat(), false).expect("a file").mtime, (1_700_000_000, 500_000_000));
    let mut told = String::new();
    let twice = [with_pax(b'x', &[("uid", b"1")], &file("a", ""))[..1024].to_vec(), with_pax(b'x', &[("uid", b"1")], &file("a", ""))].concat();
    let long = [unended(&[entry(b'L', b"././@LongLink", b"", b"one\0")]), with_pax(b'x', &[("path", b"two")], &file("a", ""))].concat();
    for bytes in [
        with_pax(b'x', &[("uid", b"-1")], &file("a", "")),
        with_pax(b'x', &[("uid", b"4294967295")], &file("a", "")),
        with_pax(b'x', &[("path", b"a\0b")], &file("a", "")),
        with_pax(b'g', &[("path", b"a")], &file("a", "")),
        [unended(&[entry(b'x', b"h", b"", b"nonsense")]), unended(&[file("a", "")])].concat(),
        twice,
        long,
        with_pax(b'x', &[("uid", b"1")], &file("a", ""))[..1024].to_vec(),
    ] {
        told.push_str(&read(&ended(bytes)));
    }
    insta::assert_snapshot!(told, @r"
    entry `PaxHeaders/x` at byte 0: its record `uid`: `-1` is no number
    entry `PaxHeaders/x` at byte 0: its record `uid`: its uid is 4294967295, which is no user or group of Linux
    entry `PaxHeaders/x` at byte 0: its record `path`: a name with a NUL
    entry `PaxHeaders/x` at byte 0: a header for all entries says `path`
    entry `h` at byte 0: its extended header is no list of records
    entry `PaxHeaders/x` at byte 0: it has two extended headers
    entry `PaxHeaders/x` at byte 0: it has two long names, and not all tools take the same one
    the extended header at byte 0 has no entry
    ");
}

fn sparse_entry(records: &[(&str, &[u8])], stored: &[u8]) -> Vec<u8> {
    let said: Vec<(&str, &[u8])> = records.to_vec();
    ended(with_pax(b'x', &said, &entry(b'0', b"GNUSparseFile.0/s", b"", stored)))
}

#[test]
fn sparse_files_are_read_with_their_holes() {
    let expected: Vec<u8> = [&[0; 600][..], b"abcd", &[0; 396], b"xyz", &[0; 97]].concat();
    let v00: [(&str, &[u8]); 6] = [
        ("GNU.sparse.size", b"1100"),
        ("GNU.sparse.numblocks", b"2"),
        ("GNU.sparse.offset", b"600"),
        ("GNU.sparse.numbytes", b"4"),
        ("GNU.sparse.offset", b"1000"),
        ("GNU.sparse.numbytes", b"3"),
    ];
    let v01: [(&str, &[u8]); 4] =
        [("GNU.sparse.size", b"1100"), ("GNU.sparse.numblocks", b"2"), ("GNU.sparse.map", b"600,4,1000,3"), ("GNU.sparse.name", b"s")];
    let v10: [(&str, &[u8]); 4] = [("GNU.sparse.major", b"1"), ("GNU.sparse.minor", b"0"), ("GNU.sparse.realsize", b"1100"), ("GNU.sparse.name", b"s")];
    let mut map = b"3\n600\n4\n1000\n3\n1100\n0\n".to_vec();
    map.resize(512, 0);
    let mut old = header(&entry(b'S', b"s", b"", b"abcdxyz"));
    {
        let gnu = old.as_gnu_mut().expect("GNU's header");
        gnu.sparse[0].set_offset(600);
        gnu.sparse[0].set_length(4);
        gnu.set_is_extended(true);
        gnu.set_real_size(1100);
    }
    old.set_cksum();
    let mut more = tar::GnuExtSparseHeader::new();
    more.sparse[0].set_offset(1000);
    more.sparse[0].set_length(3);
    more.sparse[1].set_offset(1100);
    more.sparse[1].set_length(0);
    let mut old = [old.as_bytes().as_slice(), more.as_bytes().as_slice()].concat();
    old.extend(b"abcdxyz");
    old.resize(old.len().next_multiple_of(512), 0);
    old.extend(unended(&[file("after", "after")]));
    let before = [map.clone(), b"abcdxyz".to_vec()].concat();
    for (name, bytes) in [
        ("GNU", ended(old)),
        ("0.0", sparse_entry(&[&v00[..], &[("path", b"s")]].concat(), b"abcdxyz")),
        ("0.1", sparse_entry(&v01, b"abcdxyz")),
        ("1.0", sparse_entry(&v10, &before)),
    ] {
        for bytes in [bytes.clone(), gzip(&bytes)] {
            let scratch = write(&bytes);
            let tree = Tree::open(&scratch.path).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(tree.read_all(b"/s").expect("a file").as_slice(), expected, "{name}");
            assert_eq!(tree.stat(b"/s", false).expect("a file").size, 1100, "{name}");
        }
    }
    let mut told = String::new();
    let with = |at: usize, value: &'static [u8]| {
        let mut records = v01;
        records[at].1 = value;
        sparse_entry(&records, b"abcdxyz")
    };
    let other_version = sparse_entry(&[("GNU.sparse.major", b"2"), ("GNU.sparse.minor", b"0"), ("GNU.sparse.realsize", b"9")], b"");
    let endless = sparse_entry(&v10, &[b'1'; 512]);
    for bytes in [with(2, b"600,4,500,3"), with(2, b"600,4,1099,3"), with(2, b"600,4,1000,4"), with(2, b"600,4,1000"), with(1, b"3"), other_version, endless] {
        told.push_str(&read(&bytes));
    }
    insta::assert_snapshot!(told, @r"
    entry `s` at byte 0: its map of holes is out of order or reaches beyond its end
    entry `s` at byte 0: its map of holes is out of order or reaches beyond its end
    entry `s` at byte 0: its map of holes has 8 bytes and 7 are stored
    entry `s` at byte 0: its map of holes is not as long as it says
    entry `s` at byte 0: its map of holes is not as long as it says
    entry `GNUSparseFile.0/s` at byte 0: it is a sparse file of a version that nobody knows
    entry `s` at byte 0: its map of holes does not end
    ");
    // A hole as large as a disk is told with its size, and can't be held in memory.
    let huge = sparse_entry(&[("GNU.sparse.size", b"1099511627776"), ("GNU.sparse.map", b"0,7"), ("GNU.sparse.name", b"s")], b"abcdxyz");
    let scratch = write(&huge);
    let tree = Tree::open(&scratch.path).expect("a tree");
    assert_eq!(tree.stat(b"/s", false).expect("a file").size, 1 << 40);
    assert_eq!(tree.read_all(b"/s"), Err(Errno::Unreadable));
    assert!(tree.notes()[0].message.contains("more than 1073741824 bytes"), "{:?}", tree.notes());
}

fn open_within(path: &Path, bounds: Bounds) -> String {
    let choice = Choice { bounds, ..Choice::default() };
    Tree::open_as(path, &choice).map_or_else(|it| it.to_string(), |_| "read".into()).replace(&path.display().to_string(), "A")
}

#[test]
fn each_limit_of_an_archive_ends_it_by_name() {
    let bounds = Bounds::default();
    let plain = archive(&[file("a/b/c", "text"), link("l", "0123456789"), file("z", &"0".repeat(4000))]);
    let (tar, packed) = (write(&plain), write(&gzip(&plain)));
    let told = [
        open_within(&tar.path, Bounds { entries: 4, ..bounds }),
        open_within(&tar.path, Bounds { index_bytes: 12, ..bounds }),
        open_within(&tar.path, Bounds { steps: 4, ..bounds }),
        open_within(&packed.path, Bounds { spool_bytes: 4000, ..bounds }),
        open_within(&packed.path, Bounds { ratio: 3, ratio_free_bytes: 1000, ..bounds }),
    ];
    insta::assert_snapshot!(told.join("\n"), @r"
    read A: it passes the limit `entries` of 4; if it is to be trusted, unpack it and give the directory
    read A: it passes the limit `index_bytes` of 12; if it is to be trusted, unpack it and give the directory
    read A: it passes the limit `steps` of 4; if it is to be trusted, unpack it and give the directory
    read A: it passes the limit `spool_bytes` of 4000; if it is to be trusted, unpack it and give the directory
    read A: it passes the limit `ratio` of 3; if it is to be trusted, unpack it and give the directory
    ");
    assert_eq!(open_within(&tar.path, Bounds { entries: 6, index_bytes: 15, steps: 5, spool_bytes: 0, ratio: 0, ratio_free_bytes: 0, ..bounds }), "read");
    assert_eq!(open_within(&packed.path, Bounds { spool_bytes: 4004, ratio: 1000, ..bounds }), "read");
}

#[test]
fn a_bomb_ends_at_the_ratio_and_not_at_the_disk() {
    // One file of 100 GiB, packed a thousand to one: the header says so, and the zeros go on for ever.
    let mut bomb = header(&file("zeros", ""));
    bomb.set_size(100 << 30);
    bomb.set_cksum();
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("bomb.tar.gz");
    let mut packed = flate2::write::GzEncoder::new(fs::File::create(&path).expect("a file can be made"), flate2::Compression::best());
    packed.write_all(bomb.as_bytes()).expect("it takes bytes");
    for _ in 0..64 {
        packed.write_all(&vec![0; 1 << 20]).expect("it takes bytes");
    }
    packed.finish().expect("it ends");
    let told = open_within(&path, Bounds { ratio_free_bytes: 8 << 20, ..Bounds::default() });
    insta::assert_snapshot!(told, @"read A: it passes the limit `ratio` of 200; if it is to be trusted, unpack it and give the directory");
}

#[test]
fn a_plain_archive_is_pinned() {
    let scratch = write(&archive(&[file("a", "one"), file("b", "two")]));
    let tree = Tree::open(&scratch.path).expect("a tree");
    assert_eq!(tree.read_all(b"/a").expect("a file").as_slice(), b"one");
    assert!(tree.moved(tree.mark()).is_empty());
    std::thread::sleep(std::time::Duration::from_millis(20));
    let mut changed = fs::read(&scratch.path).expect("a readable file");
    changed[1536] = b'T';
    fs::write(&scratch.path, changed).expect("a file can be written");
    assert_eq!(tree.read_all(b"/b"), Err(Errno::Unreadable), "what is read belongs to one state of the target");
    assert_eq!(tree.moved(tree.mark()), [b"/".to_vec()]);
    // Another file under the same name is another target.
    let scratch = write(&archive(&[file("a", "one")]));
    let tree = Tree::open(&scratch.path).expect("a tree");
    fs::rename(&scratch.path, scratch.path.with_extension("old")).expect("a file can be renamed");
    fs::write(&scratch.path, archive(&[file("a", "one")])).expect("a file can be written");
    assert_eq!(tree.moved(tree.mark()), [b"/".to_vec()]);
}

/// An honest archive, of all that there can be in one.
fn honest() -> impl Strategy<Value = Vec<Entry>> {
    let name = prop::sample::select(vec!["a", "b", "c/d", "c/e", "f/g/h", "./i", "/j"]);
    let kind = prop::sample::select(b"00000055126734xgLKSV".to_vec());
    let content = prop_oneof![3 => prop::collection::vec(any::<u8>(), 0..1500), 1 => Just(record("path", b"other")), 1 => Just(record("uid", b"9"))];
    let one = (name, kind, prop::sample::select(vec!["a", "c/d", "/etc", "../x", "c", "j"]), content, any::<u32>());
    let entry = one.prop_map(|(name, kind, target, content, mode)| {
        let (link, content) = match kind {
            b'1' | b'2' => (target.as_bytes().to_vec(), Vec::new()),
            b'5' | b'6' | b'3' | b'4' | b'V' => (Vec::new(), Vec::new()),
            _ => (Vec::new(), content),
        };
        Entry { name: name.into(), kind, link, content, mode: mode & 0o7777 }
    });
    prop::collection::vec(entry, 1..12)
}

/// What becomes of the bytes of an archive.
#[derive(Clone, Debug)]
enum Harm {
    None,
    Cut(prop::sample::Index),
    Flip(Vec<(prop::sample::Index, u8)>),
    /// As before, in a header whose sum is made right again.
    FlipHeader(prop::sample::Index, Vec<(prop::sample::Index, u8)>),
    Double(prop::sample::Index, prop::sample::Index),
}

fn harm() -> impl Strategy<Value = Harm> {
    let flips = || prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5);
    prop_oneof![
        1 => Just(Harm::None),
        2 => any::<prop::sample::Index>().prop_map(Harm::Cut),
        2 => flips().prop_map(Harm::Flip),
        5 => (any::<prop::sample::Index>(), flips()).prop_map(|(at, flips)| Harm::FlipHeader(at, flips)),
        1 => any::<(prop::sample::Index, prop::sample::Index)>().prop_map(|(one, other)| Harm::Double(one, other)),
    ]
}

fn harmed(mut bytes: Vec<u8>, harm: &Harm) -> Vec<u8> {
    let flip = |bytes: &mut [u8], flips: &[(prop::sample::Index, u8)]| {
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = *value;
        }
    };
    match harm {
        Harm::None => {}
        Harm::Cut(at) => bytes.truncate(at.index(bytes.len())),
        Harm::Flip(flips) => flip(&mut bytes, flips),
        Harm::FlipHeader(at, flips) => {
            let at = at.index(bytes.len() / 512) * 512;
            let block = &mut bytes[at..at + 512];
            flip(block, flips);
            let mut header = tar::Header::from_byte_slice(block).clone();
            header.set_cksum();
            block.copy_from_slice(header.as_bytes());
        }
        Harm::Double(one, other) => {
            let (from, to) = (one.index(bytes.len() / 512) * 512, other.index(bytes.len() / 512) * 512);
            bytes.copy_within(from..from + 512, to);
        }
    }
    bytes
}

#[test]
fn no_archive_however_harmed_is_more_than_a_tree_or_a_refusal() {
    let mut runner =
        TestRunner::new_with_rng(Config { cases: 3000, failure_persistence: None, ..Config::default() }, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("a.tar");
    let (read, refused) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let packings = prop::sample::select(vec![0, 0, 0, 1, 2]);
    let cases = (honest(), harm(), packings, harm());
    runner
        .run(&cases, |(entries, harm, packing, outer)| {
            let bytes = harmed(archive(&entries), &harm);
            let bytes = match packing {
                0 => bytes,
                // Headers of a packing have no blocks.
                1 => harmed(gzip(&bytes), if let Harm::Cut(_) | Harm::Flip(_) = outer { &outer } else { &Harm::None }),
                _ => harmed(zstd(&bytes), if let Harm::Cut(_) | Harm::Flip(_) = outer { &outer } else { &Harm::None }),
            };
            fs::write(&path, &bytes).expect("a file can be written");
            match Tree::open(&path) {
                Ok(tree) => {
                    read.set(read.get() + 1);
                    look(&tree, b"/");
                }
                Err(error) => {
                    refused.set(refused.get() + 1);
                    prop_assert!(error.to_string().len() < 2000 && error.to_string().contains("a.tar"), "{}", error);
                }
            }
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert!(read.get() > 300 && refused.get() > 300, "both were seen: {} read, {} refused", read.get(), refused.get());
}

/// Looks at all that a tree holds.
fn look(tree: &Tree, folder: &[u8]) {
    for it in tree.list(folder).expect("a folder") {
        let path = [folder.strip_suffix(b"/").unwrap_or(folder), b"/", &it.name].concat();
        assert!(!it.name.contains(&b'/') && it.name != b"..", "a name of one part");
        match tree.stat(&path, false).expect("it is there").kind {
            FileType::Directory => look(tree, &path),
            FileType::Regular => assert!(matches!(tree.read_all(&path), Ok(_) | Err(Errno::Unreadable))),
            _ => {}
        }
    }
}
