//! The accelerator of the tracker: the plain events of a batch, counted in one call (PEP 399: the Python core is the
//! reference and does everything; this does the usual, and what either answers is the same, byte for byte).
//!
//! ```text
//!     event      reads a plain usage event            amount     exact numbers
//!     rules      the compiled rules                    row, pack  a contact's row in its MessagePack
//!     count      one event on one row                  days       days of zones, told by Python
//!     run        a streak that goes on
//!     crossing   what was crossed, composites          stuck      nudges, and when the timer is due
//!     record     crossings and nudges as JSON          moment     RFC 3339
//!     held       rows in memory                        partition  murmur2
//!     members    values of `distinct` metrics
//!     guard      panics as errors
//!     table      the rows of one task, for Python
//! ```

mod amount;
mod count;
mod crossing;
mod days;
mod event;
mod guard;
mod held;
mod members;
mod moment;
mod pack;
mod partition;
mod record;
mod row;
mod rules;
mod run;
mod stuck;
mod table;

use pyo3::prelude::*;

#[pymodule]
mod cairn_native {
    #[pymodule_export]
    use super::event::read_event;
    #[pymodule_export]
    use super::rules::Rules;
    #[pymodule_export]
    use super::table::Folded;
    #[pymodule_export]
    use super::table::Table;
}
