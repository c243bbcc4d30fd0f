//! Checks of arguments, before a request exists. The bounds come from the specification; build.rs
//! writes a call of [`argument`] into each method that has some.

use crate::{Error, Result};

/// A bound of an argument. On a list, a bound of numbers or texts holds for each element.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Bound {
    Minimum(i64),
    Maximum(i64),
    MinItems(usize),
    MinLength(usize),
}
use Bound::{Maximum, MinItems, MinLength, Minimum};

/// Returns an error that names operation and argument if the value is out of bounds.
pub(crate) fn argument<T: Argument + ?Sized>(
    operation: &'static str,
    name: &str,
    value: &T,
    bounds: &[Bound],
) -> Result<()> {
    bounds.iter().try_for_each(|bound| value.check(*bound)).map_err(|reason| {
        Error::invalid_request(format!("`{name}` {reason}")).with_operation(operation)
    })
}

/// Something that an operation takes.
pub(crate) trait Argument {
    fn check(&self, bound: Bound) -> Result<(), String>;
}

impl Argument for i64 {
    fn check(&self, bound: Bound) -> Result<(), String> {
        match bound {
            Minimum(least) if *self < least => Err(format!("is {self}; the minimum is {least}")),
            Maximum(most) if *self > most => Err(format!("is {self}; the maximum is {most}")),
            _ => Ok(()),
        }
    }
}

impl Argument for i32 {
    fn check(&self, bound: Bound) -> Result<(), String> {
        i64::from(*self).check(bound)
    }
}

impl Argument for str {
    fn check(&self, bound: Bound) -> Result<(), String> {
        match bound {
            // To a console, blanks are an empty text.
            MinLength(least) if self.trim().chars().count() < least => {
                Err(format!("is empty or too short: the minimum is {least} characters"))
            }
            _ => Ok(()),
        }
    }
}

impl Argument for String {
    fn check(&self, bound: Bound) -> Result<(), String> {
        self.as_str().check(bound)
    }
}

impl<T: Argument> Argument for [T] {
    fn check(&self, bound: Bound) -> Result<(), String> {
        match bound {
            MinItems(least) if self.len() < least => {
                Err(format!("has {} elements; the minimum is {least}", self.len()))
            }
            _ => self.iter().try_for_each(|element| element.check(bound)),
        }
    }
}

impl<T: Argument> Argument for Vec<T> {
    fn check(&self, bound: Bound) -> Result<(), String> {
        self.as_slice().check(bound)
    }
}

impl<T: Argument> Argument for Option<T> {
    fn check(&self, bound: Bound) -> Result<(), String> {
        self.iter().try_for_each(|value| value.check(bound))
    }
}

impl<T: Argument + ?Sized> Argument for &T {
    fn check(&self, bound: Bound) -> Result<(), String> {
        (**self).check(bound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold_for_values_elements_and_lengths() {
        let fails = |value: &dyn Argument, bound| value.check(bound).is_err();
        assert!(fails(&0, Minimum(1)) && !fails(&1, Minimum(1)));
        assert!(fails(&501, Maximum(500)) && !fails(&500_i64, Maximum(500)));
        assert!(fails(&Vec::<i32>::new(), MinItems(1)) && !fails(&vec![-7], MinItems(1)));
        assert!(fails(&vec![1, 0], Minimum(1)));
        assert!(!fails(&None::<i32>, Minimum(1)) && fails(&Some(0), Minimum(1)));
        assert!(fails(&Some(&["id".to_owned(), " ".to_owned()][..]), MinLength(1)));
        assert!(!fails(&"id".to_owned(), MinLength(1)));
    }

    #[test]
    fn the_error_names_operation_and_argument() {
        let error = argument("getScanEngine", "id", &0, &[Minimum(1)]).unwrap_err();
        assert_eq!(error.to_string(), "getScanEngine: `id` is 0; the minimum is 1");
    }
}
