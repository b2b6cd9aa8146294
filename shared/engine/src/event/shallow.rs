//! Reads of an event only what is asked for, without building what is not.
//!
//! A recorded past has millions of lines. These types accept a line only where `Value` would accept it too and give the
//! same fields (the last of equal keys counts); whatever they refuse is judged again in the plain way, so they must never
//! be more lenient than that, and need not be as lenient.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::time::Instant;

/// An object of which the named fields are read; null reads as absent, but for those after `never null`.
macro_rules! object {
    ($name:ident<$life:lifetime> {
        $($key:literal => $field:ident: $type:ty,)*
        $(never null $given:literal => $sure:ident: $kind:ty,)*
    }) => {
        #[derive(Default)]
        pub(super) struct $name<$life> {
            $(pub $field: Option<$type>,)*
            $(pub $sure: Option<$kind>,)*
            life: PhantomData<&$life ()>,
        }

        impl<$life> Deserialize<$life> for $name<$life> {
            fn deserialize<D: Deserializer<$life>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields<$life>(PhantomData<&$life ()>);
                impl<$life> Visitor<$life> for Fields<$life> {
                    type Value = $name<$life>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: MapAccess<$life>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        #[allow(unused_mut, reason = "an object may have no named field")]
                        let mut own = $name::default();
                        while let Some(key) = map.next_key::<Text<$life>>()? {
                            match &*key.0 {
                                $($key => own.$field = map.next_value()?,)*
                                $($given => own.$sure = Some(map.next_value()?),)*
                                _ => {
                                    map.next_value::<Skip>()?;
                                }
                            }
                        }
                        Ok(own)
                    }
                }
                deserializer.deserialize_map(Fields(PhantomData))
            }
        }
    };
}

object!(Whole<'t> {
    "id" => id: Text<'t>,
    "detail-type" => kind: Text<'t>,
    "time" => time: At,
    "received_at" => received_at: At,
    "detail" => detail: Map<String, Value>,
});
object!(Outline<'t> {
    "id" => id: Text<'t>,
    "detail-type" => kind: Text<'t>,
    "time" => time: At,
    "received_at" => received_at: At,
    "detail" => detail: Detail<'t>,
});
object!(Detail<'t> {
    "person" => person: Person<'t>,
    "event_id" => event_id: Text<'t>,
    "order" => order: Order<'t>,
    "consent" => consent: Consent<'t>,
    never null "history" => history: bool,
});
object!(Person<'t> {
    "id" => id: Text<'t>,
    "email" => email: Text<'t>,
    "locale" => locale: Text<'t>,
    "timezone" => timezone: Text<'t>,
    "attributes" => attributes: Attributes<'t>,
    "consent" => consent: Consent<'t>,
});
object!(Order<'t> { "total" => total: Total, });
object!(Consent<'t> { "marketing" => marketing: bool, "topics" => topics: Topics, });
object!(Attributes<'t> {});

impl<'t> Outline<'t> {
    /// Who and when, of a line that is surely well-formed.
    pub fn of(text: &'t str) -> Option<(Cow<'t, str>, Instant)> {
        let outline: Self = serde_json::from_str(text).ok()?;
        let given = |text: &Option<Text<'_>>| text.as_ref().is_some_and(|text| !text.0.is_empty());
        let person = outline.detail?.person?.id?.0;
        let sound = given(&outline.id) && given(&outline.kind) && !person.is_empty();
        let arrival = outline.received_at.or(outline.time.as_ref().map(|time| At(time.0)))?;
        (sound && outline.time.is_some()).then_some((person, arrival.0))
    }
}

/// A string, borrowed where it has no escapes.
pub(super) struct Text<'t>(pub Cow<'t, str>);

impl<'t> Deserialize<'t> for Text<'t> {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct Letters;
        impl<'t> Visitor<'t> for Letters {
            type Value = Text<'t>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'t str) -> Result<Text<'t>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text<'t>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Letters)
    }
}

/// A number that is surely an amount; what is as large as the largest is judged in the plain way.
pub(super) struct Total;

impl<'t> Deserialize<'t> for Total {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        const MOST: f64 = (1_u64 << 53) as f64;
        let total = f64::deserialize(deserializer)?;
        if total.abs() < MOST { Ok(Self) } else { Err(D::Error::custom("a large amount")) }
    }
}

/// An RFC 3339 instant.
pub(super) struct At(pub Instant);

impl<'t> Deserialize<'t> for At {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Instant::parse(&text.0).map(At).ok_or_else(|| D::Error::custom("no instant"))
    }
}

/// An object of true, false and null.
pub(super) struct Topics;

impl<'t> Deserialize<'t> for Topics {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct Answers;
        impl<'t> Visitor<'t> for Answers {
            type Value = Topics;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of true and false")
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Topics, A::Error> {
                while map.next_entry::<Text<'_>, Option<bool>>()?.is_some() {}
                Ok(Topics)
            }
        }
        deserializer.deserialize_map(Answers)
    }
}

/// Anything, looked at as strictly as `Value` does: serde's own `IgnoredAny` lets numbers and escapes pass that are none.
struct Skip;

impl<'t> Deserialize<'t> for Skip {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        struct Anything;
        impl<'t> Visitor<'t> for Anything {
            type Value = Skip;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("any value")
            }

            fn visit_bool<E>(self, _: bool) -> Result<Skip, E> {
                Ok(Skip)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Skip, E> {
                Ok(Skip)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Skip, E> {
                Ok(Skip)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Skip, E> {
                Ok(Skip)
            }

            fn visit_str<E>(self, _: &str) -> Result<Skip, E> {
                Ok(Skip)
            }

            fn visit_unit<E>(self) -> Result<Skip, E> {
                Ok(Skip)
            }

            fn visit_seq<A: SeqAccess<'t>>(self, mut seq: A) -> Result<Skip, A::Error> {
                while seq.next_element::<Skip>()?.is_some() {}
                Ok(Skip)
            }

            fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Skip, A::Error> {
                while map.next_entry::<Text<'_>, Skip>()?.is_some() {}
                Ok(Skip)
            }
        }
        deserializer.deserialize_any(Anything)
    }
}
