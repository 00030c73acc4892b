//! What a schema means, before it is spelled: types with full names, so that edits and spelling stay apart.

use super::json::Json;

pub(super) type Attributes = Vec<(String, Json)>;

#[derive(Clone, PartialEq)]
pub(super) enum Type {
    Primitive(&'static str, Attributes),
    Array(Box<Type>, Attributes),
    Map(Box<Type>, Attributes),
    Union(Vec<Type>),
    Record(Box<Record>),
    Enum(Box<Enum>),
    Fixed(Box<Fixed>),
    /// A type that is defined elsewhere: before, around, behind, or nowhere.
    Name(FullName),
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct FullName {
    /// Empty for none.
    pub(super) space: String,
    pub(super) simple: String,
}

#[derive(Clone, PartialEq)]
pub(super) struct Named {
    pub(super) name: FullName,
    /// As written.
    pub(super) aliases: Vec<String>,
    pub(super) doc: Option<Json>,
    pub(super) attributes: Attributes,
}

#[derive(Clone, PartialEq)]
pub(super) struct Record {
    pub(super) named: Named,
    pub(super) is_error: bool,
    pub(super) fields: Vec<Field>,
}

#[derive(Clone, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) default: Option<Json>,
    pub(super) aliases: Vec<String>,
    pub(super) doc: Option<Json>,
    pub(super) order: Option<Json>,
    pub(super) attributes: Attributes,
}

#[derive(Clone, PartialEq)]
pub(super) struct Enum {
    pub(super) named: Named,
    pub(super) symbols: Vec<String>,
    pub(super) default: Option<Json>,
}

#[derive(Clone, PartialEq)]
pub(super) struct Fixed {
    pub(super) named: Named,
    pub(super) size: u32,
}

pub(super) const PRIMITIVES: &[&str] = &["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

impl Type {
    pub(super) fn primitive(word: &'static str) -> Self {
        Self::Primitive(word, Vec::new())
    }

    pub(super) fn named(&self) -> Option<&Named> {
        match self {
            Self::Record(record) => Some(&record.named),
            Self::Enum(symbols) => Some(&symbols.named),
            Self::Fixed(fixed) => Some(&fixed.named),
            Self::Primitive(..) | Self::Array(..) | Self::Map(..) | Self::Union(_) | Self::Name(_) => None,
        }
    }

    pub(super) fn named_mut(&mut self) -> Option<&mut Named> {
        match self {
            Self::Record(record) => Some(&mut record.named),
            Self::Enum(symbols) => Some(&mut symbols.named),
            Self::Fixed(fixed) => Some(&mut fixed.named),
            Self::Primitive(..) | Self::Array(..) | Self::Map(..) | Self::Union(_) | Self::Name(_) => None,
        }
    }

    /// What a union may hold only once: the kind of an unnamed type, the full name of a named one.
    pub(super) fn branch_key(&self) -> String {
        match self {
            Self::Primitive(word, _) => (*word).to_owned(),
            Self::Array(..) => "array".to_owned(),
            Self::Map(..) => "map".to_owned(),
            Self::Union(_) => "union".to_owned(),
            Self::Name(name) => format!("{}.{}", name.space, name.simple),
            Self::Record(_) | Self::Enum(_) | Self::Fixed(_) => {
                let name = &self.named().expect("a definition has a name").name;
                format!("{}.{}", name.space, name.simple)
            }
        }
    }

    pub(super) fn children(&self) -> Vec<&Type> {
        match self {
            Self::Array(inner, _) | Self::Map(inner, _) => vec![inner],
            Self::Union(branches) => branches.iter().collect(),
            Self::Record(record) => record.fields.iter().map(|field| &field.ty).collect(),
            Self::Primitive(..) | Self::Enum(_) | Self::Fixed(_) | Self::Name(_) => Vec::new(),
        }
    }

    pub(super) fn children_mut(&mut self) -> Vec<&mut Type> {
        match self {
            Self::Array(inner, _) | Self::Map(inner, _) => vec![inner],
            Self::Union(branches) => branches.iter_mut().collect(),
            Self::Record(record) => record.fields.iter_mut().map(|field| &mut field.ty).collect(),
            Self::Primitive(..) | Self::Enum(_) | Self::Fixed(_) | Self::Name(_) => Vec::new(),
        }
    }

    /// How many types stand in this one, itself included; names count, what they stand for does not.
    pub(super) fn count(&self) -> usize {
        1 + self.children().into_iter().map(Self::count).sum::<usize>()
    }

    /// The type at a position of a walk from the root, parents first.
    pub(super) fn nth_mut(&mut self, at: usize) -> Option<&mut Type> {
        if at == 0 {
            return Some(self);
        }
        let mut left = at - 1;
        for child in self.children_mut() {
            let size = child.count();
            if left < size {
                return child.nth_mut(left);
            }
            left -= size;
        }
        None
    }

    /// Every definition, in the order of the text.
    pub(super) fn definitions(&self) -> Vec<&Type> {
        let mut found = Vec::new();
        self.collect_definitions(&mut found);
        found
    }

    fn collect_definitions<'a>(&'a self, found: &mut Vec<&'a Type>) {
        if self.named().is_some() {
            found.push(self);
        }
        for child in self.children() {
            child.collect_definitions(found);
        }
    }
}
