//! The types that names have.

/// What is known of a value. Each may also be null where a path is absent, and `Dyn` may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    Dyn,
    Null,
    Bool,
    Int,
    Uint,
    Double,
    /// An int where it is integral, else a double (SPEC.md section 11).
    Number,
    Text,
    Bytes,
    Timestamp,
    Duration,
    List(Box<Type>),
    /// Any keys, values of one type.
    Map(Box<Type>),
    /// Known fields.
    Record(Record),
    /// Known keys: the ids of something.
    Ids(Ids),
}

/// Values whose fields SPEC.md section 8 names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Record {
    Person,
    Consent,
    Orders,
    Counter,
    Answer,
    Offer,
    Mail,
}

/// Mappings by the ids of a campaign or the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ids {
    Answers,
    Offers,
    Mails,
}

/// The names that an expression can begin with.
pub(super) const ROOTS: [(&str, Type); 7] = [
    ("person", Type::Record(Record::Person)),
    ("event", Type::Dyn),
    ("entry", Type::Dyn),
    ("answers", Type::Ids(Ids::Answers)),
    ("offers", Type::Ids(Ids::Offers)),
    ("mails", Type::Ids(Ids::Mails)),
    ("now", Type::Timestamp),
];

/// The type of a first name.
pub(super) fn root(name: &str) -> Option<Type> {
    match name {
        // Their fields are any JSON.
        "event" | "entry" => Some(Type::Map(Box::new(Type::Dyn))),
        _ => ROOTS.iter().find(|(own, _)| *own == name).map(|(_, own)| own.clone()),
    }
}

impl Record {
    /// Its fields and their types.
    pub(super) fn fields(self) -> Vec<(&'static str, Type)> {
        let map = |value| Type::Map(Box::new(value));
        match self {
            Self::Person => vec![
                ("id", Type::Text),
                ("email", Type::Text),
                ("locale", Type::Text),
                ("timezone", Type::Text),
                ("attributes", map(Type::Dyn)),
                ("consent", Type::Record(Self::Consent)),
                ("orders", Type::Record(Self::Orders)),
                ("events", map(Type::Record(Self::Counter))),
                ("created_at", Type::Timestamp),
            ],
            Self::Consent => vec![("marketing", Type::Bool), ("topics", map(Type::Bool))],
            Self::Orders => vec![
                ("count", Type::Int),
                ("total", Type::Number),
                ("first_at", Type::Timestamp),
                ("last_at", Type::Timestamp),
            ],
            Self::Counter => vec![("count", Type::Int), ("first_at", Type::Timestamp), ("last_at", Type::Timestamp)],
            // A score is a number, or the words of a choice.
            Self::Answer => vec![("score", Type::Dyn), ("comment", Type::Dyn)],
            Self::Offer => vec![("code", Type::Text), ("redeemed", Type::Bool)],
            Self::Mail => {
                vec![("sent", Type::Bool), ("delivered", Type::Bool), ("opened", Type::Bool), ("clicked", Type::Bool)]
            }
        }
    }
}

impl Ids {
    /// What an id leads to.
    pub(super) const fn value(self) -> Type {
        Type::Record(match self {
            Self::Answers => Record::Answer,
            Self::Offers => Record::Offer,
            Self::Mails => Record::Mail,
        })
    }

    /// What an id names, in words.
    pub(super) const fn what(self) -> &'static str {
        match self {
            Self::Answers => "no campaign has a survey",
            Self::Offers => "this campaign has no offer",
            Self::Mails => "this campaign has no mail step",
        }
    }
}

impl Type {
    /// The type of what is one or the other.
    pub(super) fn join(self, other: Self) -> Self {
        if self == other { self } else { Self::Dyn }
    }

    pub(super) const fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Uint | Self::Double | Self::Number)
    }

    /// Whether nothing is known of it.
    pub(super) const fn is_dyn(&self) -> bool {
        matches!(self, Self::Dyn)
    }

    const fn is_map(&self) -> bool {
        matches!(self, Self::Map(_) | Self::Record(_) | Self::Ids(_))
    }

    /// Whether two values can be equal at all.
    pub(super) fn can_equal(&self, other: &Self) -> bool {
        let open = |own: &Self| matches!(own, Self::Dyn | Self::Null);
        open(self)
            || open(other)
            || (self.is_number() && other.is_number())
            || (self.is_map() && other.is_map())
            || match (self, other) {
                (Self::List(own), Self::List(other)) => own.can_equal(other),
                _ => self == other,
            }
    }

    /// Whether one can be less than the other.
    pub(super) fn can_order(&self, other: &Self) -> bool {
        let ordered = |own: &Self| {
            own.is_number()
                || matches!(own, Self::Bool | Self::Text | Self::Bytes | Self::Timestamp | Self::Duration | Self::Dyn)
        };
        ordered(self) && ordered(other) && self.can_equal(other)
    }

    /// In words, with an article.
    pub(super) const fn describe(&self) -> &'static str {
        match self {
            Self::Dyn => "any value",
            Self::Null => "null",
            Self::Bool => "true or false",
            Self::Int | Self::Uint => "a whole number",
            Self::Double | Self::Number => "a number",
            Self::Text => "a text",
            Self::Bytes => "bytes",
            Self::Timestamp => "a timestamp",
            Self::Duration => "a duration",
            Self::List(_) => "a list",
            Self::Map(_) | Self::Record(_) | Self::Ids(_) => "a mapping",
        }
    }
}
