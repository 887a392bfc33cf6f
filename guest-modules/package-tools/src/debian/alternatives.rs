//! update-alternatives(1) of dpkg 1.21: links below `/etc/alternatives`, and what may stand behind them in `/var/lib/dpkg/alternatives`.

use super::FOLDER;
use crate::world::{Answer, Effect, Kind, Treatment, World, said, text};

const LINKS: &str = "/etc/alternatives";

#[derive(Clone, Debug, PartialEq)]
struct Choice {
    path: String,
    priority: i32,
    /// A path for each slave of the group, empty where it has none.
    slaves: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
struct Group {
    name: String,
    auto: bool,
    link: String,
    /// Names and links.
    slaves: Vec<(String, String)>,
    choices: Vec<Choice>,
}

impl Group {
    fn read(world: &dyn World, name: &str) -> Result<Option<Group>, String> {
        let Some(whole) = text(world, &format!("{FOLDER}/alternatives/{name}"))? else { return Ok(None) };
        let mut lines = whole.lines();
        let mut next = || lines.next().map(str::to_owned).ok_or_else(|| format!("the damaged group {name}"));
        let auto = next()? == "auto";
        let mut group = Group { name: name.to_owned(), auto, link: next()?, slaves: Vec::new(), choices: Vec::new() };
        loop {
            let slave = next()?;
            if slave.is_empty() {
                break;
            }
            group.slaves.push((slave, next()?));
        }
        loop {
            let path = next()?;
            if path.is_empty() {
                break;
            }
            let priority = next()?.parse().map_err(|_| format!("the damaged group {name}"))?;
            let slaves = (0..group.slaves.len()).map(|_| next()).collect::<Result<_, _>>()?;
            group.choices.push(Choice { path, priority, slaves });
        }
        Ok(Some(group))
    }

    /// The choice of the highest priority; of several the one that the links lead to, or the first.
    fn best(&self, now: Option<&str>) -> Option<&Choice> {
        let most = self.choices.iter().map(|it| it.priority).max()?;
        let mut best = self.choices.iter().filter(|it| it.priority == most);
        best.clone().find(|it| now == Some(it.path.as_str())).or_else(|| best.next())
    }

    fn written(&self) -> String {
        let mut all = format!("{}\n{}\n", if self.auto { "auto" } else { "manual" }, self.link);
        for (name, link) in &self.slaves {
            all.push_str(&format!("{name}\n{link}\n"));
        }
        all.push('\n');
        for choice in &self.choices {
            all.push_str(&format!("{}\n{}\n", choice.path, choice.priority));
            for slave in &choice.slaves {
                all.push_str(&format!("{slave}\n"));
            }
        }
        all.push('\n');
        all
    }

    /// The choice that the links lead to. The error says that they are not as the tool leaves them.
    fn current(&self, world: &dyn World) -> Result<&Choice, String> {
        let odd = || format!("the group {}, whose links are not as the tool leaves them,", self.name);
        let place = world.link(&format!("{LINKS}/{}", self.name)).ok_or_else(odd)?;
        let choice = self.choices.iter().find(|it| it.path == place).ok_or_else(odd)?;
        let leads = |link: &str, name: &str| world.link(link).as_deref() == Some(format!("{LINKS}/{name}").as_str());
        let mut fine = leads(&self.link, &self.name) && is_file(world, &choice.path);
        for ((name, link), path) in self.slaves.iter().zip(&choice.slaves) {
            let there = world.stat(link, false).is_some() || world.stat(&format!("{LINKS}/{name}"), false).is_some();
            fine &= if path.is_empty() { !there } else { leads(link, name) && world.link(&format!("{LINKS}/{name}")).as_deref() == Some(path) && is_file(world, path) };
        }
        fine &= self.choices.iter().all(|it| is_file(world, &it.path) && it.slaves.iter().all(|it| it.is_empty() || is_file(world, it)));
        if fine { Ok(choice) } else { Err(odd()) }
    }

    fn save(&mut self, world: &dyn World) -> Result<(), String> {
        // The tool sorts, and forgets slaves that no choice has.
        let used: Vec<bool> = (0..self.slaves.len()).map(|at| self.choices.iter().any(|it| !it.slaves[at].is_empty())).collect();
        for choice in &mut self.choices {
            let mut at = used.iter();
            choice.slaves.retain(|_| *at.next().unwrap_or(&true));
        }
        let mut at = used.iter();
        self.slaves.retain(|_| *at.next().unwrap_or(&true));
        self.choices.sort_by(|a, b| a.path.cmp(&b.path));
        let path = format!("{FOLDER}/alternatives/{}", self.name);
        if world.stat(&path, false).is_some() {
            world.remove(&path)?;
        }
        world.write(&path, self.written().as_bytes(), 0o644)?;
        world.effect(&Effect::Other("alternative"), &self.name, Treatment::Modelled);
        Ok(())
    }

    /// Makes the links lead to a choice.
    fn lead(&self, world: &dyn World, to: &Choice) -> Result<(), String> {
        let link = |target: &str, path: &str| -> Result<(), String> {
            if world.link(path).as_deref() == Some(target) {
                return Ok(());
            }
            if world.stat(path, false).is_some() {
                world.remove(path)?;
            }
            world.make_link(target, path)
        };
        let gone = |path: &str| if world.stat(path, false).is_some() { world.remove(path) } else { Ok(()) };
        link(&to.path, &format!("{LINKS}/{}", self.name))?;
        link(&format!("{LINKS}/{}", self.name), &self.link)?;
        for ((name, path), target) in self.slaves.iter().zip(&to.slaves) {
            let middle = format!("{LINKS}/{name}");
            if target.is_empty() {
                gone(path)?;
                gone(&middle)?;
            } else {
                link(target, &middle)?;
                link(&middle, path)?;
            }
        }
        Ok(())
    }

    fn using(&self, choice: &Choice) -> String {
        format!("update-alternatives: using {} to provide {} ({}) in {} mode\n", choice.path, self.link, self.name, if self.auto { "auto" } else { "manual" })
    }

    fn slaves_of<'g>(&'g self, choice: &'g Choice) -> impl Iterator<Item = (&'g str, &'g str)> {
        self.slaves.iter().zip(&choice.slaves).filter(|it| !it.1.is_empty()).map(|it| (it.0.0.as_str(), it.1.as_str()))
    }
}

fn is_file(world: &dyn World, path: &str) -> bool {
    world.stat(path, true).is_some_and(|it| it.kind == Kind::Regular)
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && !word.contains(['/', ' ', '\t', '\n']) && !word.starts_with('-')
}

fn is_path(word: &str) -> bool {
    word.starts_with('/') && !word.contains('\n') && !word.ends_with('/') && !word.contains("//") && !word.split('/').any(|it| matches!(it, "." | ".."))
}

/// Runs update-alternatives with the words behind its name.
pub(crate) fn run(world: &dyn World, words: &[String]) -> Answer {
    let quiet = words.first().is_some_and(|it| it == "--quiet");
    let words: Vec<&str> = words[usize::from(quiet)..].iter().map(String::as_str).collect();
    let mut done = match &words[..] {
        ["--install", link, name, path, priority, rest @ ..] => install(world, (link, name, path, priority), rest),
        ["--set", name, path] if is_name(name) => set(world, name, Some(path)),
        ["--auto", name] if is_name(name) => set(world, name, None),
        ["--remove", name, path] if is_name(name) => remove(world, name, path),
        ["--display", name] if is_name(name) => display(world, name),
        ["--query", name] if is_name(name) => query(world, name),
        ["--list", name] if is_name(name) => list(world, name),
        ["--get-selections"] => selections(world),
        _ => Err("this form".into()),
    }?;
    if quiet && !words[0].starts_with("--d") && !words[0].starts_with("--q") && !words[0].starts_with("--l") && !words[0].starts_with("--g") {
        done.out.clear();
    }
    Ok(done)
}

fn unknown(name: &str) -> Answer {
    said(2, "", format!("update-alternatives: error: no alternatives for {name}\n"))
}

fn set(world: &dyn World, name: &str, path: Option<&str>) -> Answer {
    let Some(mut group) = Group::read(world, name)? else { return unknown(name) };
    let now = group.current(world)?.clone();
    let wanted = match path {
        Some(path) => group.choices.iter().find(|it| it.path == path).cloned(),
        None => group.best(Some(&now.path)).cloned(),
    };
    let Some(wanted) = wanted else {
        return said(2, "", format!("update-alternatives: error: alternative {} for {name} not registered; not setting\n", path.unwrap_or_default()));
    };
    group.auto = path.is_none();
    let out = if now.path == wanted.path { String::new() } else { group.using(&wanted) };
    group.lead(world, &wanted)?;
    group.save(world)?;
    said(0, out, "")
}

fn install(world: &dyn World, (link, name, path, priority): (&str, &str, &str, &str), rest: &[&str]) -> Answer {
    let digits = priority.strip_prefix('-').unwrap_or(priority);
    if !is_path(link) || !is_name(name) || !is_path(path) || digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|it| it.is_ascii_digit()) || link == path {
        return Err("this form".into());
    }
    let priority: i32 = priority.parse().map_err(|_| "that priority")?;
    let mut slaves = Vec::new();
    for slave in rest.chunks(4) {
        let ["--slave", link, name, path] = slave else { return Err("this form".into()) };
        if !is_path(link) || !is_name(name) || !is_path(path) || !is_file(world, path) || slaves.iter().any(|it: &(&str, &str, &str)| it.0 == *name || it.1 == *link) {
            return Err("a slave of that form".into());
        }
        slaves.push((*name, *link, *path));
    }
    if !is_file(world, path) {
        return match world.stat(path, true) {
            None => said(2, "", format!("update-alternatives: error: alternative path {path} doesn't exist\n")),
            Some(_) => Err("an alternative that is no file".into()),
        };
    }
    let old = Group::read(world, name)?;
    let now = old.as_ref().map(|it| it.current(world).cloned()).transpose()?;
    let mut group = old.clone().unwrap_or_else(|| Group { name: name.into(), auto: true, link: link.into(), slaves: Vec::new(), choices: Vec::new() });
    if group.link != link || slaves.iter().any(|it| group.slaves.iter().any(|old| old.0 == it.0 && old.1 != it.1 || old.0 != it.0 && old.1 == it.1)) {
        return Err("a group with another link than it has".into());
    }
    is_free(world, &group, name, &slaves)?;
    for (slave, link, _) in &slaves {
        if !group.slaves.iter().any(|it| it.0 == *slave) {
            let at = group.slaves.iter().position(|it| it.0.as_str() > *slave).unwrap_or(group.slaves.len());
            group.slaves.insert(at, ((*slave).to_owned(), (*link).to_owned()));
            group.choices.iter_mut().for_each(|it| it.slaves.insert(at, String::new()));
        }
    }
    let paths = group.slaves.iter().map(|it| slaves.iter().find(|slave| slave.0 == it.0).map_or(String::new(), |it| it.2.to_owned())).collect();
    let choice = Choice { path: path.into(), priority, slaves: paths };
    match group.choices.iter_mut().find(|it| it.path == path) {
        Some(old) if now.as_ref().is_some_and(|it| it.path == path) && old.slaves != choice.slaves => return Err("other slaves for what the links lead to".into()),
        Some(old) => *old = choice,
        None => group.choices.push(choice),
    }
    let wanted = match (&now, group.auto) {
        (Some(now), false) => group.choices.iter().find(|it| it.path == now.path).cloned(),
        (now, _) => group.best(now.as_ref().map(|it| it.path.as_str())).cloned(),
    };
    let Some(wanted) = wanted else { return Err("a group without a choice".into()) };
    let out = if now.is_some_and(|it| it.path == wanted.path) { String::new() } else { group.using(&wanted) };
    group.lead(world, &wanted)?;
    group.save(world)?;
    said(0, out, "")
}

/// Places that the group would take must be its own: what stands there, or belongs to another group, is not moved here.
fn is_free(world: &dyn World, group: &Group, name: &str, slaves: &[(&str, &str, &str)]) -> Result<(), String> {
    let has = |slave: &str| group.slaves.iter().any(|it| it.0 == slave);
    let new = slaves.iter().filter(|it| !has(it.0)).map(|it| (it.0, it.1)).chain(group.choices.is_empty().then_some((name, group.link.as_str())));
    for (name, link) in new {
        let folder = link.rsplit_once('/').map_or("", |it| it.0);
        if world.stat(link, false).is_some() || world.stat(&format!("{LINKS}/{name}"), false).is_some() || !world.stat(folder, true).is_some_and(|it| it.kind == Kind::Directory) {
            return Err(format!("the place {link}, which is taken,"));
        }
        for other in world.list(&format!("{FOLDER}/alternatives")).iter().filter(|it| **it != group.name) {
            if let Some(other) = Group::read(world, other)?
                && (other.name == name || other.link == link || other.slaves.iter().any(|it| it.0 == name || it.1 == link))
            {
                return Err(format!("the name {name}, which another group has,"));
            }
        }
    }
    Ok(())
}

fn remove(world: &dyn World, name: &str, path: &str) -> Answer {
    // What nobody registered is gone already.
    let Some(mut group) = Group::read(world, name)? else { return said(0, "", "") };
    let now = group.current(world)?.clone();
    if !group.choices.iter().any(|it| it.path == path) {
        return Err("the removal of what is not registered".into());
    }
    if group.choices.len() == 1 || now.path == path && !group.auto {
        return Err("the removal of the last choice, or of the one that was set".into());
    }
    group.choices.retain(|it| it.path != path);
    let wanted = if group.auto { group.best(Some(&now.path)) } else { group.choices.iter().find(|it| it.path == now.path) }.cloned();
    let Some(wanted) = wanted else { return Err("a group without a choice".into()) };
    let out = if wanted.path == now.path { String::new() } else { group.using(&wanted) };
    group.lead(world, &wanted)?;
    group.save(world)?;
    said(0, out, "")
}

fn display(world: &dyn World, name: &str) -> Answer {
    let Some(group) = Group::read(world, name)? else { return unknown(name) };
    let now = group.current(world)?;
    let mut out = format!("{name} - {} mode\n", if group.auto { "auto" } else { "manual" });
    out.push_str(&format!("  link best version is {}\n", group.best(Some(&now.path)).map_or("", |it| &it.path)));
    out.push_str(&format!("  link currently points to {}\n  link {name} is {}\n", now.path, group.link));
    for (name, link) in &group.slaves {
        out.push_str(&format!("  slave {name} is {link}\n"));
    }
    for choice in &group.choices {
        out.push_str(&format!("{} - priority {}\n", choice.path, choice.priority));
        for (slave, path) in group.slaves_of(choice) {
            out.push_str(&format!("  slave {slave}: {path}\n"));
        }
    }
    said(0, out, "")
}

fn query(world: &dyn World, name: &str) -> Answer {
    let Some(group) = Group::read(world, name)? else { return unknown(name) };
    let now = group.current(world)?;
    let mut out = format!("Name: {name}\nLink: {}\n", group.link);
    if !group.slaves.is_empty() {
        out.push_str("Slaves:\n");
        for (name, link) in &group.slaves {
            out.push_str(&format!(" {name} {link}\n"));
        }
    }
    out.push_str(&format!("Status: {}\nBest: {}\nValue: {}\n", if group.auto { "auto" } else { "manual" }, group.best(Some(&now.path)).map_or("", |it| &it.path), now.path));
    for choice in &group.choices {
        out.push_str(&format!("\nAlternative: {}\nPriority: {}\n", choice.path, choice.priority));
        if !group.slaves.is_empty() {
            out.push_str("Slaves:\n");
            for (slave, path) in group.slaves_of(choice) {
                out.push_str(&format!(" {slave} {path}\n"));
            }
        }
    }
    said(0, out, "")
}

fn list(world: &dyn World, name: &str) -> Answer {
    let Some(group) = Group::read(world, name)? else { return unknown(name) };
    said(0, group.choices.iter().map(|it| format!("{}\n", it.path)).collect::<String>(), "")
}

fn selections(world: &dyn World) -> Answer {
    let mut out = String::new();
    for name in world.list(&format!("{FOLDER}/alternatives")) {
        if let Some(group) = Group::read(world, &name)? {
            let now = group.current(world)?;
            out.push_str(&format!("{name:<30} {:<8} {}\n", if group.auto { "auto" } else { "manual" }, now.path));
        }
    }
    said(0, out, "")
}
