//! One table for each object of the campaign language: whatever there is to say of a key is said in its row.
//!
//! From a row come the key's place in the JSON Schema and its text there (which editors and `docs/language.md` show), the
//! list that unknown keys are held against, the field of the model, its reading, and its words in a plan. So nothing can
//! know a key that the table does not have, and a row without one of these does not compile.
//!
//! ```text
//! /// What it is, for whoever writes the file.
//! field: WhatTheFileHolds => WhatTheEngineHolds, [needs "key: example"] |node| reader.…(node), |field| words;
//! ```
//! The key is the field's name, or stands behind it in brackets: `filter("where")`. `[optional]` is a key that may be left
//! out, `[or default]` one that stands for something then, `[from]` one whose reading looks at other keys too. Without
//! words of its own, a value reads as the file writes it. Keys `elsewhere` are read by others; what is `also` in the model
//! is made of several keys.

use crate::expr::Expr;
use crate::time::Span;

/// One named value of a plan.
#[derive(Debug, Clone)]
pub(in crate::lang) struct Facet {
    /// Empty for the one that the thing is known by.
    pub(in crate::lang) name: String,
    pub(in crate::lang) value: String,
}

/// How a value reads in a plan; what is absent says nothing.
pub(in crate::lang) trait Said {
    /// Adds what there is to say under the name of the key.
    fn said(&self, key: &str, facets: &mut Vec<Facet>);
}

/// The words of a value under a name that is not its key's.
pub(in crate::lang) fn named(name: impl Into<String>, value: impl ToString) -> Vec<Facet> {
    vec![Facet { name: name.into(), value: value.to_string() }]
}

/// Facets as one phrase: what the row of each key adds to it.
pub(in crate::lang) fn phrase(facets: &[Facet]) -> String {
    facets.iter().map(|facet| facet.value.as_str()).collect()
}

/// `words` of a value; a function only so that the type of what they are given is known.
pub(super) fn say<T, W>(value: &T, words: impl FnOnce(&T) -> W) -> W {
    words(value)
}

impl Said for () {
    fn said(&self, _: &str, _: &mut Vec<Facet>) {}
}

impl<T: Said> Said for Option<T> {
    fn said(&self, key: &str, facets: &mut Vec<Facet>) {
        self.iter().for_each(|value| value.said(key, facets));
    }
}

impl Said for Vec<Facet> {
    fn said(&self, _: &str, facets: &mut Vec<Facet>) {
        facets.extend_from_slice(self);
    }
}

impl Said for Expr {
    fn said(&self, key: &str, facets: &mut Vec<Facet>) {
        self.source().said(key, facets);
    }
}

macro_rules! said_as_written {
    ($($Type:ty),*) => {
        $(impl Said for $Type {
            fn said(&self, key: &str, facets: &mut Vec<Facet>) {
                facets.extend(named(key, self));
            }
        })*
    };
}
said_as_written!(String, &str, Span, u32, u64, f64);

/// Makes an object of its table, as the head of this file tells.
macro_rules! object {
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:tt) => { $key };
    (@schema [needs $example:expr] $Schema:ty) => { $Schema };
    (@schema [$($how:tt)*] $Schema:ty) => { Option<$Schema> };
    (@read $reader:ident, $fields:ident, $key:expr, [needs $example:expr] $read:expr) => {{
        let found = $reader.required($fields, $key, $example);
        found.and_then($read)
    }};
    (@read $reader:ident, $fields:ident, $key:expr, [optional] $read:expr) => { $fields.get($key).and_then($read) };
    (@read $reader:ident, $fields:ident, $key:expr, [or $default:expr] $read:expr) => {
        $fields.get($key).map_or(Some($default), $read)
    };
    (@read $reader:ident, $fields:ident, $key:expr, [from] $read:expr) => { $read };
    (@made [optional] $field:ident) => { $field };
    (@made [$($how:tt)*] $field:ident) => { $field? };
    (@words $value:expr) => { $value };
    (@words $value:expr, $words:expr) => { $crate::lang::model::object::say($value, $words) };
    (
        $(#[doc = $doc:tt])+
        $(#[schemars($($schema:tt)*)])?
        #[derive($($derive:ident),*)]
        pub struct $Name:ident = $what:literal, $example:literal;
        read($reader:ident, $fields:ident $(, $arg:ident: $Arg:ty)*)
        $(say($($with:ident: $With:ty),*))?
        $(elsewhere { $(
            $(#[doc = $odoc:tt])*
            $(#[schemars($($oschema:tt)*)])?
            $ofield:ident $(($okey:tt))?: $OSchema:ty;
        )* })?
        keys { $(
            $(#[doc = $kdoc:tt])*
            $(#[schemars($($kschema:tt)*)])?
            $field:ident $(($key:tt))?: $Schema:ty => $Field:ty, [$($how:tt)*] $read:expr $(, $words:expr)?;
        )* }
        $(also { $( $(#[doc = $adoc:tt])+ $afield:ident: $Also:ty = $make:expr $(, $awords:expr)?; )* })?
        $(then $then:block)?
    ) => {
        $(#[doc = $doc])+
        #[allow(missing_docs, reason = "a key that has a type to itself is described there")]
        #[derive($($derive),*)]
        pub struct $Name {
            $($( $(#[doc = $adoc])+ pub $afield: $Also, )*)?
            $( $(#[doc = $kdoc])* pub $field: $Field, )*
        }

        impl $Name {
            /// Every key that it has.
            pub(in crate::lang) const KEYS: &'static [&'static str] = &[
                $($( object!(@key $ofield $($okey)?), )*)?
                $( object!(@key $field $($key)?), )*
            ];

            /// Reads a mapping.
            #[allow(dead_code, reason = "what shares its mapping with others is read from that")]
            pub(in crate::lang) fn read<'a>(
                reader: &mut $crate::lang::read::Reader<'a>,
                node: &'a $crate::lang::yaml::Node
                $(, $arg: $Arg)*
            ) -> Option<Self> {
                let fields = reader.fields(node, $what, $example, Self::KEYS)?;
                Self::of(reader, &fields $(, $arg)*)
            }

            /// Reads the keys of a mapping whose other keys were refused.
            pub(in crate::lang) fn of<'a>(
                $reader: &mut $crate::lang::read::Reader<'a>,
                $fields: &$crate::lang::read::Fields<'a>
                $(, $arg: $Arg)*
            ) -> Option<Self> {
                $( let $field = object!(@read $reader, $fields, object!(@key $field $($key)?), [$($how)*] $read); )*
                $($( let $afield: Option<$Also> = $make; )*)?
                $( $then )?
                Some(Self {
                    $( $field: object!(@made [$($how)*] $field), )*
                    $($( $afield: $afield?, )*)?
                })
            }

            /// What a plan says of each key.
            #[allow(dead_code, unused_mut, reason = "what has no facets in a plan reads in the words of what holds it")]
            pub(in crate::lang) fn facets(&self $($(, $with: $With)*)?) -> Vec<$crate::lang::model::object::Facet> {
                #[allow(unused_imports, reason = "an object may have no key of its own")]
                use $crate::lang::model::object::Said as _;
                let mut facets = Vec::new();
                $($( object!(@words &self.$afield $(, $awords)?).said(stringify!($afield), &mut facets); )*)?
                $( object!(@words &self.$field $(, $words)?).said(object!(@key $field $($key)?), &mut facets); )*
                facets
            }
        }

        const _: () = {
            #[derive(schemars::JsonSchema)]
            $(#[doc = $doc])+
            $(#[schemars($($schema)*)])?
            #[schemars(deny_unknown_fields)]
            #[expect(dead_code, reason = "only its schema is used: serde would stop at the first problem of a file")]
            struct $Name {
                $($( $(#[doc = $odoc])* $(#[schemars($($oschema)*)])? $(#[schemars(rename = $okey)])? $ofield: $OSchema, )*)?
                $(
                    $(#[doc = $kdoc])*
                    $(#[schemars($($kschema)*)])?
                    $(#[schemars(rename = $key)])?
                    $field: object!(@schema [$($how)*] $Schema),
                )*
            }
            object!(@delegate $Name);
        };
    };
    // The model's type has the schema of its namesake within the block.
    (@delegate $Name:ident) => {
        impl schemars::JsonSchema for self::$Name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                <$Name as schemars::JsonSchema>::schema_name()
            }
            fn schema_id() -> std::borrow::Cow<'static, str> {
                <$Name as schemars::JsonSchema>::schema_id()
            }
            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                <$Name as schemars::JsonSchema>::json_schema(generator)
            }
        }
    };
}

/// Makes a value that is one of a few words: its type, its schema, its reading, and its word in a plan.
macro_rules! words {
    (
        $(#[doc = $doc:tt])*
        pub enum $Name:ident = $what:literal { $( $(#[doc = $vdoc:tt])+ $Variant:ident = $word:tt, )+ }
    ) => {
        $(#[doc = $doc])*
        #[allow(missing_docs, reason = "a key's own words say it")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $Name { $( $(#[doc = $vdoc])+ $Variant, )+ }

        impl $Name {
            /// The word that a file has for it.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $( Self::$Variant => $word, )+ }
            }

            /// Reads the word.
            #[allow(dead_code, reason = "what is one word of several objects is read by what holds them")]
            pub(in crate::lang) fn read(
                reader: &mut $crate::lang::read::Reader<'_>,
                node: &$crate::lang::yaml::Node,
            ) -> Option<Self> {
                reader.one_of(node, $what, &[$( ($word, Self::$Variant), )+])
            }
        }

        impl $crate::lang::model::object::Said for $Name {
            fn said(&self, key: &str, facets: &mut Vec<$crate::lang::model::object::Facet>) {
                self.word().said(key, facets);
            }
        }

        const _: () = {
            #[derive(schemars::JsonSchema)]
            $(#[doc = $doc])*
            #[expect(dead_code, reason = "only its schema is used")]
            enum $Name { $( #[schemars(rename = $word)] $Variant, )+ }
            object!(@delegate $Name);
        };
    };
}

pub(super) use {object, words};
