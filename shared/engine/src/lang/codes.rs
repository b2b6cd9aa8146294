//! Every code a diagnostic can carry, with what it means in one line.
//!
//! A code never changes its meaning and is never used again for another: people look them up and search for them.

/// Declares the codes and their table in one place, so that neither can miss one.
macro_rules! codes {
    ($($name:ident $code:literal $meaning:literal;)*) => {
        $(#[doc = $meaning] pub const $name: &str = $code;)*

        /// Every code and what it means, in order.
        pub const TABLE: &[(&str, &str)] = &[$(($code, $meaning)),*];
    };
}

/// What keeps a workspace from being published although it runs in a simulation: mails that the law forbids to send.
pub const UNLAWFUL: &[&str] = &[NO_ADDRESS];

codes! {
    SYNTAX "C001" "The file is not YAML.";
    TOO_LARGE "C002" "The file is larger, deeper or more repetitive than any workspace needs.";
    DUPLICATE_KEY "C003" "A key stands twice in one mapping.";
    SEVERAL_DOCUMENTS "C004" "The file holds more than one YAML document.";
    YAML_FEATURE "C005" "The file uses a feature of YAML that has no meaning here.";
    NO_WORKSPACE "C006" "The workspace has no workspace.yaml.";
    NO_CAMPAIGN "C007" "A folder holds no campaign.yaml.";
    UNKNOWN_FILE "C008" "A file belongs to nothing.";

    MISSING_KEY "C010" "A required key is missing.";
    WRONG_TYPE "C011" "A value is of the wrong type.";
    UNKNOWN_KEY "C012" "A key is not known here.";
    MISPLACED_KEY "C013" "A key is known, but not beside this one.";
    BAD_ID "C014" "An id or a name of a file has letters that are not allowed.";
    RESERVED_ID "C015" "An id is reserved.";
    DUPLICATE_ID "C016" "An id is used twice.";
    DEFAULT_ID_TAKEN "C017" "The id that a step gets by default is written on another step.";
    TWO_IDS "C018" "A step has two different ids.";
    NOT_ONE_OF "C019" "A value is not one of those allowed.";
    OUT_OF_RANGE "C020" "A number is too small or too large, or a list too short or too long.";
    BAD_DURATION "C021" "A duration does not read as one.";
    BAD_TIME "C022" "A time of day does not read as one.";
    BAD_WEEKDAY "C023" "A weekday does not read as one.";
    BAD_DATE "C024" "A date does not read as one.";
    EMPTY_WINDOW "C025" "A window opens and closes at the same time.";
    BAD_TIMEZONE "C026" "A time zone does not exist.";
    BAD_LOCALE "C027" "A locale does not read as one.";
    BAD_CURRENCY "C028" "A currency is not an ISO 4217 code.";
    BAD_EMAIL "C029" "An e-mail address does not read as one.";
    BAD_TEXT "C030" "A text is empty, too long, or holds control characters.";

    UNKNOWN_TOPIC "C040" "A topic is not one of the workspace's.";
    UNKNOWN_SENDER "C041" "A sender is not one of the workspace's.";
    UNKNOWN_LOCALE "C042" "A locale is not one of the workspace's.";
    NO_MAIL "C043" "A mail that a step names has no file.";
    UNUSED_MAIL "C044" "No step uses a mail.";
    NO_TRANSLATION "C045" "A text is missing in one of the workspace's locales.";
    NO_ADDRESS "C046" "The sender of a marketing campaign has no postal address.";
    NO_PHONE "C047" "The sender of a marketing campaign has no telephone number, which the policy `kr` asks for.";
    DISGUISED "C048" "A campaign that is called transactional offers something, which is advertising.";

    NOT_ONE_TRIGGER "C050" "A trigger is not of exactly one kind.";
    NOT_ONE_KIND "C051" "A step is not of exactly one kind.";
    NOT_ONE_KEY "C052" "Not exactly one of several keys is given.";
    OTHERWISE_LAST "C053" "`otherwise` is not the one last arm of its branch.";
    NO_WEIGHT "C054" "The weights of a split have no sum.";
    TOO_MANY_STEPS "C055" "A campaign has more steps than any reader could follow.";
    SAME_ARM "C056" "Two arms of a split have one name, so the journal cannot tell them apart.";

    EXPRESSION "C060" "An expression is not CEL, or too large.";
    EXPRESSION_CHECK "C061" "An expression names or does something that does not exist at its place.";
    EXPRESSION_DOUBT "C062" "An expression is allowed, but probably means something else.";

    FORMAT_BY_HAND "C070" "A step cannot be given an id by a program.";

    UNNAMED_EVENT "C080" "An event type is named by nobody else.";
    UNREACHABLE "C081" "Steps that nobody can reach.";
    CLIPPED "C082" "A mail is so long that mail readers cut it off.";
    LEAVE_CLIPPED "C083" "The link to unsubscribe stands where mail readers cut the mail off.";
    NO_ANSWERS "C084" "The mail of a survey holds no link to answer it.";
    OFFER_TOO_EARLY "C085" "A mail prints an offer's code before it is issued.";
    OFFER_NOT_SURE "C086" "A mail prints an offer's code that not everybody has who gets the mail.";
}
