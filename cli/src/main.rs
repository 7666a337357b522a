//! `kakunin`: 講座の学習を再現する。

fn main() {}
