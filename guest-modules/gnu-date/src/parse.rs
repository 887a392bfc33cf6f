//! The grammar of dates. Where two readings are possible, the one that takes the next word in is taken, as in GNU's: so
//! `12:30 +3 hours` is half past twelve three hours east, and an hour.

use crate::lex::{Number, Token, Unit};

/// Distances.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Relative {
    pub(crate) years: i64,
    pub(crate) months: i64,
    pub(crate) days: i64,
    pub(crate) hours: i64,
    pub(crate) minutes: i64,
    pub(crate) seconds: i64,
    pub(crate) nanos: i64,
}

/// How often each kind of item was seen.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) dates: usize,
    pub(crate) times: usize,
    pub(crate) days: usize,
    pub(crate) zones: usize,
    pub(crate) local_zones: usize,
    pub(crate) summers: usize,
    pub(crate) relatives: bool,
}

/// What a text said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// `@seconds`.
    pub(crate) moment: Option<(i64, u32)>,
    pub(crate) year: Option<Number>,
    /// From 1, and the day.
    pub(crate) date: Option<(i64, i64)>,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    pub(crate) nanos: u32,
    /// Whether it is PM, with a clock of twelve hours.
    pub(crate) afternoon: Option<bool>,
    /// Ordinal and day of the week.
    pub(crate) day: (i64, i64),
    /// Seconds east.
    pub(crate) zone: i64,
    pub(crate) summer: Option<bool>,
    pub(crate) relative: Relative,
    pub(crate) seen: Seen,
}

/// Reads the words of a date; `None` where they are none.
pub(crate) fn parse(tokens: &[Token]) -> Option<Said> {
    let mut parser = Parser { tokens, at: 0, said: Said::default() };
    if parser.take(|it| matches!(it, Token::Sign('@'))).is_some() {
        parser.said.moment = Some(match parser.advance() {
            Token::Signed(number) | Token::Plain(number) => (number.value, 0),
            Token::SignedFraction(seconds, nanos) | Token::PlainFraction(seconds, nanos) => (seconds, nanos),
            _ => return None,
        });
        return (parser.peek() == Token::End).then_some(parser.said);
    }
    while parser.peek() != Token::End {
        parser.item()?;
    }
    Some(parser.said)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    said: Said,
}

impl Parser<'_> {
    fn peek(&self) -> Token {
        self.tokens.get(self.at).copied().unwrap_or(Token::End)
    }

    fn advance(&mut self) -> Token {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn take(&mut self, is: impl Fn(&Token) -> bool) -> Option<Token> {
        is(&self.peek()).then(|| self.advance())
    }

    fn takes(&mut self, sign: char) -> bool {
        self.take(|it| *it == Token::Sign(sign)).is_some()
    }

    fn plain(&mut self) -> Option<Number> {
        match self.advance() {
            Token::Plain(number) => Some(number),
            _ => None,
        }
    }

    fn signed(&mut self) -> Option<Number> {
        match self.advance() {
            Token::Signed(number) => Some(number),
            _ => None,
        }
    }

    fn item(&mut self) -> Option<()> {
        match self.advance() {
            Token::Plain(number) => self.after_number(number),
            Token::Signed(number) => {
                let Token::Unit(unit, times) = self.advance() else { return None };
                self.relative(number.value, unit, times)
            }
            Token::PlainFraction(seconds, nanos) | Token::SignedFraction(seconds, nanos) => {
                let Token::Unit(Unit::Second, _) = self.advance() else { return None };
                let of = Relative { seconds, nanos: i64::from(nanos), ..Relative::default() };
                self.with_ago(of)
            }
            Token::Ordinal(number) => match self.advance() {
                Token::Day(day) => self.week_day(number, day),
                Token::Unit(unit, times) => self.relative(number, unit, times),
                _ => None,
            },
            Token::Unit(unit, times) => self.relative(1, unit, times),
            Token::DayShift(days) => self.apply(Relative { days, ..Relative::default() }, 1),
            Token::Day(day) => {
                self.takes(',');
                self.week_day(0, day)
            }
            Token::Month(month) => self.after_month(month),
            Token::Zone(east) => self.after_zone(east, true),
            Token::Sign('T') => self.after_zone(-7 * 3600, false),
            Token::SummerZone(east) => self.zone(east + 3600),
            Token::LocalZone(summer) => {
                self.said.seen.local_zones += 1;
                self.said.summer = summer;
                if self.take(|it| *it == Token::Dst).is_some() {
                    self.said.summer = Some(true);
                    self.said.seen.summers += 1;
                }
                Some(())
            }
            _ => None,
        }
    }

    fn after_number(&mut self, number: Number) -> Option<()> {
        match self.peek() {
            Token::Afternoon(_) => self.clock(number.value, 0, 0, 0, true),
            Token::Sign(':') => self.time(number, true),
            Token::Sign('/') => {
                self.advance();
                let second = self.plain()?;
                if !self.takes('/') {
                    return self.date(None, number.value, second.value);
                }
                let third = self.plain()?;
                // Four digits stand for the year, where it comes first.
                if number.digits >= 4 { self.date(Some(number), second.value, third.value) } else { self.date(Some(third), number.value, second.value) }
            }
            Token::Month(month) => {
                self.advance();
                let year = match self.peek() {
                    Token::Signed(year) => Some(opposite(year)?),
                    Token::Plain(year) => Some(year),
                    _ => None,
                };
                self.at += usize::from(year.is_some());
                self.date(year, month, number.value)
            }
            Token::Day(day) => {
                self.advance();
                self.week_day(number.value, day)
            }
            Token::Unit(unit, times) => {
                self.advance();
                self.relative(number.value, unit, times)
            }
            Token::Signed(second) => {
                self.advance();
                self.after_two(number, second)
            }
            _ => {
                self.bare(number);
                Some(())
            }
        }
    }

    /// A number and one with a sign: a date, a time with its zone, or a number and a distance.
    fn after_two(&mut self, first: Number, second: Number) -> Option<()> {
        match self.peek() {
            Token::Signed(third) => {
                self.advance();
                self.date(Some(first), opposite(second)?.value, opposite(third)?.value)?;
                if self.takes('T') {
                    let hour = self.plain()?;
                    if let Token::Signed(zone) = self.peek() {
                        self.advance();
                        self.zone_offset(zone)?;
                        return self.clock(hour.value, 0, 0, 0, false);
                    }
                    return self.time(hour, false);
                }
                Some(())
            }
            Token::Unit(unit, times) => {
                self.advance();
                self.bare(first);
                self.apply(distance(second.value, unit, times)?, 1)
            }
            _ => {
                self.zone_offset(second)?;
                self.clock(first.value, 0, 0, 0, false)
            }
        }
    }

    /// What follows an hour from its colon on.
    fn time(&mut self, hour: Number, twelve: bool) -> Option<()> {
        if !self.takes(':') {
            return None;
        }
        let minute = self.plain()?;
        let (mut second, mut nanos) = (0, 0);
        if self.takes(':') {
            (second, nanos) = match self.advance() {
                Token::Plain(number) => (number.value, 0),
                Token::PlainFraction(second, nanos) => (second, nanos),
                _ => return None,
            };
        }
        if let Token::Signed(zone) = self.peek() {
            self.advance();
            self.zone_offset(zone)?;
            return self.clock(hour.value, minute.value, second, nanos, false);
        }
        self.clock(hour.value, minute.value, second, nanos, twelve)
    }

    fn clock(&mut self, hour: i64, minute: i64, second: i64, nanos: u32, twelve: bool) -> Option<()> {
        let said = &mut self.said;
        (said.hour, said.minute, said.second, said.nanos) = (hour, minute, second, nanos);
        said.seen.times += 1;
        self.said.afternoon = None;
        if let Token::Afternoon(it) = self.peek()
            && twelve
        {
            self.advance();
            self.said.afternoon = Some(it);
        }
        Some(())
    }

    fn date(&mut self, year: Option<Number>, month: i64, day: i64) -> Option<()> {
        self.said.date = Some((month, day));
        if year.is_some() {
            self.said.year = year;
        }
        self.said.seen.dates += 1;
        Some(())
    }

    fn after_month(&mut self, month: i64) -> Option<()> {
        match self.advance() {
            Token::Signed(day) => {
                let year = opposite(self.signed()?)?;
                self.date(Some(year), month, opposite(day)?.value)
            }
            Token::Plain(day) => {
                let year = if self.takes(',') { Some(self.plain()?) } else { None };
                self.date(year, month, day.value)
            }
            _ => None,
        }
    }

    fn week_day(&mut self, ordinal: i64, day: i64) -> Option<()> {
        self.said.day = (ordinal, day);
        self.said.seen.days += 1;
        Some(())
    }

    fn zone(&mut self, east: i64) -> Option<()> {
        self.said.zone = east;
        self.said.seen.zones += 1;
        Some(())
    }

    fn after_zone(&mut self, east: i64, corrected: bool) -> Option<()> {
        if corrected && self.take(|it| *it == Token::Dst).is_some() {
            return self.zone(east + 3600);
        }
        let Token::Signed(number) = self.peek() else { return self.zone(east) };
        self.advance();
        if let Token::Unit(unit, times) = self.peek() {
            self.advance();
            self.zone(east)?;
            return self.apply(distance(number.value, unit, times)?, 1);
        }
        if !corrected {
            return None;
        }
        self.zone_offset(number)?;
        self.said.zone = self.said.zone.checked_add(east)?;
        Some(())
    }

    /// `+HH`, `+HHMM`, `+HH:MM`.
    fn zone_offset(&mut self, number: Number) -> Option<()> {
        let minutes = if self.takes(':') { Some(self.plain()?.value) } else { None };
        let total = match minutes {
            None if number.digits <= 2 => number.value.checked_mul(60)?,
            None => number.value / 100 * 60 + number.value % 100,
            Some(minutes) => number.value.checked_mul(60)?.checked_add(if number.negative { -minutes } else { minutes })?,
        };
        if !(-24 * 60..=24 * 60).contains(&total) {
            return None;
        }
        self.zone(total * 60)
    }

    /// A number alone: a year, a date, or a time.
    fn bare(&mut self, number: Number) {
        let said = &mut self.said;
        if said.seen.dates > 0 && said.year.is_none() && !said.seen.relatives && (said.seen.times > 0 || number.digits > 2) {
            said.year = Some(number);
        } else if number.digits > 4 {
            said.seen.dates += 1;
            said.date = Some((number.value / 100 % 100, number.value % 100));
            said.year = Some(Number { value: number.value / 10_000, digits: number.digits - 4, negative: false });
        } else {
            said.seen.times += 1;
            (said.hour, said.minute) = if number.digits <= 2 { (number.value, 0) } else { (number.value / 100, number.value % 100) };
            (said.second, said.nanos, said.afternoon) = (0, 0, None);
        }
    }

    fn relative(&mut self, value: i64, unit: Unit, times: i64) -> Option<()> {
        self.with_ago(distance(value, unit, times)?)
    }

    fn with_ago(&mut self, of: Relative) -> Option<()> {
        let sign = match self.take(|it| matches!(it, Token::Ago(_))) {
            Some(Token::Ago(sign)) => sign,
            _ => 1,
        };
        self.apply(of, sign)
    }

    fn apply(&mut self, of: Relative, sign: i64) -> Option<()> {
        let add = |into: &mut i64, value: i64| {
            let sum = if sign < 0 { into.checked_sub(value) } else { into.checked_add(value) };
            sum.map(|it| *into = it)
        };
        let into = &mut self.said.relative;
        add(&mut into.years, of.years)?;
        add(&mut into.months, of.months)?;
        add(&mut into.days, of.days)?;
        add(&mut into.hours, of.hours)?;
        add(&mut into.minutes, of.minutes)?;
        add(&mut into.seconds, of.seconds)?;
        add(&mut into.nanos, of.nanos)?;
        self.said.seen.relatives = true;
        Some(())
    }
}

fn opposite(number: Number) -> Option<Number> {
    Some(Number { value: number.value.checked_neg()?, ..number })
}

fn distance(value: i64, unit: Unit, times: i64) -> Option<Relative> {
    let mut of = Relative::default();
    let place = match unit {
        Unit::Year => &mut of.years,
        Unit::Month => &mut of.months,
        Unit::Day => &mut of.days,
        Unit::Hour => &mut of.hours,
        Unit::Minute => &mut of.minutes,
        Unit::Second => &mut of.seconds,
    };
    *place = value.checked_mul(times)?;
    Some(of)
}
