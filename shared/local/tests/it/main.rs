//! The local AWS as its clients know it: through the real SDKs, in process and over HTTP.

mod bus;
mod faults;
mod mappings;
mod queues;
mod restart;
mod sink;
mod support;
mod tables;
