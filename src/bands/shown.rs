//! ノートブックでの表示: 一つの帯は図、帯のすべては表。

use super::{Band, Bands};
use crate::notebook::{Card, Output, shown_as_a_card};
use crate::plot::{Picture, reproduction};
use crate::{History, Lang, course, published};

impl Band {
    /// The spread and the published curve, no training of one's own.
    fn picture(&self, lang: Lang) -> Picture {
        let (id, (from, to)) = (&self.id, self.seeds);
        let name = course::find(id).ok().and_then(|rows| rows.first().map(|e| e.title)).unwrap_or_default();
        let title = lang
            .pick(format!("{id} {name}（シード {from}..{to}）"), format!("{id} {name} (seeds {from}..{to})"));
        Picture { title, ..reproduction(id, "", 0, &History::default(), lang) }
    }

    /// Least, median and largest final test accuracy, the published one, and its percentile.
    fn figures(&self) -> [String; 5] {
        let [low, _, _, median, _, _, high] = self.levels().map(|v| format!("{v:.4}"));
        let theirs = published(&self.id).map(|p| p.final_test());
        let none = || "–".to_owned();
        let place = theirs.map_or_else(none, |theirs| format!("{:.1}", self.percentile(theirs)));
        [low, median, high, theirs.map_or_else(none, |theirs| format!("{:.4}", theirs.accuracy())), place]
    }

    /// ノートブックに表示する。セルの最後に書けば、カーネルが呼ぶ。
    pub fn evcxr_display(&self) {
        Output::from(self).show();
    }
}

impl From<&Band> for Output {
    /// 広がりと、公表された曲線。
    fn from(band: &Band) -> Output {
        let lang = Lang::current();
        let [low, median, high, theirs, place] = band.figures();
        let description = lang.pick(
            format!("最後の検証の正答率: 最小 {low}、中央値 {median}、最大 {high}。公表された値 {theirs} は、下から {place} パーセント。"),
            format!("Final test accuracy: least {low}, median {median}, most {high}. The published {theirs} is at percentile {place}."),
        );
        Output::from(&Picture { description, ..band.picture(lang) })
    }
}

shown_as_a_card!(Bands);

impl Bands {
    fn card(&self, lang: Lang) -> Card {
        let title = lang.pick("シードによる広がり", "The spread over seeds");
        let says = lang.pick("最後の検証の正答率。", "Final test accuracies.");
        let header = lang.pick(
            ["行", "シード", "最小", "中央値", "最大", "公表", "百分位"],
            ["Row", "Seeds", "Least", "Median", "Most", "Published", "Percentile"],
        );
        let row = |band: &Band| {
            let (from, to) = band.seeds;
            [band.id.clone(), format!("{from}..{to}")].into_iter().chain(band.figures()).collect()
        };
        Card::new(lang, title, says).table("", &header, self.rows.iter().map(row).collect())
    }
}
