//! The table's definition, for local use and tests. Production gets the same from `infra/data.yaml`.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::create_table::CreateTableError;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
    ScalarAttributeType, StreamSpecification, StreamViewType, TimeToLiveSpecification,
};

use crate::answers::failed;
use crate::error::StoreError;

/// The index of people who have something due: by `shard` and `due_at`.
pub const DUE_INDEX: &str = "due";
/// The index that finds a person by the keyed hash of their address: by `addr`.
pub const ADDRESS_INDEX: &str = "address";
/// The attribute that tells in the indexes whose an entry is.
pub const ID: &str = "id";
/// The attribute after whose instant (seconds since 1970) DynamoDB may delete an item.
pub const TTL_ATTRIBUTE: &str = "ttl";

/// Makes the table; one that is there already stays as it is.
///
/// # Errors
/// If the service does not answer or refuses.
pub async fn create(client: &Client, table: &str) -> Result<(), StoreError> {
    let request = definition(client, table)
        .map_err(|error| StoreError::Refused { operation: "CreateTable", reason: error.to_string() })?;
    match request.send().await {
        Ok(_) => {}
        Err(SdkError::ServiceError(error)) if matches!(error.err(), CreateTableError::ResourceInUseException(_)) => {
            return Ok(());
        }
        Err(error) => return Err(failed("CreateTable", &error)),
    }
    let ttl = TimeToLiveSpecification::builder().attribute_name(TTL_ATTRIBUTE).enabled(true).build();
    let ttl = ttl.map_err(|error| StoreError::Refused { operation: "UpdateTimeToLive", reason: error.to_string() })?;
    let request = client.update_time_to_live().table_name(table).time_to_live_specification(ttl);
    request.send().await.map_err(|error| failed("UpdateTimeToLive", &error))?;
    Ok(())
}

fn definition(
    client: &Client,
    table: &str,
) -> Result<aws_sdk_dynamodb::operation::create_table::builders::CreateTableFluentBuilder, BuildError> {
    use ScalarAttributeType::{N, S};
    // The images of the stream hold what a decision hands on; the state before it is nobody's business.
    let stream =
        StreamSpecification::builder().stream_enabled(true).stream_view_type(StreamViewType::NewImage).build()?;
    let mut request = client.create_table().table_name(table).billing_mode(BillingMode::PayPerRequest);
    for (name, kind) in [("pk", S), ("sk", S), ("shard", S), ("due_at", N), ("addr", S)] {
        let attribute = AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build()?;
        request = request.attribute_definitions(attribute);
    }
    Ok(request
        .key_schema(key("pk", KeyType::Hash)?)
        .key_schema(key("sk", KeyType::Range)?)
        .global_secondary_indexes(index(DUE_INDEX, &[key("shard", KeyType::Hash)?, key("due_at", KeyType::Range)?])?)
        .global_secondary_indexes(index(ADDRESS_INDEX, &[key("addr", KeyType::Hash)?])?)
        .stream_specification(stream))
}

fn key(name: &str, kind: KeyType) -> Result<KeySchemaElement, BuildError> {
    KeySchemaElement::builder().attribute_name(name).key_type(kind).build()
}

/// An index of keys and the id, which never changes: a decision that changes none of the keys costs no index write.
fn index(name: &str, schema: &[KeySchemaElement]) -> Result<GlobalSecondaryIndex, BuildError> {
    let projection = Projection::builder().projection_type(ProjectionType::Include).non_key_attributes(ID).build();
    GlobalSecondaryIndex::builder()
        .index_name(name)
        .set_key_schema(Some(schema.to_vec()))
        .projection(projection)
        .build()
}
