//! Images as targets: layers one over the other as containerd lays them, every digest looked at, one of several chosen.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use invitro::{
    digest::Digest,
    tree::{Bounds, Choice, Errno, FileType, Tree},
};
use serde_json::{Value, json};

/// A layer of these files: `->` begins a symbolic link, `=>` a hard link, `/` alone is a directory.
fn layer(files: &[(&str, &str)]) -> Vec<u8> {
    let mut made = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(0);
        // Names that no builder would write are wanted too.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        let (kind, link, content) = match (text.strip_prefix("->"), text.strip_prefix("=>")) {
            (Some(target), _) => (tar::EntryType::Symlink, target, ""),
            (_, Some(target)) => (tar::EntryType::Link, target, ""),
            _ if *text == "/" => (tar::EntryType::Directory, "", ""),
            _ => (tar::EntryType::Regular, "", *text),
        };
        header.set_entry_type(kind);
        header.set_link_name_literal(link).expect("it fits");
        header.set_size(content.len() as u64);
        header.set_cksum();
        made.append(&header, content.as_bytes()).expect("it takes bytes");
    }
    made.into_inner().expect("it ends")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("it takes bytes");
    packed.finish().expect("it ends")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn packed(at: usize, bytes: &[u8]) -> Vec<u8> {
    match at % 3 {
        0 => gzip(bytes),
        1 => bytes.to_vec(),
        _ => zstd(bytes),
    }
}

/// Writes a file below a folder, and says its digest and size.
fn blob(root: &Path, bytes: &[u8]) -> Value {
    let digest = Digest::of(bytes);
    fs::create_dir_all(root.join("blobs/sha256")).expect("a folder can be made");
    fs::write(root.join("blobs/sha256").join(digest.hex()), bytes).expect("a file can be written");
    json!({"digest": digest.to_string(), "size": bytes.len()})
}

fn json_blob(root: &Path, value: &Value) -> Value {
    blob(root, value.to_string().as_bytes())
}

fn with(mut descriptor: Value, name: &str, value: Value) -> Value {
    descriptor[name] = value;
    descriptor
}

/// Writes the layers, configuration and manifest of an image; returns its descriptor.
fn image(root: &Path, layers: &[Vec<u8>], architecture: &str) -> Value {
    let ids: Vec<String> = layers.iter().map(|it| Digest::of(it).to_string()).collect();
    let config = json_blob(root, &json!({"os": "linux", "architecture": architecture, "rootfs": {"type": "layers", "diff_ids": ids}}));
    let layers: Vec<Value> = layers.iter().enumerate().map(|(at, it)| blob(root, &packed(at, it))).collect();
    let manifest = json_blob(root, &json!({"schemaVersion": 2, "config": config, "layers": layers}));
    with(manifest, "mediaType", json!("application/vnd.oci.image.manifest.v1+json"))
}

fn finish(root: &Path, manifests: &[Value]) {
    fs::write(root.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).expect("a file can be written");
    fs::write(root.join("index.json"), json!({"schemaVersion": 2, "manifests": manifests}).to_string()).expect("a file can be written");
}

/// An image of layers, opened.
fn laid(layers: &[&[(&str, &str)]]) -> Result<String, String> {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let layers: Vec<Vec<u8>> = layers.iter().map(|it| layer(it)).collect();
    finish(scratch.path(), &[image(scratch.path(), &layers, "amd64")]);
    told(scratch.path(), &Choice::default())
}

/// Opens a target and lists it; or says why not, without its path and with short digests.
fn told(path: &Path, choice: &Choice) -> Result<String, String> {
    let tree = Tree::open_as(path, choice).map_err(|it| short(&it.to_string().replace(&path.display().to_string(), "IMAGE")))?;
    let mut out = String::new();
    list(&tree, b"/", &mut out);
    Ok(out)
}

/// Cuts digests, which say nothing to a reader.
fn short(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for it in text.chars().chain(['\0']) {
        if it.is_ascii_hexdigit() {
            run.push(it);
            continue;
        }
        out.push_str(if run.len() == 64 { "HEX" } else { &run });
        run.clear();
        out.push(it);
    }
    out.trim_end_matches('\0').to_owned()
}

fn list(tree: &Tree, folder: &[u8], out: &mut String) {
    for it in tree.list(folder).expect("a folder") {
        let path = [folder.strip_suffix(b"/").unwrap_or(folder), b"/", &it.name].concat();
        let stat = tree.stat(&path, false).expect("it is there");
        let name = String::from_utf8_lossy(&path).into_owned();
        match stat.kind {
            FileType::Directory => {
                write!(out, "{name}/ ").expect("a string takes it");
                list(tree, &path, out);
            }
            FileType::Symlink => write!(out, "{name}->{} ", String::from_utf8_lossy(&tree.read_link(&path).expect("a link"))).expect("a string takes it"),
            _ => {
                let several = if stat.links > 1 { format!("x{}", stat.links) } else { String::new() };
                write!(out, "{name}={}{several} ", String::from_utf8_lossy(&tree.read_all(&path).expect("a file"))).expect("a string takes it");
            }
        }
    }
}

const LOWER: &[(&str, &str)] = &[("etc/a", "a"), ("etc/b", "b"), ("opt/x/old", "old"), ("usr/bin/tool", "tool")];
const UPPER: &[(&str, &str)] = &[("etc/.wh.a", ""), ("opt/x/new", "new"), ("opt/x/.wh..wh..opq", ""), ("usr/bin/same", "=>usr/bin/tool"), ("etc/b", "B")];
const LAID: &str = "/etc/ /etc/b=B /opt/ /opt/x/ /opt/x/new=new /usr/ /usr/bin/ /usr/bin/same=toolx2 /usr/bin/tool=toolx2 ";

#[test]
fn layers_lie_one_over_the_other_as_containerd_lays_them() {
    let check = |name: &str, layers: &[&[(&str, &str)]], expected: &str| assert_eq!(laid(layers).as_deref(), Ok(expected), "{name}");
    check("whiteouts, an opaque folder, a hard link across layers", &[LOWER, UPPER], LAID);
    check("a whiteout of a folder", &[&[("d/a", "1"), ("d/e/f", "2")], &[(".wh.d", "")]], "");
    check("a whiteout, and the same made anew", &[&[("a", "1"), ("d/a", "1")], &[(".wh.a", ""), ("a", "2"), (".wh.d", ""), ("d", "3")]], "/a=2 /d=3 ");
    check("an opaque folder before what is in it", &[&[("d/a", "1"), ("d/e/f", "")], &[("d/.wh..wh..opq", ""), ("d/e/g", "2")]], "/d/ /d/e/ /d/e/g=2 ");
    check(
        "an opaque folder after what is in it",
        &[&[("d/a", "1"), ("d/e/f", "")], &[("d/e/", "/"), ("d/e/g", "2"), ("d/.wh..wh..opq", "")]],
        "/d/ /d/e/ /d/e/g=2 ",
    );
    check("a folder becomes a file", &[&[("d/a", "1")], &[("d", "2")]], "/d=2 ");
    check("a folder becomes a link", &[&[("d/a", "1"), ("e/b", "2")], &[("d", "->e")]], "/d->e /e/ /e/b=2 ");
    check("a file becomes a folder", &[&[("d", "1")], &[("d", "/"), ("d/a", "2")]], "/d/ /d/a=2 ");
    check("a link becomes a folder", &[&[("e/b", "1"), ("d", "->e")], &[("d", "/"), ("d/a", "2")]], "/d/ /d/a=2 /e/ /e/b=1 ");
    check(
        "a link of the layer is followed",
        &[&[("usr/bin/a", "1")], &[("bin", "->usr/bin"), ("bin/b", "2")]],
        "/bin->usr/bin /usr/ /usr/bin/ /usr/bin/a=1 /usr/bin/b=2 ",
    );
    check(
        "an absolute link is one of the image",
        &[&[("l", "->/../../x"), ("m", "->../y"), ("l/a", "1"), ("m/b", "2")]],
        "/l->/../../x /m->../y /x/ /x/a=1 /y/ /y/b=2 ",
    );
    check(
        "a whiteout of nothing, AUFS's own, an empty layer",
        &[&[("a", "1")], &[("d/.wh.b", ""), (".wh..wh.plnk", "/"), (".wh..wh.aufs", "")], &[]],
        "/a=1 /d/ ",
    );
    check("the root's own entry", &[&[("./", "/"), ("./a", "1")]], "/a=1 ");
    check("a hard link to a file that a later entry takes the place of", &[&[("a", "1")], &[("b", "=>a"), ("a", "2")]], "/a=2 /b=1 ");
}

#[test]
fn what_tools_lay_differently_is_refused() {
    let mut out = String::new();
    for upper in [
        &[("a", "new"), (".wh.a", "")][..],
        &[(".wh...", "")],
        &[(".wh.", "")],
        &[(".wh.d/a", "")],
        &[("a/b", "")],
        &[("d/", "text")],
        &[("b", "=>missing")],
        &[("a", "=>a")],
        &[("../a", "")],
        &[("l/b", "")],
        &[("l/.wh.a", "")],
        &[("b", "=>l/a")],
        &[("m", "->no/../e"), ("m/x", "")],
        &[(".wh.d", ""), ("d", "/")],
        &[("d", ""), ("d", "/")],
        &[(".wh.d", ""), ("d/b", "")],
        &[("d/e/x", ""), ("d/.wh..wh..opq", "")],
        &[(".wh..wh.plnk/7.8", "")],
        &[("d", "=>d/a")],
    ] {
        out.push_str(&laid(&[&[("a", "1"), ("d/a", "2"), ("d/e/f", ""), ("l", "->d")], upper]).expect_err("a refusal"));
        out.push('\n');
    }
    insta::assert_snapshot!(out.replace("read image IMAGE: layer `blobs/sha256/HEX`: ", "").replace("; build the image again, or unpack it and give the directory", ""), @r"
    entry `.wh.a` at byte 1024: a whiteout of what the same layer made before it: not all tools keep that
    entry `.wh...` at byte 0: a whiteout of no name
    entry `.wh.` at byte 0: a whiteout of no name
    entry `.wh.d/a` at byte 0: it lies below a whiteout
    entry `a/b` at byte 0: it lies below what is no directory
    entry `d/` at byte 0: it is a file whose name ends in a slash
    entry `b` at byte 0: a hard link to `missing`, which is not there before it
    entry `a` at byte 0: a hard link to `a`, which is not there before it
    entry `../a` at byte 0: its name has `..`, through which nothing is unpacked
    entry `l/b` at byte 0: it lies below a link to `d`, of a lower layer, through which not all tools unpack
    entry `l/.wh.a` at byte 0: it lies below a link to `d`, of a lower layer, through which not all tools unpack
    entry `b` at byte 0: it lies below a link to `d`, of a lower layer, through which not all tools unpack
    entry `m/x` at byte 512: it lies below a link through what is not there
    entry `d` at byte 512: a directory that the same layer hides is made anew: not all tools leave out what it held
    entry `d` at byte 512: a directory that the same layer hides is made anew: not all tools leave out what it held
    entry `d/b` at byte 512: a directory that the same layer hides is made anew: not all tools leave out what it held
    entry `d/.wh..wh..opq` at byte 512: an opaque directory in which the same layer has made one before without naming it: not all tools keep that
    entry `.wh..wh.plnk/7.8` at byte 0: it lies below a whiteout
    entry `d` at byte 0: a hard link to `d/a`, which is not there before it
    ");
}

#[test]
fn a_layer_has_no_types_that_only_tar_knows() {
    for (kind, told) in [(b'0', None), (b'7', Some("of a type")), (b'S', Some("of a type")), (b'3', Some("not all tools")), (b'V', Some("of a type"))] {
        let mut bytes = layer(&[("x", "")]);
        bytes[156] = kind;
        let mut header = tar::Header::from_byte_slice(&bytes[..512]).clone();
        header.set_cksum();
        bytes[..512].copy_from_slice(header.as_bytes());
        let scratch = tempfile::tempdir().expect("a scratch folder");
        finish(scratch.path(), &[image(scratch.path(), &[bytes], "amd64")]);
        match (super::target_image::told(scratch.path(), &Choice::default()), told) {
            (Ok(_), None) => {}
            (Err(error), Some(told)) => assert!(error.contains("entry `x` at byte 0") && error.contains(told), "{error}"),
            other => panic!("{}: {other:?}", char::from(kind)),
        }
    }
}

/// Packs a folder as an archive.
fn pack(folder: &Path, to: &str) -> PathBuf {
    let mut made = tar::Builder::new(Vec::new());
    made.append_dir_all(".", folder).expect("it takes a folder");
    let bytes = made.into_inner().expect("it ends");
    let to = folder.with_extension(to);
    let bytes = match to.extension().and_then(|it| it.to_str()) {
        Some("gz") => gzip(&bytes),
        Some("zst") => zstd(&bytes),
        _ => bytes,
    };
    fs::write(&to, bytes).expect("a file can be written");
    to
}

/// Everything that `docker save` puts beside the layout since version 25; before, layers had folders of their own.
fn saved(root: &Path, layers: &[Vec<u8>], tag: &str, old: bool) -> Value {
    let ids: Vec<String> = layers.iter().map(|it| Digest::of(it).to_string()).collect();
    let config = json!({"os": "linux", "architecture": "amd64", "rootfs": {"type": "layers", "diff_ids": ids}}).to_string();
    let hex = Digest::of(config.as_bytes()).hex();
    let mut names = Vec::new();
    for (at, it) in layers.iter().enumerate() {
        let id = Digest::of(&[it.as_slice(), &[at as u8]].concat()).hex();
        if old && ids[..at].contains(&ids[at]) {
            // What was there before is a link.
            let first = ids.iter().position(|it| *it == ids[at]).expect("it was there");
            fs::create_dir_all(root.join(&id)).expect("a folder can be made");
            std::os::unix::fs::symlink(format!("../{}", names[first]), root.join(&id).join("layer.tar")).expect("a link can be made");
            names.push(format!("{id}/layer.tar"));
        } else if old {
            fs::create_dir_all(root.join(&id)).expect("a folder can be made");
            fs::write(root.join(&id).join("layer.tar"), it).expect("a file can be written");
            names.push(format!("{id}/layer.tar"));
        } else {
            blob(root, it);
            names.push(format!("blobs/sha256/{}", Digest::of(it).hex()));
        }
    }
    let config_name = if old { format!("{hex}.json") } else { format!("blobs/sha256/{hex}") };
    fs::create_dir_all(root.join("blobs/sha256")).expect("a folder can be made");
    fs::write(root.join(&config_name), config).expect("a file can be written");
    json!({"Config": config_name, "RepoTags": [tag], "Layers": names})
}

#[test]
fn an_image_is_read_however_it_is_kept() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let layers = [layer(LOWER), layer(UPPER)];
    let root = scratch.path().join("layout");
    finish(
        &root,
        &[image(
            &{
                fs::create_dir(&root).expect("a folder can be made");
                root.clone()
            },
            &layers,
            "amd64",
        )],
    );
    let old = scratch.path().join("old");
    fs::create_dir(&old).expect("a folder can be made");
    let entry = saved(&old, &layers, "x:1", true);
    fs::write(old.join("manifest.json"), json!([entry]).to_string()).expect("a file can be written");
    let new = scratch.path().join("new");
    fs::create_dir(&new).expect("a folder can be made");
    let entry = saved(&new, &layers, "x:1", false);
    fs::write(new.join("manifest.json"), json!([entry]).to_string()).expect("a file can be written");
    finish(&new, &[with(image(&new, &layers, "amd64"), "annotations", json!({"io.containerd.image.name": "docker.io/library/x:1"}))]);
    for folder in [root, old, new] {
        assert_eq!(told(&folder, &Choice::default()).as_deref(), Ok(LAID), "{}", folder.display());
        for packing in ["tar", "tar.gz", "tar.zst"] {
            assert_eq!(told(&pack(&folder, packing), &Choice::default()).as_deref(), Ok(LAID), "{} {packing}", folder.display());
        }
    }
}

#[test]
fn a_layer_that_was_saved_as_a_link_is_the_other_one() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path().join("old");
    fs::create_dir(&root).expect("a folder can be made");
    let (lower, upper) = (layer(LOWER), layer(UPPER));
    let entry = saved(&root, &[lower.clone(), upper.clone(), lower, upper], "x:1", true);
    fs::write(root.join("manifest.json"), json!([entry]).to_string()).expect("a file can be written");
    assert_eq!(told(&pack(&root, "tar"), &Choice::default()).as_deref(), Ok(LAID));
}

#[test]
fn a_file_named_as_a_manifest_is_no_image() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path().join("page");
    fs::create_dir(&root).expect("a folder can be made");
    for text in [r#"{"name":"page"}"#, "[]", r#"[{"Config":1}]"#, "no JSON"] {
        fs::write(root.join("manifest.json"), text).expect("a file can be written");
        let expected = format!("/manifest.json={text} ");
        assert_eq!(told(&root, &Choice::default()), Ok(expected.clone()));
        assert_eq!(told(&pack(&root, "tar"), &Choice::default()), Ok(expected.clone()));
        assert_eq!(told(&pack(&root, "tar.gz"), &Choice::default()), Ok(expected));
    }
    let choice = |image: &str, platform: &str| Choice {
        image: Some(image.to_owned()).filter(|it| !it.is_empty()),
        platform: Some(platform.to_owned()).filter(|it| !it.is_empty()),
        ..Choice::default()
    };
    insta::assert_snapshot!(
        format!("{}\n{}", told(&root, &choice("x", "")).expect_err("no image"), told(&pack(&root, "tar"), &choice("", "linux/arm64")).expect_err("no image")),
        @r"
    open target IMAGE: `--image` is for images, and this is a directory; leave it out
    open target IMAGE: `--platform` is for images, and this is an ordinary archive; leave it out
    "
    );
}

#[test]
fn one_of_several_images_is_chosen_by_name() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let named = |root: &Path, text: &str, name: &str| {
        let annotations = json!({"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name.rsplit(':').next()});
        with(image(root, &[layer(&[("which", text)])], "amd64"), "annotations", annotations)
    };
    let root = scratch.path().join("layout");
    fs::create_dir(&root).expect("a folder can be made");
    let (one, other) = (named(&root, "one", "docker.io/library/one:1"), named(&root, "other", "docker.io/library/other:2"));
    finish(&root, &[one.clone(), other, with(one, "annotations", json!({"io.containerd.image.name": "docker.io/library/again:3"}))]);
    let old = scratch.path().join("old");
    fs::create_dir(&old).expect("a folder can be made");
    let entries = [("one", "one:1"), ("other", "other:2")].map(|(text, tag)| saved(&old, &[layer(&[("which", text)])], tag, true));
    fs::write(old.join("manifest.json"), json!(entries).to_string()).expect("a file can be written");
    let mut out = String::new();
    for path in [root, pack(&old, "tar.gz")] {
        for name in [Some("one:1"), Some("docker.io/library/other:2"), Some("one"), None] {
            let choice = Choice { image: name.map(str::to_owned), ..Choice::default() };
            writeln!(out, "{}: {}", name.unwrap_or("-"), told(&path, &choice).unwrap_or_else(|it| it)).expect("a string takes it");
        }
    }
    insta::assert_snapshot!(out, @r"
    one:1: /which=one 
    docker.io/library/other:2: /which=other 
    one: read image IMAGE: it has no image `one`; known are: docker.io/library/again:3, docker.io/library/one:1, docker.io/library/other:2
    -: read image IMAGE: it holds several images; name one with `--image`, known are: docker.io/library/again:3, docker.io/library/one:1, docker.io/library/other:2
    one:1: /which=one 
    docker.io/library/other:2: /which=other 
    one: read image IMAGE: it has no image `one`; known are: one:1, other:2
    -: read image IMAGE: it holds several images; name one with `--image`, known are: one:1, other:2
    ");
}

#[test]
fn of_an_image_for_several_platforms_one_is_taken() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path();
    let of = |architecture: &str, variant: Option<&str>, told: bool| {
        let text = format!("{architecture}{}", variant.unwrap_or_default());
        let made = image(root, &[layer(&[("which", &text)])], architecture);
        let mut platform = json!({"os": "linux", "architecture": architecture});
        if let Some(variant) = variant {
            platform["variant"] = json!(variant);
        }
        if told { with(made, "platform", platform) } else { made }
    };
    let attestation = with(
        with(json_blob(root, &json!({"layers": []})), "platform", json!({"os": "unknown", "architecture": "unknown"})),
        "annotations",
        json!({"vnd.docker.reference.type": "attestation-manifest"}),
    );
    // That of another platform is often not kept.
    let missing = json!({"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": format!("sha256:{}", "0".repeat(64)), "size": 1, "platform": {"os": "linux", "architecture": "mips64le"}});
    let images = [
        of("s390x", None, true),
        of("riscv64", None, false),
        of("arm", Some("v6"), true),
        of("arm", Some("v7"), true),
        of("arm64", Some("v8"), true),
        attestation,
        missing,
    ];
    let inner = with(json_blob(root, &json!({"schemaVersion": 2, "manifests": images})), "mediaType", json!("application/vnd.oci.image.index.v1+json"));
    let outer = with(json_blob(root, &json!({"schemaVersion": 2, "manifests": [inner]})), "mediaType", json!("application/vnd.oci.image.index.v1+json"));
    finish(root, &[outer]);
    let mut out = String::new();
    for platform in [
        Some("linux/s390x"),
        Some("linux/riscv64"),
        Some("linux/arm/v7"),
        Some("linux/aarch64"),
        Some("linux/mips64le"),
        Some("linux/arm"),
        Some("windows/amd64"),
        Some("amd64"),
    ] {
        let choice = Choice { platform: platform.map(str::to_owned), ..Choice::default() };
        writeln!(out, "{}: {}", platform.unwrap_or("-"), told(root, &choice).unwrap_or_else(|it| it)).expect("a string takes it");
    }
    insta::assert_snapshot!(out, @r"
    linux/s390x: /which=s390x 
    linux/riscv64: /which=riscv64 
    linux/arm/v7: /which=armv7 
    linux/aarch64: /which=arm64v8 
    linux/mips64le: read image IMAGE: `blobs/sha256/HEX` is not in it; was the image saved whole?
    linux/arm: read image IMAGE: it has 2 images for linux/arm; name one with `--platform`, known are: linux/arm/v6, linux/arm/v7, linux/arm64, linux/mips64le, linux/riscv64, linux/s390x
    windows/amd64: read image IMAGE: it has 0 images for windows/amd64; name one with `--platform`, known are: linux/arm/v6, linux/arm/v7, linux/arm64, linux/mips64le, linux/riscv64, linux/s390x
    amd64: read image IMAGE: `amd64` is no platform; write it as linux/amd64 or linux/arm/v7
    ");
    // Without a word that of this machine is taken.
    if std::env::consts::ARCH == "aarch64" {
        assert_eq!(told(root, &Choice::default()).as_deref(), Ok("/which=arm64v8 "));
    } else {
        assert!(told(root, &Choice::default()).expect_err("none of this machine").contains("it has 0 images for linux/"));
    }
}

/// Spoils one file of an image, and says what is told.
fn spoiled(act: impl FnOnce(&Path, &Value)) -> String {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let descriptor = image(scratch.path(), &[layer(LOWER), layer(UPPER), layer(&[])], "amd64");
    finish(scratch.path(), std::slice::from_ref(&descriptor));
    act(scratch.path(), &descriptor);
    told(scratch.path(), &Choice::default()).expect_err("a refusal")
}

fn path_of(root: &Path, descriptor: &Value) -> PathBuf {
    root.join("blobs/sha256").join(&descriptor["digest"].as_str().expect("a digest")["sha256:".len()..])
}

fn json_of(root: &Path, descriptor: &Value) -> Value {
    serde_json::from_slice(&fs::read(path_of(root, descriptor)).expect("a file")).expect("JSON")
}

#[test]
fn every_blob_is_held_against_its_digest() {
    let flip = |path: PathBuf| {
        let mut bytes = fs::read(&path).expect("a file");
        let at = bytes.len() / 2;
        bytes[at] ^= 0x40;
        fs::write(path, bytes).expect("a file can be written");
    };
    // A layer that is unpacked well and is another one.
    let other = |packed: bool| {
        move |root: &Path, it: &Value| {
            let at = usize::from(!packed);
            let path = path_of(root, &json_of(root, it)["layers"][at]);
            let bytes = layer(&[("evil", "x")]);
            fs::write(path, if packed { gzip(&bytes) } else { bytes }).expect("a file can be written");
        }
    };
    // The configuration says other digests of what is unpacked.
    let other_ids = |root: &Path, it: &Value| {
        let mut manifest = json_of(root, it);
        let mut config = json_of(root, &manifest["config"]);
        config["rootfs"]["diff_ids"][0] = json!(format!("sha256:{}", "0".repeat(64)));
        manifest["config"] = json_blob(root, &config);
        finish(root, &[json_blob(root, &manifest)]);
    };
    let fewer_ids = |root: &Path, it: &Value| {
        let mut manifest = json_of(root, it);
        let mut config = json_of(root, &manifest["config"]);
        config["rootfs"]["diff_ids"] = json!([]);
        manifest["config"] = json_blob(root, &config);
        finish(root, &[json_blob(root, &manifest)]);
    };
    let foreign = |root: &Path, it: &Value| {
        let mut manifest = json_of(root, it);
        manifest["layers"][0]["urls"] = json!(["https://example.com/layer"]);
        fs::remove_file(path_of(root, &manifest["layers"][0])).expect("it can be removed");
        finish(root, &[json_blob(root, &manifest)]);
    };
    let out = [
        spoiled(|root, it| flip(path_of(root, it))),
        spoiled(|root, it| flip(path_of(root, &json_of(root, it)["config"]))),
        spoiled(other(true)),
        spoiled(other(false)),
        spoiled(other_ids),
        spoiled(fewer_ids),
        spoiled(foreign),
        spoiled(|root, it| fs::remove_file(path_of(root, &json_of(root, it)["layers"][1])).expect("it can be removed")),
        spoiled(|root, it| fs::remove_file(path_of(root, it)).expect("it can be removed")),
        spoiled(|root, _| fs::write(root.join("index.json"), "{").expect("a file can be written")),
        spoiled(|root, _| fs::write(root.join("index.json"), "{}").expect("a file can be written")),
        spoiled(|root, _| finish(root, &[json!({"digest": "md5:0"})])),
        spoiled(|root, it| {
            let path = path_of(root, it);
            fs::rename(&path, root.join("elsewhere")).expect("it can be renamed");
            std::os::unix::fs::symlink("../../elsewhere", path).expect("a link can be made");
        }),
    ];
    insta::assert_snapshot!(out.join("\n"), @r"
    read image IMAGE: `blobs/sha256/HEX` should have the digest sha256:HEX and has sha256:HEX: pull or save the image again
    read image IMAGE: `blobs/sha256/HEX` should have the digest sha256:HEX and has sha256:HEX: pull or save the image again
    read image IMAGE: layer `blobs/sha256/HEX`: its file should have the digest sha256:HEX and has sha256:HEX: pull or save the image again
    read image IMAGE: layer `blobs/sha256/HEX`: its file should have the digest sha256:HEX and has sha256:HEX: pull or save the image again
    read image IMAGE: layer `blobs/sha256/HEX`: what it unpacks to should have the digest sha256:HEX and has sha256:HEX: pull or save the image again
    read image IMAGE: it has 3 layers and digests of 0; save the image again
    read image IMAGE: layer `blobs/sha256/HEX` is not kept with the image but at https://example.com/layer; put it there and save the image again
    read image IMAGE: `blobs/sha256/HEX` is not in it; was the image saved whole?
    read image IMAGE: `blobs/sha256/HEX` is not in it; was the image saved whole?
    read image IMAGE: `index.json` is no JSON: EOF while parsing an object at line 1 column 1; save the image again
    read image IMAGE: it holds no image
    read image IMAGE: `md5:0` is no sha256 digest; push and pull the image with one
    read image IMAGE: `blobs/sha256/HEX`: Too many levels of symbolic links (os error 40); copy the image with its links followed
    ");
}

#[test]
fn an_old_image_is_held_against_its_digests_too() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let save = |name: &str, act: &dyn Fn(&Path, &Value)| {
        let root = scratch.path().join(name);
        fs::create_dir(&root).expect("a folder can be made");
        let entry = saved(&root, &[layer(LOWER), layer(UPPER)], "x:1", true);
        fs::write(root.join("manifest.json"), json!([entry]).to_string()).expect("a file can be written");
        act(&root, &entry);
        told(&pack(&root, "tar"), &Choice::default()).expect_err("a refusal")
    };
    let text = |it: &Value| it.as_str().expect("a text").to_owned();
    let out = [
        save("layer", &|root, it| fs::write(root.join(text(&it["Layers"][1])), layer(&[("evil", "")])).expect("a file can be written")),
        save("config", &|root, it| fs::write(root.join(text(&it["Config"])), "{}").expect("a file can be written")),
        save("missing", &|root, it| fs::remove_file(root.join(text(&it["Layers"][0]))).expect("it can be removed")),
        save("outside", &|root, it| {
            let mut entry = it.clone();
            entry["Layers"][0] = json!("../../etc/passwd");
            fs::write(root.join("manifest.json"), json!([entry]).to_string()).expect("a file can be written");
        }),
    ];
    insta::assert_snapshot!(out.join("\n"), @r"
    read image IMAGE: layer `HEX/layer.tar`: what it unpacks to should have the digest sha256:HEX and has sha256:HEX: pull or save the image again
    read image IMAGE: `HEX.json` should have the digest sha256:HEX and has sha256:HEX: pull or save the image again
    read image IMAGE: `HEX/layer.tar` is not in it; was the image saved whole?
    read image IMAGE: `../../etc/passwd` is no name of a file of an image
    ");
}

#[test]
fn an_image_has_limits_and_is_pinned() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path();
    finish(root, &[image(root, &[layer(LOWER), layer(UPPER), layer(&[])], "amd64")]);
    let bounds = Bounds::default();
    let within = |bounds| told(root, &Choice { bounds, ..Choice::default() });
    let out = [
        within(Bounds { layers: 2, ..bounds }),
        within(Bounds { entries: 8, ..bounds }),
        within(Bounds { spool_bytes: 4, ..bounds }),
        within(Bounds { ratio: 2, ratio_free_bytes: 100, ..bounds }),
    ];
    insta::assert_snapshot!(out.map(|it| it.expect_err("a limit")).join("\n"), @r"
    read IMAGE: it passes the limit `layers` of 2; if it is to be trusted, unpack it and give the directory
    read IMAGE: it passes the limit `entries` of 8; if it is to be trusted, unpack it and give the directory
    read IMAGE: it passes the limit `spool_bytes` of 4; if it is to be trusted, unpack it and give the directory
    read IMAGE: it passes the limit `ratio` of 2; if it is to be trusted, unpack it and give the directory
    ");
    // Many small bombs have no more room than one: each of these layers alone would be read.
    let bombs = tempfile::tempdir().expect("a scratch folder");
    let bomb = |it: &str| layer(&[(it, &"0".repeat(40_000))]);
    finish(bombs.path(), &[image(bombs.path(), &[bomb("a"), layer(&[]), layer(&[]), bomb("b")], "amd64")]);
    let within = |free| told(bombs.path(), &Choice { bounds: Bounds { ratio: 50, ratio_free_bytes: free, ..bounds }, ..Choice::default() });
    assert!(within(100_000).is_ok());
    assert!(within(60_000).expect_err("a limit").contains("`ratio` of 50"));
    let tree = Tree::open(root).expect("an image");
    assert!(tree.moved(tree.mark()).is_empty());
    std::thread::sleep(std::time::Duration::from_millis(20));
    let upper = root.join("blobs/sha256").join(Digest::of(&layer(UPPER)).hex());
    let bytes = fs::read(&upper).expect("a file");
    fs::write(&upper, bytes).expect("a file can be written");
    assert_eq!(tree.moved(tree.mark()), [b"/".to_vec()]);
    assert_eq!(tree.read_all(b"/etc/b"), Err(Errno::Unreadable), "what lies in the layer itself is read no more");
    assert_eq!(tree.read_all(b"/usr/bin/tool").expect("a file").as_slice(), b"tool", "what was spooled is");
}

#[test]
fn no_image_however_harmed_is_more_than_a_tree_or_a_refusal() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let layers = [layer(LOWER), layer(UPPER), layer(&[("l", "->etc"), ("l/x", "1"), ("etc/.wh..wh..opq", "")])];
    let mut images = Vec::new();
    for name in ["layout", "old"] {
        let root = scratch.path().join(name);
        fs::create_dir(&root).expect("a folder can be made");
        if name == "layout" {
            finish(&root, &[image(&root, &layers, "amd64")]);
        } else {
            let entry = saved(&root, &layers, "x:1", true);
            fs::write(root.join("manifest.json"), json!([entry]).to_string()).expect("a file can be written");
        }
        images.push(fs::read(pack(&root, "tar")).expect("a file"));
    }
    let expected = told(&scratch.path().join("old.tar"), &Choice::default()).expect("an image");
    let path = scratch.path().join("harmed.tar");
    let (mut read, mut refused) = (0, 0);
    // A generator of its own, so that each run harms the same bytes.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for round in 0..1500 {
        let mut bytes = images[round % 2].clone();
        match next(4) {
            0 => bytes.truncate(next(images[round % 2].len())),
            _ => {
                for _ in 0..=next(4) {
                    let at = next(bytes.len());
                    // Where there is text it stays text, so that more than the first look is passed.
                    bytes[at] = if bytes[at].is_ascii_graphic() { b"0a{[,/.\":"[next(9)] } else { next(256) as u8 };
                }
            }
        }
        fs::write(&path, &bytes).expect("a file can be written");
        match told(&path, &Choice::default()) {
            // It is the image as it was, or what no longer looks like one and is a tree of its files.
            Ok(tree) => {
                read += 1;
                assert!(tree == expected || tree.contains("/index.json=") || tree.contains("/layer.tar="), "round {round}: {tree}");
            }
            Err(_) => refused += 1,
        }
    }
    assert!(read > 20 && refused > 500, "both were seen: {read} read, {refused} refused");
}

#[test]
fn an_image_is_chosen_on_the_command_line() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = scratch.path().join("layout");
    fs::create_dir(&root).expect("a folder can be made");
    let of = |text: &str, name: &str, architecture: &str| {
        let made = image(&root, &[layer(&[("etc/ssh/", "/"), ("etc/ssh/sshd_config", text)])], architecture);
        with(made, "annotations", json!({"org.opencontainers.image.ref.name": name}))
    };
    finish(&root, &[of("Port 1\n", "one", "amd64"), of("Port 2\n", "two", "amd64"), of("Port 3\n", "two", "riscv64")]);
    let packed = pack(&root, "tar.gz").display().to_string();
    let at = |name: &str, text: &str| {
        let path = scratch.path().join(name);
        fs::write(&path, text).expect("a file can be written");
        path.display().to_string()
    };
    let fix = at("fix.sh", "#!/bin/bash\nsed -i 's/^Port 3$/Port 22/' /etc/ssh/sshd_config\n");
    let (report, policy) =
        (at("report.json", r#"{"schema":"invitro.findings/v1","findings":[{"rule":"file_permissions_sshd_config"}]}"#), at("policy.toml", "removals = 5\n"));
    let part = ["--image", "two", "--platform", "linux/riscv64"];
    let (status, out, told) = crate::machine::run(&[&["try", fix.as_str(), "--on", &packed, "--format", "json"], &part[..]].concat());
    let report_of: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{status} {error}: {told}"));
    assert_eq!(report_of["changes"][0]["path"], "/etc/ssh/sshd_config", "{report_of}");
    let run = |words: &[&str]| crate::machine::run(words);
    for (command, more) in [(vec!["fix", report.as_str()], vec![]), (vec!["gate", report.as_str()], vec!["--policy", policy.as_str()])] {
        let chosen = run(&[&command[..], &["--on", &packed], &more, &part].concat());
        assert_eq!((chosen.0, chosen.1.is_empty()), (0, false), "{}", chosen.2);
        let (status, out, told) = run(&[&command[..], &["--on", &packed], &more].concat());
        assert_eq!((status, out.as_str()), (1, ""), "no image is taken for another");
        assert!(told.contains("it holds several images; name one with `--image`, known are: one, two"), "{told}");
    }
}
