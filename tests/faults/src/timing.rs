//! How long invocations and messages take, as `infra/template.yaml` says.

use crate::points::Function;
use crate::queue::QueueName;
use crate::world::SECOND;

/// Seconds that readers' programs and checkouts wait before they ask again.
const PATIENCE: i64 = 20;

/// How long an invocation of a function may take, in milliseconds: then Lambda stops it, wherever it is.
#[must_use]
pub fn timeout(function: Function) -> i64 {
    SECOND
        * match function {
            Function::Intake | Function::Tick => 30,
            Function::Relay | Function::Send | Function::Feedback => 60,
            Function::Advance | Function::Sweep => 300,
            Function::Pages | Function::Offers => 15,
        }
}

/// How long a received message is hidden, in milliseconds.
#[must_use]
pub fn visibility(queue: QueueName) -> i64 {
    SECOND
        * match queue {
            QueueName::Intake => 240,
            QueueName::Send | QueueName::Feedback => 420,
            QueueName::Advance | QueueName::Sweep => 1_800,
            QueueName::Web | QueueName::Checkout => PATIENCE,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seconds that a resource of the template has for a property.
    fn of(template: &str, resource: &str, property: &str) -> i64 {
        let (_, after) = template.split_once(&format!("\n  {resource}:\n")).unwrap();
        let (_, value) = after.split_once(&format!(" {property}: ")).unwrap();
        value.lines().next().unwrap().parse().unwrap()
    }

    #[test]
    fn times_are_those_of_the_template() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/template.yaml");
        let template = std::fs::read_to_string(path).unwrap();
        for (function, _) in crate::points::POINTS {
            let own = of(&template, &format!("{function:?}Function"), "Timeout");
            assert_eq!(timeout(*function), own * SECOND, "{function:?}");
        }
        for queue in [QueueName::Intake, QueueName::Advance, QueueName::Send, QueueName::Sweep, QueueName::Feedback] {
            let own = of(&template, &format!("{queue:?}Queue"), "VisibilityTimeout");
            assert_eq!(visibility(queue), own * SECOND, "{queue:?}");
        }
    }
}
