//! Which template a session gets.

use super::tell;
use crate::failure::Failure;
use crate::layout::TemplateDir;
use crate::template::{self, Description, Fault, Progress, Sources};
use kakunin::Lang;

/// The installed template if it can be used, else a new one for what is there now.
pub(super) fn choose_template() -> Result<(TemplateDir, Description), Failure> {
    let installed = TemplateDir::from_env();
    let examined = installed.as_ref().map_or(Err(Fault::Missing), template::examine);
    let fault = match (examined, &installed) {
        (Ok(known), Some(template)) if !newer_sources(&known) => return Ok((template.clone(), known)),
        (Ok(_), _) => None,
        (Err(fault), _) => Some(fault),
    };
    let made = remake(installed.as_ref(), &reason(fault.as_ref(), installed.as_ref()));
    match (made, installed, fault) {
        (Ok(template), ..) => match template::examine(&template) {
            Ok(known) => Ok((template, known)),
            Err(fault) => Err(Failure::FirstSession(format!("{fault:?}"))),
        },
        // The repository does not build at the moment: what is installed still works.
        (Err(failure), Some(template), None) => {
            tell(&failure.to_string());
            Description::read(&template)
                .map(|known| (template.clone(), known))
                .map_err(|error| Failure::reading(template.root(), &error))
        }
        (Err(failure), ..) => Err(failure),
    }
}

/// Whether the repository it was made from has changed since.
fn newer_sources(known: &Description) -> bool {
    let sources = Sources::at(&known.made_from);
    sources.complete() && sources.key(&known.toolchain).is_ok_and(|key| key != known.key)
}

/// Says the reason only if there is something to make: another session may have done it before.
fn remake(installed: Option<&TemplateDir>, reason: &str) -> Result<TemplateDir, Failure> {
    let made_from =
        installed.and_then(|template| Description::read(template).ok()).map(|known| known.made_from);
    let sources = made_from
        .map(|root| Sources::at(&root))
        .into_iter()
        .chain([Sources::built_in()])
        .chain(installed.map(Sources::of))
        .find(Sources::complete)
        .unwrap_or_else(Sources::built_in);
    let mut last = None;
    template::make(&sources, &template::default_root(), &mut |progress| {
        if last.is_none() {
            tell(reason);
        }
        let before_this = *last.get_or_insert(0);
        // A line for every tenth crate is enough for a learner.
        if let Progress::Compiling(_, before) = progress {
            if before > 0 && before < before_this + 10 {
                return;
            }
            last = Some(before);
        }
        tell(&progress.to_string());
    })
}

/// Why there is something to make, and how long it takes.
fn reason(fault: Option<&Fault>, installed: Option<&TemplateDir>) -> String {
    let lang = Lang::current();
    let what = match (fault, installed) {
        (Some(Fault::Missing), _) | (_, None) => {
            return lang
                .pick("最初の準備をします（数分）。", "Preparing for the first time (a few minutes).")
                .to_owned();
        }
        (None, _) => lang
            .pick("kakunin のソースが新しくなっています。", "The sources of kakunin have changed.")
            .to_owned(),
        (Some(fault), Some(template)) => fault.explained(template.root()),
    };
    what + lang.pick("準備し直します（数分）。", " Preparing anew (a few minutes).")
}
