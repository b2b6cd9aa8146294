//! What every store must hold. Each rule is a function of a fresh, empty store; [`suite!`] makes tests of them.

pub mod addresses;
pub mod allowances;
pub mod due;
pub mod erasure;
pub mod ledger;
pub mod notes;
pub mod offers;
pub mod passes;
pub mod people;
pub mod publications;
pub mod redemptions;
pub mod statistics;
pub mod updates;

use rekindle_store::{
    Addresses, Allowances, Due, Erasure, Ledger, Notes, Offers, Passes, People, Publications, Redemptions, Statistics,
};

/// Everything that a store can do.
pub trait Store:
    People
    + Addresses
    + Due
    + Erasure
    + Ledger
    + Notes
    + Offers
    + Publications
    + Passes
    + Redemptions
    + Statistics
    + Allowances
{
}
impl<
    S: People
        + Addresses
        + Due
        + Erasure
        + Ledger
        + Notes
        + Offers
        + Publications
        + Passes
        + Redemptions
        + Statistics
        + Allowances,
> Store for S
{
}

/// Tests of all rules on the stores that `$open` gives; `None` skips them. `$claims` are how many claims are made at once.
macro_rules! suite {
    ($open:path, $claims:expr) => {
        crate::contract::suite! { $open =>
            people::nobody_is_known_at_first
            people::what_was_committed_is_loaded_exactly
            people::a_look_at_several_people_shows_each_as_they_are
            people::a_commit_on_an_old_version_changes_nothing
            people::equal_commits_of_two_workers_are_told_apart
            people::over_bounds_is_a_clear_error_and_changes_nothing
            people::too_large_is_a_clear_error_and_changes_nothing
            people::a_pseudonym_leads_back_to_the_person
            updates::two_writers_at_once_lose_nothing
            updates::a_conflict_is_decided_again_on_fresh_data
            updates::a_commit_whose_reply_was_lost_is_not_made_twice
            updates::a_commit_that_was_lost_is_made_again
            updates::a_lost_reply_that_was_overtaken_is_decided_again
            updates::ten_conflicts_are_a_retryable_error
            updates::what_was_only_looked_at_is_committed_on_but_not_believed
            updates::nothing_is_written_where_nothing_changes
            updates::lines_are_counted
            updates::codes_are_claimed_before_the_decision
            updates::commits_side_by_side_stand_each_under_its_own_condition
            updates::whoever_is_dropped_leaves_nobody_behind
            updates::what_is_noted_is_read_whether_the_ledger_has_it_yet_or_not
            due::the_index_follows_the_due_instant
            due::whoever_is_set_aside_is_due_no_more_until_they_are_written
            due::only_who_is_due_then_is_set_aside_and_who_is_erased_is_not
            due::pages_go_through_everyone_once_and_in_order
            due::shards_share_people_out_for_ever
            erasure::who_was_forgotten_leaves_a_tombstone_and_may_come_back
            erasure::what_the_ledger_lacked_goes_with_whom_it_was_about
            erasure::what_was_decided_before_an_erasure_is_not_written_after_it
            addresses::what_is_known_about_an_address_is_found_by_its_hash_and_never_taken_back
            addresses::whoever_has_an_address_is_found_by_its_hash
            ledger::a_journal_comes_back_in_order_however_often_it_was_appended
            ledger::a_send_never_goes_back
            ledger::sends_of_unknown_outcome_are_found_without_looking_at_anybody
            ledger::of_two_answers_on_one_occasion_the_newer_one_stays
            ledger::a_send_is_counted_by_whom_it_first_came_so_far
            ledger::the_consent_ledger_comes_back_in_order_however_often_it_was_noted
            ledger::erasing_leaves_only_the_persons_own_item
            notes::notes_come_back_in_order_and_each_once
            notes::notes_about_people_are_erased_with_them
            offers::the_same_request_gets_the_same_code
            offers::one_request_many_times_at_once_is_one_code
            offers::a_code_is_the_prefix_and_ten_clear_letters
            offers::a_budget_that_is_spent_stays_spent
            offers::a_pool_takes_no_code_that_no_claim_could_give_out
            offers::a_pool_gives_each_code_once_and_in_order
            offers::a_large_pool_is_taken_to_its_end
            redemptions::a_code_is_found_as_people_type_it
            redemptions::a_code_that_is_in_two_pools_has_one_holder
            redemptions::the_first_use_stays_and_the_report_does_not_tell_whose
            redemptions::erasing_somebody_leaves_no_code_of_theirs
            redemptions::two_hundred_redemptions_at_once_by_two_workers_are_one
            passes::a_pass_is_kept
            passes::a_worker_whose_turn_another_has_taken_writes_nothing
            passes::what_is_not_through_is_found_from_when_it_is_to_be_looked_at
            passes::pages_go_through_everyone_once
            allowances::an_allowance_is_kept_by_whoever_saw_the_newest
            allowances::a_grant_that_fits_needs_no_version
            statistics::a_change_counts_once_however_often_and_wherever_it_is_told
            statistics::a_day_that_is_over_is_folded_once_and_counts_the_same
            statistics::values_are_added_up_for_treated_and_held_out_people_apart
            statistics::a_persons_first_entry_is_told_apart
            publications::nothing_is_live_at_first
            publications::unchanged_campaigns_keep_their_version
            publications::a_publication_is_live_as_a_whole_or_not_at_all
            publications::of_two_publications_at_once_one_becomes_live
            publications::a_rollback_is_a_publication
            publications::an_unknown_publication_cannot_be_rolled_back_to
            publications::versions_are_for_ever
            publications::a_pause_survives_publishing
            publications::what_a_publication_or_a_resumption_owes_is_kept_with_it_or_not_at_all
            publications::a_file_that_is_too_large_publishes_nothing
        }

        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn many_claims_at_once_give_exactly_the_budget() {
            let Some(store) = open().await else { return };
            crate::contract::offers::many_claims_at_once_give_exactly_the_budget(store, $claims).await;
        }
    };
    ($open:path => $($module:ident::$rule:ident)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                let Some(store) = $open().await else { return };
                crate::contract::$module::$rule(store).await;
            }
        )*
    };
}
pub(crate) use suite;
