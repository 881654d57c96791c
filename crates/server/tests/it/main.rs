//! The whole application, called as its users call it. One binary, so that it links once.

mod access;
mod accounts;
mod documents;
mod files;
mod generation;
mod headers;
mod jobs;
mod outages;
mod processes;
mod refresh;
mod stack;
