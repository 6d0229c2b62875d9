//! Panics become errors: of PyO3's own exception for them Python's `except Exception` knows nothing, and so a fault of
//! this crate would end the worker instead of leaving the batch to the Python core.

use std::any::Any;
use std::panic::{catch_unwind, AssertUnwindSafe};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// Do the work; what panics is a `RuntimeError`. What it was about to change may be half done: the caller forgets it.
pub fn guarded<T>(work: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|panic| Err(PyRuntimeError::new_err(format!("the accelerator panicked: {}", said(&*panic)))))
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("for no reason that it names")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let found: PyResult<u8> = guarded(|| panic!("no row {}", 7));
        assert!(found.is_err());
        assert!(guarded(|| Ok(1)).is_ok());
        let caught = catch_unwind(|| panic!("no row {}", 7)).unwrap_err();
        assert_eq!(said(&*caught), "no row 7");
    }
}
