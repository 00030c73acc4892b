//! One reason why data cannot be read, as plain data.

/// What kind of reason it is; the names are Avro Java's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IncompatibilityKind {
    /// Two named types are called differently and no alias helps.
    NameMismatch,
    /// Two fixed types have different sizes.
    FixedSizeMismatch,
    /// The reader's enum lacks symbols of the writer's.
    MissingEnumSymbols,
    /// The reader has a field that the writer lacks, and no default for it.
    ReaderFieldMissingDefaultValue,
    /// The types do not go together.
    TypeMismatch,
    /// The reader's union has no branch for a type of the writer.
    MissingUnionBranch,
    /// The reference's own check throws: a reader field matches several writer fields.
    CheckThrew,
    /// Only reached by an assumption that does not hold; the reference lets such a pair pass (D5).
    UnsoundAssumption,
    /// The comparison would take more steps than the limit of D10 allows.
    ComparisonTooLarge,
}

impl IncompatibilityKind {
    /// The reference's word, as in `errorType:'TYPE_MISMATCH'`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NameMismatch => "NAME_MISMATCH",
            Self::FixedSizeMismatch => "FIXED_SIZE_MISMATCH",
            Self::MissingEnumSymbols => "MISSING_ENUM_SYMBOLS",
            Self::ReaderFieldMissingDefaultValue => "READER_FIELD_MISSING_DEFAULT_VALUE",
            Self::TypeMismatch => "TYPE_MISMATCH",
            Self::MissingUnionBranch => "MISSING_UNION_BRANCH",
            Self::CheckThrew => "CHECK_THREW",
            Self::UnsoundAssumption => "UNSOUND_ASSUMPTION",
            Self::ComparisonTooLarge => "COMPARISON_TOO_LARGE",
        }
    }
}

/// One reason why data cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incompatibility {
    /// What kind of reason.
    pub kind: IncompatibilityKind,
    /// Where, as the reference writes it: `/fields/2/type/items`, `/` for the root.
    pub location: String,
    /// The detail, as the reference writes it; its form depends on the kind.
    pub message: String,
}

/// All reasons of one comparison, in the reference's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// The reasons.
    pub list: Vec<Incompatibility>,
    /// Whether the limit of D10 cut the list short.
    pub is_cut: bool,
}
