//! Random Avro schema texts, related pairs and damaged texts from a seed, leaning towards the corners of the language.
//!
//! Meaning and spelling are apart: a schema is grown ([`grow`]), edited ([`edits`]) and put in order ([`settle`]) as a
//! tree with full names, then spelled in one of many ways ([`spelling`], [`json`]). No clock, no platform: a seed gives
//! the same texts everywhere.

mod damage;
mod edits;
mod edits_evolution;
mod edits_values;
mod grow;
mod json;
mod rng;
mod settle;
mod shop;
mod spelling;
mod tree;

use edits::Editor;
use json::{Json, Style};
use rng::Rng;
use shop::Shop;
use tree::Type;

/// Makes texts and pairs, one after the other, as its seed decides.
pub(crate) struct Generator {
    rng: Rng,
}

impl Generator {
    /// A generator whose output depends on `seed` alone.
    pub(crate) fn new(seed: u64) -> Self {
        Self { rng: Rng::new(seed) }
    }

    /// A schema text. Nine in ten are accepted as new; the rest have wrong defaults or clash in a corner.
    pub(crate) fn schema_text(&mut self) -> String {
        let tree = self.schema();
        self.write(&tree)
    }

    /// A text, after texts that it refers to, each after what it refers to itself. Most are accepted.
    pub(crate) fn referring_texts(&mut self) -> Vec<String> {
        let mut tree = self.schema();
        let mut texts = Vec::new();
        let known: Vec<Type> = tree.definitions().into_iter().cloned().collect();
        for _ in 0..self.rng.between(1, 2) {
            let Some(cut) = settle::cut_out(&mut tree, &mut self.rng) else { break };
            // What the referenced text names is defined in it, then often again here.
            let mut cut = cut;
            settle::settle(&mut cut, &known, &mut self.rng);
            if self.rng.chance(10) {
                cut = Type::Union(vec![Type::primitive("null"), cut]);
            }
            texts.push(self.write(&cut));
        }
        if self.rng.chance(10) {
            tree = self.schema();
        }
        texts.push(self.write(&tree));
        texts
    }

    /// A reader and a writer: mostly one schema and an edited copy of it, now and then two strangers.
    ///
    /// About half can be read. Nearly all parse as stored; as new some do not, because of a wrong default.
    pub(crate) fn pair(&mut self) -> (String, String) {
        let old = self.schema();
        let mut new = if self.rng.chance(6) { self.schema() } else { old.clone() };
        let mut known: Vec<Type> = old.definitions().into_iter().cloned().collect();
        let edits = *self.rng.pick(&[0, 1, 1, 1, 2, 2, 3, 4]);
        for _ in 0..edits {
            known.extend(new.definitions().into_iter().cloned());
            Editor { rng: &mut self.rng, known: known.clone() }.edit(&mut new);
        }
        settle::settle(&mut new, &known, &mut self.rng);
        let mut pair = [old, new].map(|tree| self.write(&tree));
        self.rng.shuffle(&mut pair);
        pair.into()
    }

    /// Versions of one schema, oldest first, each a few edits away from the one before, as teams evolve them.
    pub(crate) fn versions(&mut self, count: usize) -> Vec<String> {
        self.evolve(count).0
    }

    /// Two versions, and the second once more with a type written out at another of its uses.
    pub(crate) fn respelled_pair(&mut self) -> [String; 3] {
        let (texts, mut tree, known) = self.evolve(2);
        Editor { rng: &mut self.rng, known }.hoist(&mut tree);
        let respelled = self.write(&tree);
        let [old, new] = texts.try_into().expect("two versions");
        [old, new, respelled]
    }

    /// The texts, the last as a tree, and every definition there has been.
    fn evolve(&mut self, count: usize) -> (Vec<String>, Type, Vec<Type>) {
        let mut shop = Shop { rng: &mut self.rng, known: Vec::new(), given: 0 };
        let mut tree = shop.schema();
        let (mut known, mut given) = (shop.known, shop.given);
        settle::settle(&mut tree, &known, &mut self.rng);
        let mut texts = vec![self.write(&tree)];
        for _ in 1..count {
            let edits = *self.rng.pick(&[1, 1, 1, 2, 2, 3]);
            for _ in 0..edits {
                known.extend(tree.definitions().into_iter().cloned());
                let mut shop = Shop { rng: &mut self.rng, known, given };
                edits_evolution::edit(&mut shop, &mut tree);
                (known, given) = (shop.known, shop.given);
            }
            settle::settle(&mut tree, &known, &mut self.rng);
            texts.push(self.write(&tree));
        }
        (texts, tree, known)
    }

    /// A text of which about half are refused: damaged schemas, odd JSON, broken JSON.
    pub(crate) fn odd_text(&mut self) -> String {
        if self.rng.chance(6) {
            return damage::stray(&mut self.rng);
        }
        let tree = self.schema();
        let mut tree = spelling::spell(&tree, "", &mut self.rng);
        let breaks_json = self.rng.chance(20);
        for _ in 0..if breaks_json { self.rng.below(2) } else { *self.rng.pick(&[1, 1, 1, 2, 3]) } {
            damage::damage_tree(&mut tree, &mut self.rng);
        }
        let mut text = self.print(&tree);
        if breaks_json {
            damage::damage_text(&mut text, &mut self.rng);
        }
        text
    }

    fn schema(&mut self) -> Type {
        let budget = *self.rng.pick(&[2, 4, 6, 8, 12, 20]);
        let (mut tree, known) = grow::schema(&mut self.rng, budget);
        if self.rng.chance(15) {
            Editor { rng: &mut self.rng, known: known.clone() }.edit(&mut tree);
        }
        settle::settle(&mut tree, &known, &mut self.rng);
        tree
    }

    fn write(&mut self, tree: &Type) -> String {
        let tree = spelling::spell(tree, "", &mut self.rng);
        self.print(&tree)
    }

    fn print(&mut self, tree: &Json) -> String {
        Style::any(&mut self.rng).print(tree, &mut self.rng)
    }
}

#[test]
fn a_seed_always_makes_the_same_texts() {
    let run = |seed| {
        let mut generator = Generator::new(seed);
        (0..50)
            .map(|_| (generator.schema_text(), generator.pair(), generator.odd_text(), generator.referring_texts()))
            .collect::<Vec<_>>()
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
    let versions = |seed| (Generator::new(seed).versions(20), Generator::new(seed).respelled_pair());
    assert_eq!(versions(7), versions(7));
}
