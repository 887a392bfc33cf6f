//! Each kind of thing made of each other one, with a kill at every boundary: each path is old or new, and both ways out work.

use super::world::{World, empty, is_root, me, torn};
use crate::{
    apply::{
        Effects, Error,
        carry::{carry, give_up, go_on},
        carry_out,
        pace::Pace,
    },
    tree::{Flags, Quotas, Tree, Workspace},
};

/// What can stand at `/d/x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cell {
    Nothing,
    File,
    Other,
    Closed,
    Dressed,
    Frozen,
    Empty,
    Full,
    Link,
    OtherLink,
    Pipe,
    NameOfY,
    NameOfZ,
}

const CELLS: [Cell; 13] = [
    Cell::Nothing,
    Cell::File,
    Cell::Other,
    Cell::Closed,
    Cell::Dressed,
    Cell::Frozen,
    Cell::Empty,
    Cell::Full,
    Cell::Link,
    Cell::OtherLink,
    Cell::Pipe,
    Cell::NameOfY,
    Cell::NameOfZ,
];

fn tree(cell: Cell) -> Tree {
    let mut workspace = Workspace::over(&empty(), Quotas::default());
    let (it, me, x) = (&mut workspace, &me(), b"/d/x".as_slice());
    let mut file = |path: &[u8], text: &[u8]| it.create(me, path, 0o644, true).and_then(|()| it.write(me, path, 0, text)).expect("a file");
    file(b"/y", b"y");
    file(b"/z", b"z");
    it.make_directory(me, b"/d", 0o755).expect("a folder");
    let mut file = |path: &[u8], text: &[u8]| it.create(me, path, 0o644, true).and_then(|()| it.write(me, path, 0, text)).expect("a file");
    match cell {
        Cell::Nothing => {}
        Cell::File => file(x, b"some text\n"),
        Cell::Other => file(x, &vec![b'o'; 200_000]),
        Cell::Closed => {
            file(x, b"some text\n");
            it.set_mode(me, x, 0o600, false).expect("a mode");
        }
        Cell::Dressed => {
            file(x, b"some text\n");
            it.set_attribute(me, x, b"user.a", b"1", false).expect("an attribute");
            if is_root() {
                it.set_owner(me, x, Some(5), Some(7), false).expect("an owner");
                it.set_mode(me, x, 0o4750, false).expect("a mode");
            }
        }
        Cell::Frozen => {
            file(x, b"some text\n");
            if is_root() {
                it.set_flags(me, x, Flags { immutable: true, append_only: false }, false).expect("flags");
                it.set_flags(me, b"/d", Flags { immutable: true, append_only: false }, false).expect("flags");
            }
        }
        Cell::Empty => it.make_directory(me, x, 0o750).expect("a folder"),
        Cell::Full => {
            it.make_directory(me, x, 0o755).expect("a folder");
            it.make_directory(me, b"/d/x/in", 0o755).expect("a folder");
            it.make_link(me, b"../../y", b"/d/x/in/l").expect("a link");
            it.create(me, b"/d/x/f", 0o600, true).expect("a file");
            it.make_hard_link(me, b"/d/x/f", b"/d/x/in/g").expect("a name");
            it.set_mode(me, b"/d/x/in", 0o555, false).expect("a mode");
        }
        Cell::Link => it.make_link(me, b"/y", x).expect("a link"),
        Cell::OtherLink => it.make_link(me, b"nowhere", x).expect("a link"),
        Cell::Pipe => it.make_fifo(me, x, 0o600).expect("a pipe"),
        Cell::NameOfY => it.make_hard_link(me, b"/y", x).expect("a name"),
        Cell::NameOfZ => it.make_hard_link(me, b"/z", x).expect("a name"),
    }
    workspace.tree()
}

#[test]
fn a_kill_at_every_boundary_of_every_cell_leaves_old_or_new() {
    let (mut kills, print) = (0, &Effects::Print);
    for was in CELLS {
        for is in CELLS.into_iter().filter(|it| *it != was) {
            let (before, after) = (tree(was), tree(is));
            let world = World::of(&before);
            let plan = world.plan(&before, &after, &["/d", "/y"]);
            let pace = Pace::steady();
            carry(&plan, &plan.content().expect("content"), &world.root(), &world.beside("journal"), print, &pace)
                .unwrap_or_else(|it| panic!("{was:?} => {is:?}: {it}"));
            assert_eq!(world.differs(&after), [""; 0], "{was:?} => {is:?}");
            for kill in 0..pace.passed() {
                // Both ways out are taken in turn, so that each boundary has one of both in each pair of neighbours.
                let finish = (kill + was as u64 + is as u64).is_multiple_of(2);
                let world = World::of(&before);
                let plan = world.plan(&before, &after, &["/d", "/y"]);
                let journal = world.beside("journal");
                let killed = carry(&plan, &plan.content().expect("content"), &world.root(), &journal, print, &Pace::ending_at(kill));
                assert!(matches!(killed, Err(Error::Killed(_))), "{killed:?}");
                assert_eq!(torn(&world, &before, &after), [""; 0], "{was:?} => {is:?}, killed at {kill}");
                let done = if finish {
                    match go_on(&journal, print, &Pace::steady()) {
                        Err(Error::Place { .. }) => carry_out(&plan, &world.root(), &journal, print),
                        answer => answer,
                    }
                } else {
                    give_up(&journal, &Pace::steady())
                };
                done.unwrap_or_else(|it| panic!("{was:?} => {is:?}, killed at {kill}: {it}"));
                assert_eq!(world.differs(if finish { &after } else { &before }), [""; 0], "{was:?} => {is:?}, killed at {kill}, finish {finish}");
                kills += 1;
            }
        }
    }
    eprintln!("{kills} kills in {} cells", CELLS.len() * (CELLS.len() - 1));
    assert!(kills > 1000, "{kills}");
}
