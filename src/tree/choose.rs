//! Which image of several is meant: by its name, then by its platform (image-spec, image-index.md and annotations.md).

use serde_json::Value;

/// The annotation with the name or tag of an image, and the one in which containerd and Docker write the whole name.
const NAMES: [&str; 2] = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/// A part of a target: which image, for which platform.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted<'a> {
    pub(super) image: Option<&'a str>,
    pub(super) platform: Option<&'a str>,
}

/// The system, processor and variant that an image is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Platform {
    os: String,
    architecture: String,
    variant: String,
}

impl Platform {
    /// Reads the `platform` of a descriptor, or a configuration, which has the same fields; none where it does not say.
    pub(super) fn read(value: &Value) -> Option<Platform> {
        let part = |name| text(value, name).to_owned();
        let found = Platform { os: part("os"), architecture: part("architecture"), variant: part("variant") };
        (!found.architecture.is_empty()).then(|| found.normal())
    }

    /// Reads `os/architecture` or `os/architecture/variant`.
    fn parse(text: &str) -> Result<Platform, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (os, architecture, variant) = match parts.as_slice() {
            [os, architecture] => (os, architecture, ""),
            [os, architecture, variant] => (os, architecture, *variant),
            _ => return Err(format!("`{text}` is no platform; write it as linux/amd64 or linux/arm/v7")),
        };
        if parts.iter().any(|it| it.is_empty()) {
            return Err(format!("`{text}` is no platform; write it as linux/amd64 or linux/arm/v7"));
        }
        Ok(Platform { os: (*os).into(), architecture: (*architecture).into(), variant: variant.into() }.normal())
    }

    /// The names that other systems have for the same (containerd/platforms, database.go).
    fn normal(mut self) -> Platform {
        let known = match self.architecture.as_str() {
            "x86_64" | "x86-64" => "amd64",
            "aarch64" => "arm64",
            "i386" => "386",
            "armhf" => "arm",
            _ => "",
        };
        if !known.is_empty() {
            self.architecture = known.into();
        }
        if matches!((self.architecture.as_str(), self.variant.as_str()), ("arm64", "v8" | "8") | ("amd64", "v1")) {
            self.variant.clear();
        }
        self
    }

    /// That of this machine, under Linux.
    fn of_this_machine() -> Platform {
        let architecture = match std::env::consts::ARCH {
            "x86" => "386",
            "powerpc64" if cfg!(target_endian = "little") => "ppc64le",
            "loongarch64" => "loong64",
            other => other,
        };
        Platform { os: "linux".into(), architecture: architecture.into(), variant: String::new() }.normal()
    }

    fn fits(&self, wanted: &Platform) -> bool {
        self.os == wanted.os && self.architecture == wanted.architecture && (wanted.variant.is_empty() || self.variant == wanted.variant)
    }
}

impl std::fmt::Display for Platform {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.os, self.architecture)?;
        if self.variant.is_empty() { Ok(()) } else { write!(out, "/{}", self.variant) }
    }
}

/// Answers whether a descriptor is of an image or an index of images, and not of an attestation, a signature or another artifact.
pub(super) fn is_image(descriptor: &Value) -> bool {
    let kind = text(descriptor, "mediaType");
    let known = kind.is_empty() || kind.contains("image.manifest") || kind.contains("image.index") || kind.contains("distribution.manifest");
    let attests = descriptor.pointer("/annotations/vnd.docker.reference.type").is_some();
    let nowhere = descriptor.get("platform").is_some_and(|it| text(it, "os") == "unknown" && text(it, "architecture") == "unknown");
    known && !attests && !nowhere && text(descriptor, "artifactType").is_empty()
}

/// Returns the names that a descriptor gives its image.
pub(super) fn names(descriptor: &Value) -> Vec<String> {
    let annotation = |name: &&str| descriptor.get("annotations").map(|it| text(it, name).to_owned()).filter(|it| !it.is_empty());
    NAMES.iter().filter_map(annotation).collect()
}

/// Chooses among images by their names; `same` answers whether two are one and the same image.
pub(super) fn by_name<T>(images: Vec<(Vec<String>, T)>, wanted: Option<&str>, same: impl Fn(&T, &T) -> bool) -> Result<Vec<T>, String> {
    let mut known: Vec<String> = images.iter().filter_map(|it| it.0.first().cloned()).collect();
    known.sort();
    known.dedup();
    let listed = || if known.is_empty() { "none of them has a name".to_owned() } else { format!("known are: {}", known.join(", ")) };
    if let Some(wanted) = wanted {
        let chosen: Vec<T> = images.into_iter().filter(|it| it.0.iter().any(|name| is_named(name, wanted))).map(|it| it.1).collect();
        return if chosen.is_empty() { Err(format!("it has no image `{wanted}`; {}", listed())) } else { Ok(chosen) };
    }
    // Several without another name are one image for several platforms.
    let first_name = |it: &(Vec<String>, T)| it.0.first().cloned();
    let several = images.iter().any(|one| images.iter().any(|other| first_name(one) != first_name(other) && !same(&one.1, &other.1)));
    if several {
        return Err(format!("it holds several images; name one with `--image`, {}", listed()));
    }
    Ok(images.into_iter().map(|it| it.1).collect())
}

/// Answers whether a name is what the user wrote: as it is, or without what Docker leaves out.
fn is_named(name: &str, wanted: &str) -> bool {
    let short = |it: &str| {
        let it = it.strip_prefix("docker.io/").unwrap_or(it);
        let it = it.strip_prefix("library/").unwrap_or(it);
        let tagged = it.rsplit('/').next().is_some_and(|it| it.contains(':')) || it.contains('@');
        if tagged { it.to_owned() } else { format!("{it}:latest") }
    };
    name == wanted || short(name) == short(wanted)
}

/// Chooses among images by their platform: that of this machine if none is wanted, and the only one there is whatever it is for.
pub(super) fn by_platform<T>(mut images: Vec<(Option<Platform>, T)>, wanted: Option<&str>) -> Result<T, String> {
    let told = wanted;
    let wanted = wanted.map_or_else(|| Ok(Platform::of_this_machine()), Platform::parse)?;
    if images.len() == 1 && told.is_none() {
        return images.pop().map(|it| it.1).ok_or_else(|| "it holds no image".into());
    }
    let mut known: Vec<String> = images.iter().map(|it| it.0.as_ref().map_or_else(|| "one that does not say".into(), Platform::to_string)).collect();
    known.sort();
    known.dedup();
    let mut fitting: Vec<(Option<Platform>, T)> = images.into_iter().filter(|it| it.0.as_ref().is_some_and(|it| it.fits(&wanted))).collect();
    // Where several fit, the one without a variant is meant by a platform without one.
    if fitting.len() > 1 {
        let exact = |it: &(Option<Platform>, T)| it.0.as_ref() == Some(&wanted);
        if fitting.iter().filter(|it| exact(it)).count() == 1 {
            fitting.retain(exact);
        }
    }
    let found = fitting.len();
    match (fitting.pop(), found) {
        (Some(one), 1) => Ok(one.1),
        (_, 0) if known.is_empty() => Err("it holds no image".into()),
        _ => Err(format!("it has {found} images for {wanted}; name one with `--platform`, known are: {}", known.join(", "))),
    }
}

pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_have_several_names() {
        for (text, expected) in [("linux/x86_64", "linux/amd64"), ("linux/arm64/v8", "linux/arm64"), ("linux/arm/v7", "linux/arm/v7")] {
            assert_eq!(Platform::parse(text).expect("a platform").to_string(), expected);
        }
        for wrong in ["amd64", "", "linux/", "a/b/c/d", "/amd64"] {
            assert!(Platform::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn of_variants_the_one_that_is_said_is_taken() {
        let images = || {
            let of = |it| (Platform::parse(it).ok(), it);
            ["linux/arm/v6", "linux/arm/v7", "linux/arm64/v8", "windows/amd64"].map(of).to_vec()
        };
        assert_eq!(by_platform(images(), Some("linux/arm/v7")), Ok("linux/arm/v7"));
        assert_eq!(by_platform(images(), Some("linux/arm64")), Ok("linux/arm64/v8"));
        assert_eq!(by_platform(images(), Some("windows/amd64")), Ok("windows/amd64"));
        let told = by_platform(images(), Some("linux/arm")).expect_err("two variants fit");
        assert_eq!(told, "it has 2 images for linux/arm; name one with `--platform`, known are: linux/arm/v6, linux/arm/v7, linux/arm64, windows/amd64");
        assert!(by_platform(vec![(None, 1)], Some("linux/arm")).is_err(), "one that does not say is not what was wanted");
        assert_eq!(by_platform(vec![(None, 1)], None), Ok(1), "the only one");
    }

    #[test]
    fn names_are_as_people_write_them() {
        assert!(is_named("docker.io/library/debian:12", "debian:12"));
        assert!(is_named("debian:latest", "debian"));
        assert!(is_named("localhost:5000/x:latest", "localhost:5000/x"));
        assert!(!is_named("debian:12", "debian:11") && !is_named("debian:12", "debian"));
    }
}
