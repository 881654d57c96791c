mod holders;
mod source;
