//! 学習者が自分で書いた更新規則を、実験の一行に書けるようにする。

use super::rule::{Optimizer, Rule, UpdateRule, WithState};

/// 自分で書いた更新規則（[`custom`] が作る）。
#[derive(Clone, Copy)]
pub struct Custom {
    name: &'static str,
    make: &'static (dyn Fn() -> Box<dyn Optimizer> + Send + Sync),
}

/// 自分で書いた更新規則を、実験の一行に書ける [`Rule`] にする。
///
/// 規則はそのプロセスが終わるまで残る（一つの規則は数十バイト）。二つの `custom` は、同じ型からでも等しくない。
///
/// ```
/// use kakunin::nn::{UpdateRule, custom};
/// use kakunin::{Experiment, optimizer};
/// struct MySgd { lr: f64 }
/// impl UpdateRule for MySgd {
///     type State = ();
///     fn start(&self) {}
///     fn rate(&self, _t: usize) -> f64 { self.lr }
///     fn delta(&self, _t: usize, rate: f64, g: f64, _: &mut ()) -> f64 { -rate * g }
/// }
/// let mine = Experiment { rule: custom(MySgd { lr: 0.01 }), ..optimizer::BASE };
/// assert_eq!(mine.rule.name(), "MySgd");
/// ```
pub fn custom<R: UpdateRule + 'static>(rule: R) -> Rule {
    let rule: &'static R = Box::leak(Box::new(rule));
    let make = move || -> Box<dyn Optimizer> { Box::new(WithState::new(rule)) };
    let path = std::any::type_name::<R>();
    let path = path.split('<').next().unwrap_or(path);
    let name = path.rsplit("::").next().unwrap_or(path);
    Rule::Custom(Custom { name, make: Box::leak(Box::new(make)) })
}

impl Custom {
    /// 型の名前
    pub fn name(self) -> &'static str {
        self.name
    }

    pub(super) fn optimizer(self) -> Box<dyn Optimizer> {
        (self.make)()
    }
}

impl std::fmt::Debug for Custom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Custom {
    fn eq(&self, other: &Custom) -> bool {
        std::ptr::addr_eq(self.make, other.make)
    }
}
