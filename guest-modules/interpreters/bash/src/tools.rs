//! Which of bashkit's builtins stand here: what bash itself has, and those tools of Debian's base whose options were read and
//! whose result does not hang on owners. All others go to the host, which says that nobody models them.

/// What bash itself has (bash(1), SHELL BUILTIN COMMANDS).
const BASH: &[&str] = &[
    ".", ":", "[", "alias", "bg", "break", "builtin", "caller", "cd", "command", "compgen", "complete", "continue", "declare", "dirs", "echo", "enable",
    "eval", "exec", "exit", "export", "false", "fc", "fg", "getopts", "hash", "help", "history", "jobs", "kill", "let", "local", "mapfile", "popd",
    "printf", "pushd", "pwd", "read", "readarray", "readonly", "return", "set", "shift", "shopt", "source", "test", "times", "trap", "true", "type",
    "typeset", "unalias", "unset", "wait",
];

/// Tools of Debian's base.
const FAITHFUL: &[&str] = &[
    "awk", "basename", "cat", "cmp", "comm", "cut", "date", "dirname", "egrep", "expr", "fgrep", "fold", "grep", "head", "join", "md5sum", "nl", "paste",
    "printenv", "rev", "rm", "rmdir", "sed", "seq", "sha1sum", "sha256sum", "sleep", "sort", "tac", "tail", "tr", "uniq", "wc", "xargs",
];

/// Answers whether a builtin of bashkit stands here.
pub(crate) fn is_faithful(name: &str) -> bool {
    BASH.contains(&name) || FAITHFUL.contains(&name)
}
