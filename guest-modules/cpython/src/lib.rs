//! Nothing: this package is a place for a lock file.
