//! The order in which dpkg goes through paths: that of its table (dpkg 1.21, lib/dpkg/fsys-hash.c).

/// Places of the table, found by comparing with what dpkg prints.
const PLACES: u32 = 262_139;

/// The place of a path: its FNV-1a hash without the leading slash. Paths of one place stand in an order that is not known here.
pub(super) fn place(path: &str) -> u32 {
    let hash = path.trim_start_matches('/').bytes().fold(2_166_136_261_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619));
    hash % PLACES
}

/// Sorts by the paths of the items; the error says that their order is not known.
pub(super) fn sort<T>(items: &mut [T], path: impl Fn(&T) -> &str) -> Result<(), String> {
    items.sort_by_key(|it| place(path(it)));
    if items.windows(2).any(|it| place(path(&it[0])) == place(path(&it[1])) && path(&it[0]) != path(&it[1])) {
        return Err("the order of two paths in dpkg's table".into());
    }
    Ok(())
}
