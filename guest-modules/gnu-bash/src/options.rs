//! Options of the shell: `set` and `shopt` (bash(1), SHELL BUILTIN COMMANDS).

macro_rules! options {
    ($($field:ident: $name:literal $letter:literal $class:ident $usual:literal,)*) => {
        /// Which options are on.
        #[derive(Debug, Clone, Copy)]
        pub struct Options { $(pub $field: bool,)* }

        impl Default for Options {
            fn default() -> Options {
                Options { $($field: $usual,)* }
            }
        }

        /// Name, letter (or a blank) and class of each.
        pub const ALL: &[(&str, char, Class)] = &[$(($name, $letter, Class::$class),)*];

        impl Options {
            /// The switch of a name.
            pub fn switch(&mut self, name: &str) -> Option<&mut bool> {
                match name {
                    $($name => Some(&mut self.$field),)*
                    _ => None,
                }
            }
        }
    };
}

/// Where an option belongs, and whether it is carried out here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Set,
    Shopt,
    /// Known to `set`, and not carried out when it is switched from what it is.
    SetBeyond,
    ShoptBeyond,
}

options! {
    allexport: "allexport" 'a' Set false,
    braceexpand: "braceexpand" 'B' SetBeyond true,
    emacs: "emacs" ' ' Set false,
    errexit: "errexit" 'e' Set false,
    errtrace: "errtrace" 'E' Set false,
    functrace: "functrace" 'T' Set false,
    hashall: "hashall" 'h' Set true,
    histexpand: "histexpand" 'H' Set false,
    history: "history" ' ' Set false,
    ignoreeof: "ignoreeof" ' ' Set false,
    interactive_comments: "interactive-comments" ' ' Set true,
    keyword: "keyword" 'k' SetBeyond false,
    monitor: "monitor" 'm' Set false,
    noclobber: "noclobber" 'C' Set false,
    noexec: "noexec" 'n' Set false,
    noglob: "noglob" 'f' Set false,
    nolog: "nolog" ' ' Set false,
    notify: "notify" 'b' Set false,
    nounset: "nounset" 'u' Set false,
    onecmd: "onecmd" 't' SetBeyond false,
    physical: "physical" 'P' Set false,
    pipefail: "pipefail" ' ' Set false,
    posix: "posix" ' ' SetBeyond false,
    privileged: "privileged" 'p' Set false,
    verbose: "verbose" 'v' SetBeyond false,
    vi: "vi" ' ' Set false,
    xtrace: "xtrace" 'x' Set false,
    autocd: "autocd" ' ' Shopt false,
    assoc_expand_once: "assoc_expand_once" ' ' ShoptBeyond false,
    cdable_vars: "cdable_vars" ' ' ShoptBeyond false,
    cdspell: "cdspell" ' ' Shopt false,
    checkhash: "checkhash" ' ' Shopt false,
    checkjobs: "checkjobs" ' ' Shopt false,
    compat31: "compat31" ' ' ShoptBeyond false,
    compat32: "compat32" ' ' ShoptBeyond false,
    compat40: "compat40" ' ' ShoptBeyond false,
    compat41: "compat41" ' ' ShoptBeyond false,
    compat42: "compat42" ' ' ShoptBeyond false,
    compat43: "compat43" ' ' ShoptBeyond false,
    compat44: "compat44" ' ' ShoptBeyond false,
    direxpand: "direxpand" ' ' Shopt false,
    dirspell: "dirspell" ' ' Shopt false,
    gnu_errfmt: "gnu_errfmt" ' ' ShoptBeyond false,
    histreedit: "histreedit" ' ' Shopt false,
    histverify: "histverify" ' ' Shopt false,
    login_shell: "login_shell" ' ' ShoptBeyond false,
    mailwarn: "mailwarn" ' ' Shopt false,
    no_empty_cmd_completion: "no_empty_cmd_completion" ' ' Shopt false,
    progcomp_alias: "progcomp_alias" ' ' Shopt false,
    restricted_shell: "restricted_shell" ' ' ShoptBeyond false,
    varredir_close: "varredir_close" ' ' ShoptBeyond false,
    checkwinsize: "checkwinsize" ' ' Shopt true,
    cmdhist: "cmdhist" ' ' Shopt true,
    complete_fullquote: "complete_fullquote" ' ' Shopt true,
    dotglob: "dotglob" ' ' Shopt false,
    execfail: "execfail" ' ' ShoptBeyond false,
    expand_aliases: "expand_aliases" ' ' Shopt false,
    extdebug: "extdebug" ' ' ShoptBeyond false,
    extglob: "extglob" ' ' Shopt false,
    extquote: "extquote" ' ' Shopt true,
    failglob: "failglob" ' ' Shopt false,
    force_fignore: "force_fignore" ' ' Shopt true,
    globasciiranges: "globasciiranges" ' ' Shopt true,
    globskipdots: "globskipdots" ' ' ShoptBeyond true,
    globstar: "globstar" ' ' Shopt false,
    histappend: "histappend" ' ' Shopt false,
    hostcomplete: "hostcomplete" ' ' Shopt true,
    huponexit: "huponexit" ' ' Shopt false,
    inherit_errexit: "inherit_errexit" ' ' Shopt false,
    interactive_shopt: "interactive_comments" ' ' Shopt true,
    lastpipe: "lastpipe" ' ' Shopt false,
    lithist: "lithist" ' ' Shopt false,
    localvar_inherit: "localvar_inherit" ' ' ShoptBeyond false,
    localvar_unset: "localvar_unset" ' ' ShoptBeyond false,
    nocaseglob: "nocaseglob" ' ' Shopt false,
    nocasematch: "nocasematch" ' ' Shopt false,
    noexpand_translation: "noexpand_translation" ' ' Shopt false,
    nullglob: "nullglob" ' ' Shopt false,
    patsub_replacement: "patsub_replacement" ' ' ShoptBeyond true,
    progcomp: "progcomp" ' ' Shopt true,
    promptvars: "promptvars" ' ' Shopt true,
    shift_verbose: "shift_verbose" ' ' Shopt false,
    sourcepath: "sourcepath" ' ' Shopt true,
    xpg_echo: "xpg_echo" ' ' Shopt false,
}

impl Options {
    /// `$-`, for a shell that runs a script.
    pub fn letters(mut self) -> String {
        let on: Vec<char> = ALL.iter().filter(|it| it.1 != ' ').filter(|it| self.switch(it.0).is_some_and(|it| *it)).map(|it| it.1).collect();
        // bash prints them in the order of its table.
        "abefhkmnptuvxBCEHPT".chars().filter(|it| on.contains(it)).collect()
    }

    /// The names of a class that are on, with colons between them (`SHELLOPTS`, `BASHOPTS`).
    pub fn listed(mut self, shopt: bool) -> String {
        let of = |it: &Class| matches!(it, Class::Shopt | Class::ShoptBeyond) == shopt;
        let mut names: Vec<&str> = ALL.iter().filter(|it| of(&it.2)).filter(|it| self.switch(it.0).is_some_and(|it| *it)).map(|it| it.0).collect();
        names.sort_unstable();
        names.join(":")
    }
}
