//! DynamoDB.

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection,
    ProjectionType, ScalarAttributeType, StreamSpecification, StreamViewType,
};
use rstest::rstest;

use crate::support::{Local, Way};

fn attribute(name: &str, kind: ScalarAttributeType) -> AttributeDefinition {
    AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().unwrap()
}

fn key(name: &str, kind: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build().unwrap()
}

/// A table with a sort key, a sparse index and a stream.
pub async fn create(local: &Local, table: &str) {
    let index = GlobalSecondaryIndex::builder()
        .index_name("due")
        .key_schema(key("shard", KeyType::Hash))
        .key_schema(key("due_at", KeyType::Range))
        .projection(Projection::builder().projection_type(ProjectionType::KeysOnly).build());
    let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::NewImage);
    local
        .dynamodb()
        .create_table()
        .table_name(table)
        .attribute_definitions(attribute("pk", ScalarAttributeType::S))
        .attribute_definitions(attribute("sk", ScalarAttributeType::S))
        .attribute_definitions(attribute("shard", ScalarAttributeType::N))
        .attribute_definitions(attribute("due_at", ScalarAttributeType::N))
        .key_schema(key("pk", KeyType::Hash))
        .key_schema(key("sk", KeyType::Range))
        .global_secondary_indexes(index.build().unwrap())
        .billing_mode(BillingMode::PayPerRequest)
        .stream_specification(stream.build().unwrap())
        .send()
        .await
        .unwrap();
}

pub fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// Puts an item with a number that the tests recognise it by.
pub async fn put(local: &Local, table: &str, pk: &str, n: u32) {
    let put = local.dynamodb().put_item().table_name(table).item("pk", text(pk)).item("sk", text("P"));
    put.item("n", AttributeValue::N(n.to_string())).send().await.unwrap();
}

#[rstest]
#[tokio::test]
async fn conditional_writes_and_a_sparse_index(#[values(Way::InProcess, Way::Http)] way: Way) {
    let local = Local::new(way).await;
    create(&local, "people").await;
    let put = local
        .dynamodb()
        .put_item()
        .table_name("people")
        .item("pk", text("P#1"))
        .item("sk", text("P"))
        .item("shard", AttributeValue::N("3".to_owned()))
        .item("due_at", AttributeValue::N("17".to_owned()))
        .condition_expression("attribute_not_exists(pk)");
    put.clone().send().await.unwrap();
    let again = put.send().await.unwrap_err().into_service_error();
    assert!(again.is_conditional_check_failed_exception());

    let query = local
        .dynamodb()
        .query()
        .table_name("people")
        .index_name("due")
        .key_condition_expression("#s = :s AND due_at <= :d")
        .expression_attribute_names("#s", "shard")
        .expression_attribute_values(":s", AttributeValue::N("3".to_owned()))
        .expression_attribute_values(":d", AttributeValue::N("17".to_owned()));
    assert_eq!(query.send().await.unwrap().items()[0]["pk"], text("P#1"));
}

#[rstest]
#[tokio::test]
async fn errors_have_aws_names(#[values(Way::InProcess, Way::Http)] way: Way) {
    let local = Local::new(way).await;
    let get = local.dynamodb().get_item().table_name("none").key("pk", text("x"));
    let missing = get.send().await.unwrap_err().into_service_error();
    assert!(missing.is_resource_not_found_exception(), "{missing:?}");
    create(&local, "people").await;
    let put = local.dynamodb().put_item().table_name("people").item("sk", text("P"));
    let keyless = put.send().await.unwrap_err().into_service_error();
    assert_eq!(keyless.meta().code(), Some("ValidationException"));
}
