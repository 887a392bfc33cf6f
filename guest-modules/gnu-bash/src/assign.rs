//! Assignments (bash(1), PARAMETERS): of a text, of an element, of an array.

use crate::{
    fields,
    shell::{Run, Shell},
    syntax::{Assignment, Value},
    variables::{Held, Map},
};

impl Shell {
    pub(crate) fn set(&mut self, assignment: &Assignment) -> Run<()> {
        let name = assignment.name.clone();
        match (&assignment.index, &assignment.value) {
            (Some(parts), Value::Scalar(word)) => {
                let index = if self.is_map(&name) { self.units(parts).map(|it| fields::text(&it))? } else { self.quoted(parts)? };
                let value = self.value_of(word)?;
                if index.is_empty() && (parts.is_empty() || self.is_map(&name)) {
                    return self.discard(&format!("{name}[]: bad array subscript"));
                }
                self.set_element(&name, &index, &value, assignment.append)
            }
            (_, Value::Scalar(word)) => {
                let value = self.value_of(word)?;
                self.set_text(&name, &value, assignment.append)
            }
            (_, Value::Array(elements)) => self.set_array(&name, elements, assignment.append),
        }
    }

    pub(crate) fn set_text(&mut self, name: &str, value: &str, append: bool) -> Run<()> {
        if !append {
            return self.assign(name, value);
        }
        let target = self.reference(name);
        let before = self.text(&target).unwrap_or_default();
        if self.variables.get(&target).is_some_and(|it| it.integer) {
            let sum = self.evaluate(&before)?.wrapping_add(self.evaluate(value)?);
            return self.assign(name, &sum.to_string());
        }
        self.assign(name, &(before + value))
    }

    pub(crate) fn set_array(&mut self, name: &str, elements: &[crate::syntax::Element], append: bool) -> Run<()> {
        let name = self.reference(name);
        if let Some(message) = self.refuses(&name) {
            return self.discard(&message);
        }
        if let Some(variable) = self.variables.get_mut(&name) {
            variable.bare = false;
        }
        let mut values: Vec<(Option<(String, bool)>, String)> = Vec::new();
        let is_map = self.is_map(&name);
        for element in elements {
            match &element.index {
                Some((parts, adds)) => {
                    let index = if is_map { self.units(parts).map(|it| fields::text(&it))? } else { self.quoted(parts)? };
                    let value = self.value_of(&element.word)?;
                    values.push((Some((index, *adds)), value));
                }
                None => values.extend(self.words(std::slice::from_ref(&element.word))?.into_iter().map(|it| (None, it))),
            }
        }
        if is_map {
            if !append && let Some(variable) = self.variables.get_mut(&name) {
                variable.held = Held::Map(Map::default());
            }
            // Without subscripts, words are keys and values in turn.
            if values.first().is_some_and(|it| it.0.is_none()) {
                for pair in values.chunks(2) {
                    let value = pair.get(1).map(|it| it.1.clone()).unwrap_or_default();
                    self.set_element(&name, &pair[0].1, &value, false)?;
                }
                return Ok(());
            }
            for (index, value) in values {
                if let Some((index, adds)) = index {
                    self.set_element(&name, &index, &value, adds)?;
                }
            }
            return Ok(());
        }
        let list = self.list(&name);
        if !append {
            list.clear();
        }
        let mut next = list.keys().last().map_or(0, |it| it + 1);
        for (index, value) in values {
            match index {
                Some((index, adds)) => {
                    next = self.evaluate(&index)?;
                    self.set_element(&name, &next.to_string(), &value, adds)?;
                }
                None => {
                    let value = self.shaped(&name, &value)?;
                    self.list(&name).insert(next, value);
                }
            }
            next += 1;
        }
        Ok(())
    }
}
