//! The words that the laboratory is called with.

/// How much is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A sample of each corpus: part of the test suite.
    Quick,
    /// Every script.
    Full,
    /// Every script, then calls by chance.
    Nightly,
    /// Calls by chance alone.
    Sweep,
    /// Patches by chance alone.
    Patches,
}

/// What is run, and what is shown.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// How much.
    pub(crate) mode: Mode,
    /// Only scripts whose name or text holds this.
    pub(crate) only: Option<String>,
    /// Only this corpus.
    pub(crate) corpus: Option<String>,
    /// Print every difference, path by path.
    pub(crate) show: bool,
    /// Threads.
    pub(crate) jobs: usize,
    /// Where the table is written as Markdown.
    pub(crate) table: Option<std::path::PathBuf>,
    /// Where chance begins.
    pub(crate) seed: u64,
    /// How many calls a sweep makes.
    pub(crate) calls: u64,
    /// The number of its first.
    pub(crate) first: u64,
    /// Make misses small.
    pub(crate) shrink: bool,
}

/// Reads the words; those of cargo's own test runner are let pass.
pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options =
        Options { mode: Mode::Quick, only: None, corpus: None, show: false, jobs: 2, table: None, seed: 1, calls: 20_000, first: 0, shrink: true };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` wants a value"));
        match word.as_str() {
            "quick" => options.mode = Mode::Quick,
            "full" => options.mode = Mode::Full,
            "nightly" => options.mode = Mode::Nightly,
            "sweep" => options.mode = Mode::Sweep,
            "patches" => (options.mode, options.calls) = (Mode::Patches, 2000),
            "--seed" => options.seed = value()?.parse().map_err(|_| "`--seed` wants a number".to_owned())?,
            "--calls" => options.calls = value()?.parse().map_err(|_| "`--calls` wants a number".to_owned())?,
            "--first" => options.first = value()?.parse().map_err(|_| "`--first` wants a number".to_owned())?,
            "--as-they-are" => options.shrink = false,
            "--only" => options.only = Some(value()?),
            "--corpus" => options.corpus = Some(value()?),
            "--show" => options.show = true,
            "--jobs" => options.jobs = value()?.parse().map_err(|_| "`--jobs` wants a number".to_owned())?,
            "--table" => options.table = Some(value()?.into()),
            // What `cargo test` hands to every test program.
            "--nocapture" | "--quiet" | "-q" => {}
            other => return Err(format!("unknown word `{other}`; try `quick`, `full`, `nightly`, `sweep` or `patches`")),
        }
    }
    Ok(options)
}
