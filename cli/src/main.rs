//! `kakunin`: 講座の学習を再現する。
//!
//! 読む順: `args`（コマンドの形）→ `reproduce` → `select`（どの実験、どのシード）→ `train`（一回の学習）→
//! `pool`（並列に）→ `table`（印字）。

mod appeals;
mod args;
mod bands;
mod check_content;
mod claims;
mod commands;
mod data;
mod describe;
mod diagnose;
mod drill;
mod errata;
mod experiments;
mod export;
mod failure;
mod grade;
mod html;
mod lab;
mod measure;
mod merge;
mod output;
mod pages;
mod pool;
mod progress;
mod published;
mod quiz;
mod read;
mod report;
mod reproduce;
mod select;
mod site;
mod slips;
mod table;
mod train;
mod usage;

use std::process::ExitCode;

/// 0 done, 1 the work failed, 2 usage or bad input, 130 interrupted.
fn main() -> ExitCode {
    failure::silence_panics();
    let args: Vec<_> = std::env::args_os().collect();
    if let Some(lang) = args::language(&args) {
        lang.set();
    }
    let outcome = failure::caught(|| commands::run(&args)).unwrap_or_else(|e| Err(failure::Failure::work(e)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure.error);
            ExitCode::from(failure.code)
        }
    }
}
