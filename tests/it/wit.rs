//! The WIT: compatible with what was released, targeted by every guest of ours, and documented item by item.

use std::path::{Path, PathBuf};

use invitro::guest::built_in;
use wit_component::{semver_check, targets};
use wit_parser::{PackageId, Resolve, WorldId};

/// The worlds of guests.
const WORLDS: [&str; 6] = ["generator", "analyzer", "interpreter", "command-model", "validator", "rollback-planner"];

fn wit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("wit")
}

fn parse() -> (Resolve, PackageId) {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(wit()).expect("the WIT is valid");
    (resolve, package)
}

fn world(resolve: &Resolve, package: PackageId, name: &str) -> WorldId {
    resolve.select_world(&[package], Some(name)).unwrap_or_else(|error| panic!("{name}: {error:#}"))
}

/// Compares a world of today, changed by `change`, with the one that was released. The released package gets another version, as one
/// resolve holds each package once; the check looks at structure alone.
fn check(name: &str, change: impl Fn(String) -> String) -> Result<(), String> {
    let (mut resolve, mut today) = (Resolve::default(), Vec::new());
    let mut released = Vec::new();
    for entry in std::fs::read_dir(wit()).expect("a readable folder").map(|it| it.expect("an entry").path()).filter(|it| it.is_file()) {
        let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let file = entry.file_name().expect("a file has a name").to_string_lossy().into_owned();
        today.push((file.clone(), change(read(&entry))));
        released
            .push((file.clone(), read(&wit().join("released/0.1.0").join(&file)).replace("invitro:remediation@0.1.0", "invitro:remediation@0.1.0-released")));
    }
    let mut push = |files: &[(String, String)]| {
        let mut group = wit_parser::SourceMap::default();
        files.iter().for_each(|(file, text)| group.push_str(file, text));
        let parsed = group.parse().map_err(|(_, error)| format!("{error:?}"))?;
        resolve.push_group(parsed).map_err(|error| format!("{error:?}"))
    };
    let (before, after) = (push(&released)?, push(&today)?);
    let (before, after) = (world(&resolve, before, name), world(&resolve, after, name));
    semver_check(resolve, before, after).map_err(|error| format!("{error:#}"))
}

#[test]
fn each_world_is_compatible_with_the_released_one() {
    for name in WORLDS {
        check(name, |text| text).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn the_check_of_compatibility_can_fail() {
    let changes = [
        ("another type of a field", "    uid: u32,\n    gid: u32,\n    /// Bytes", "    uid: u64,\n    gid: u32,\n    /// Bytes"),
        ("a field more", "record location { path", "record location { column: option<u32>, path"),
        ("a case more", "enum severity { info", "enum severity { none, info"),
    ];
    for (what, from, to) in changes {
        let mut changed = false;
        for name in WORLDS {
            changed |= check(name, |text| text.replace(from, to)).is_err();
        }
        assert!(changed, "{what} is told");
    }
    assert!(check("validator", |text| text.replace("check: func(finding: finding, target", "check: func(finding: finding, hint: u8, target")).is_err());
}

#[test]
fn each_guest_targets_its_world() {
    let (resolve, package) = parse();
    assert!(built_in().len() > 10, "the guests were found");
    for it in built_in() {
        let role = world(&resolve, package, it.role.word());
        targets(&resolve, role, it.component, false).unwrap_or_else(|error| panic!("{}: {error:#}", it.name));
    }
    let planner = built_in().iter().find(|it| it.role.word() == "rollback-planner").expect("a planner");
    targets(&resolve, world(&resolve, package, "validator"), planner.component, false).expect_err("a planner is no validator");
}

#[test]
fn each_item_says_what_it_is() {
    let (resolve, package) = parse();
    let mut silent = Vec::new();
    let package = &resolve.packages[package];
    for (name, id) in &package.interfaces {
        let interface = &resolve.interfaces[*id];
        let mut tell = |item: &str, docs: &wit_parser::Docs| {
            if docs.contents.as_deref().is_none_or(|it| it.trim().is_empty()) {
                silent.push(format!("{name}: {item}"));
            }
        };
        tell("the interface", &interface.docs);
        interface.functions.iter().for_each(|(function, it)| tell(function, &it.docs));
        for (item, id) in &interface.types {
            let it = &resolve.types[*id];
            // What `use` brings in is documented where it is defined.
            let used = matches!(it.kind, wit_parser::TypeDefKind::Type(wit_parser::Type::Id(_)));
            if !used {
                tell(item, &it.docs);
            }
        }
    }
    silent.extend(package.worlds.iter().filter(|(_, id)| resolve.worlds[**id].docs.contents.is_none()).map(|(name, _)| format!("world {name}")));
    assert!(silent.is_empty(), "{silent:#?}");
}
