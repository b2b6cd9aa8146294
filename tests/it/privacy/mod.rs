//! What people have a right to, in a whole system: the consent ledger, the export, and being forgotten.

mod erasing;
mod files;
mod ledger;
mod searching;
