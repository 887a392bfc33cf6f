//! A call of date(1), from its words to what it prints.

use crate::{
    Done, Moment, Surroundings, Trouble, World, Zone, format, interpret,
    mktime::Guess,
    options::{self, Options, Source},
    quote::Locale,
    stamp,
};

/// Carries out `date` with these words behind its name.
///
/// # Errors
/// When it can't be carried out truly here; what date itself complains about is in [`Done`].
pub fn run(args: &[Vec<u8>], around: &Surroundings, world: &mut dyn World) -> Result<Done, Trouble> {
    match carried_out(args, around, world) {
        Err(Trouble::Exit(said, status)) => Ok(Done { out: Vec::new(), err: said, status }),
        other => other,
    }
}

fn carried_out(args: &[Vec<u8>], around: &Surroundings, world: &mut dyn World) -> Result<Done, Trouble> {
    let options = match options::read(args, around)? {
        Ok(options) => options,
        Err(operand) => return Err(setting(operand.as_deref(), around, world)?),
    };
    let zone = if options.universal { Zone::utc() } else { Zone::load(around.zone.as_deref(), world)? };
    let mut printer = Printer { options: &options, zone: &zone, locale: around.locale, done: Done::default() };
    match &options.source {
        Source::Now => {
            world.clock_matters();
            printer.show(world.clock())?;
        }
        Source::Text(text) => printer.line(text, &Guess::default(), world)?,
        Source::Lines(file) => {
            let text = world.read(file).map_err(|error| missing(file, &error))?;
            let guess = Guess::default();
            let mut lines: Vec<&[u8]> = text.split(|it| *it == b'\n').collect();
            if lines.last().is_some_and(|it| it.is_empty()) {
                lines.pop();
            }
            for line in lines {
                printer.line(line, &guess, world)?;
            }
        }
        Source::FileOf(file) => printer.show(world.modified(file).map_err(|error| missing(file, &error))?)?,
    }
    Ok(printer.done)
}

struct Printer<'a> {
    options: &'a Options,
    zone: &'a Zone,
    locale: Locale,
    done: Done,
}

impl Printer<'_> {
    fn line(&mut self, text: &[u8], guess: &Guess, world: &mut dyn World) -> Result<(), Trouble> {
        match interpret::moment(text, self.zone, guess, world)? {
            Some(moment) => self.show(moment),
            None => {
                // A NUL ends the text in C.
                let text = text.split(|it| *it == 0).next().unwrap_or_default();
                self.complain(&format!("invalid date {}", self.locale.quote(text)));
                Ok(())
            }
        }
    }

    fn show(&mut self, moment: Moment) -> Result<(), Trouble> {
        let Some(tm) = self.zone.broken_down(moment.seconds) else {
            self.complain(&format!("time {} is out of range", self.locale.quote(moment.seconds.to_string().as_bytes())));
            return Ok(());
        };
        self.done.out.extend(format::write(&self.options.format, &tm, moment)?);
        self.done.out.push(b'\n');
        Ok(())
    }

    fn complain(&mut self, message: &str) {
        self.done.err.push_str(&format!("date: {message}\n"));
        self.done.status = 1;
    }
}

fn missing(file: &[u8], error: &str) -> Trouble {
    match Locale::quote_name(file) {
        Some(name) => Trouble::Exit(format!("date: {name}: {error}\n"), 1),
        None => Trouble::Unsure("the quotes of this file's name are not modelled".to_owned()),
    }
}

/// A call that sets the clock is refused, unless date itself could not read what it is to be set to.
fn setting(operand: Option<&[u8]>, around: &Surroundings, world: &mut dyn World) -> Result<Trouble, Trouble> {
    if let Some(operand) = operand {
        let zone = Zone::load(around.zone.as_deref(), world)?;
        if !stamp::sets(operand, &zone, world) {
            return Ok(Trouble::Exit(format!("date: invalid date {}\n", around.locale.quote(operand)), 1));
        }
    }
    Ok(Trouble::Unsure("date that sets the clock is not modelled".to_owned()))
}
