//! What a column means.

/// The meanings that a column can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Column {
    Address,
    DisplayName,
    FirstName,
    LastName,
    Home,
    Wave,
    Aliases,
    Strategy,
    Ignored,
}

/// What each column of a table means, in order.
pub type Columns = Vec<Column>;

/// Why a column was taken for what it is, to show beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnGuess {
    /// The meaning.
    pub column: Column,
    /// Up to three cells.
    pub samples: Vec<String>,
}
