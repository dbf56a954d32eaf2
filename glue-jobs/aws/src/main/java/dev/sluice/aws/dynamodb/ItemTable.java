package dev.sluice.aws.dynamodb;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.waiters.DynamoDbWaiter;

/** One DynamoDB table with a text hash key and a text range key: consistent reads, conditional writes, errors named. */
final class ItemTable {

    private static final int CONFLICT_ATTEMPTS = 12;
    private static final long CONFLICT_PAUSE_MILLIS = 15;

    private final DynamoDbClient client;
    private final String name;
    private final String hashKey;
    private final String rangeKey;

    ItemTable(DynamoDbClient client, String name, String hashKey, String rangeKey) {
        this.client = Objects.requireNonNull(client, "client");
        this.name = Objects.requireNonNull(name, "name");
        this.hashKey = hashKey;
        this.rangeKey = rangeKey;
    }

    String name() {
        return name;
    }

    Map<String, AttributeValue> key(String hash, String range) {
        return Map.of(hashKey, Attributes.text(hash), rangeKey, Attributes.text(range));
    }

    Optional<Map<String, AttributeValue>> find(String hash, String range) {
        return call("read", hash + ", " + range, () -> {
            var answer = client.getItem(
                    request -> request.tableName(name).key(key(hash, range)).consistentRead(true));
            return answer.hasItem() ? Optional.of(answer.item()) : Optional.empty();
        });
    }

    /** The items of one hash key whose range key begins with {@code prefix}, at most {@code limit} of them. */
    List<Map<String, AttributeValue>> query(String hash, String prefix, Order order, int limit) {
        return call("read", hash + ", " + prefix + "…", () -> {
            List<Map<String, AttributeValue>> items = new ArrayList<>();
            Map<String, AttributeValue> from = null;
            do {
                QueryRequest.Builder request = QueryRequest.builder()
                        .tableName(name)
                        .consistentRead(true)
                        .scanIndexForward(order == Order.ASCENDING)
                        .limit(limit - items.size())
                        .exclusiveStartKey(from);
                if (prefix.isEmpty()) {
                    request.keyConditionExpression("#h = :h")
                            .expressionAttributeNames(Map.of("#h", hashKey))
                            .expressionAttributeValues(Map.of(":h", Attributes.text(hash)));
                } else {
                    request.keyConditionExpression("#h = :h AND begins_with(#r, :r)")
                            .expressionAttributeNames(Map.of("#h", hashKey, "#r", rangeKey))
                            .expressionAttributeValues(
                                    Map.of(":h", Attributes.text(hash), ":r", Attributes.text(prefix)));
                }
                QueryResponse page = client.query(request.build());
                items.addAll(page.items());
                from = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : null;
            } while (from != null && items.size() < limit);
            return items;
        });
    }

    /** The hash keys of all items with this range key. */
    List<String> hashKeys(String range) {
        return call("read", "all with " + rangeKey + " " + range, () -> {
            List<String> keys = new ArrayList<>();
            Map<String, AttributeValue> from = null;
            do {
                ScanResponse page = client.scan(ScanRequest.builder()
                        .tableName(name)
                        .consistentRead(true)
                        .projectionExpression("#h")
                        .filterExpression("#r = :r")
                        .expressionAttributeNames(Map.of("#h", hashKey, "#r", rangeKey))
                        .expressionAttributeValues(Map.of(":r", Attributes.text(range)))
                        .exclusiveStartKey(from)
                        .build());
                page.items().forEach(item -> keys.add(item.get(hashKey).s()));
                from = page.hasLastEvaluatedKey() ? page.lastEvaluatedKey() : null;
            } while (from != null);
            return keys;
        });
    }

    /** Updates one item where the condition holds. */
    Write update(String hash, String range, Expression expression) {
        return write(
                "update",
                hash + ", " + range,
                () -> client.updateItem(request -> request.tableName(name)
                        .key(key(hash, range))
                        .updateExpression(expression.update())
                        .conditionExpression(expression.condition())
                        .expressionAttributeNames(expression.names())
                        .expressionAttributeValues(expression.values())));
    }

    /** Puts one item where the condition holds. */
    Write put(Map<String, AttributeValue> item, Expression expression) {
        String shown = item.get(hashKey).s() + ", " + item.get(rangeKey).s();
        return write(
                "write",
                shown,
                () -> client.putItem(request -> {
                    request.tableName(name).item(item);
                    if (expression.condition() != null) {
                        request.conditionExpression(expression.condition())
                                .expressionAttributeNames(expression.names())
                                .expressionAttributeValues(expression.values());
                    }
                }));
    }

    /** Deletes one item where the condition holds. */
    Write delete(String hash, String range, Expression expression) {
        return write(
                "delete",
                hash + ", " + range,
                () -> client.deleteItem(request -> request.tableName(name)
                        .key(key(hash, range))
                        .conditionExpression(expression.condition())
                        .expressionAttributeNames(expression.names())
                        .expressionAttributeValues(expression.values())));
    }

    /**
     * Updates one item where the condition holds, and creates another where it is absent: both or neither. An exception
     * of the SDK passes through, for the caller knows how to look up what became of it.
     */
    Write updateAndCreate(String hash, String range, Expression expression, Map<String, AttributeValue> created) {
        Expression absent = new Expression().whereAbsent(rangeKey);
        TransactWriteItem first = TransactWriteItem.builder()
                .update(update -> update.tableName(name)
                        .key(key(hash, range))
                        .updateExpression(expression.update())
                        .conditionExpression(expression.condition())
                        .expressionAttributeNames(expression.names())
                        .expressionAttributeValues(expression.values()))
                .build();
        TransactWriteItem second = TransactWriteItem.builder()
                .put(put -> put.tableName(name)
                        .item(created)
                        .conditionExpression(absent.condition())
                        .expressionAttributeNames(absent.names()))
                .build();
        return conditional(() -> client.transactWriteItems(request -> request.transactItems(List.of(first, second))));
    }

    /** Creates the DynamoDB table, billed by request, unless it is there; returns when it can be used. */
    void createIfAbsent() {
        call("create", "the table itself", () -> {
            try {
                client.createTable(request -> request.tableName(name)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(
                                AttributeDefinition.builder()
                                        .attributeName(hashKey)
                                        .attributeType(ScalarAttributeType.S)
                                        .build(),
                                AttributeDefinition.builder()
                                        .attributeName(rangeKey)
                                        .attributeType(ScalarAttributeType.S)
                                        .build())
                        .keySchema(
                                KeySchemaElement.builder()
                                        .attributeName(hashKey)
                                        .keyType(KeyType.HASH)
                                        .build(),
                                KeySchemaElement.builder()
                                        .attributeName(rangeKey)
                                        .keyType(KeyType.RANGE)
                                        .build()));
            } catch (ResourceInUseException exists) {
                return null;
            }
            try (DynamoDbWaiter waiter = client.waiter()) {
                waiter.waitUntilTableExists(request -> request.tableName(name));
            }
            return null;
        });
    }

    /** What went wrong below, as this table's error. */
    SluiceException error(String verb, String item, SdkException failure) {
        if (failure instanceof ResourceNotFoundException) {
            return new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot " + verb + " item: " + item + ". There is no DynamoDB table " + name
                            + " in this account and region. Create it, or name the right one.",
                    failure);
        }
        return new SluiceException(
                ErrorCode.FAILED,
                "Cannot " + verb + " item: " + item + " in DynamoDB table " + name + ". " + failure.getMessage(),
                failure);
    }

    private <T> T call(String verb, String item, Supplier<T> action) {
        try {
            return action.get();
        } catch (SdkException failure) {
            throw error(verb, item, failure);
        }
    }

    private Write write(String verb, String item, Runnable action) {
        return call(verb, item, () -> conditional(action));
    }

    /** Tries again while the only obstacle is another transaction on the same item at the same moment. */
    private static Write conditional(Runnable action) {
        for (int attempt = 1; ; attempt++) {
            try {
                action.run();
                return Write.DONE;
            } catch (ConditionalCheckFailedException refused) {
                return Write.REFUSED;
            } catch (TransactionConflictException conflict) {
                pauseOrThrow(attempt, conflict);
            } catch (TransactionCanceledException canceled) {
                if (any(canceled, "ConditionalCheckFailed")) {
                    return Write.REFUSED;
                }
                if (!any(canceled, "TransactionConflict")) {
                    throw canceled;
                }
                pauseOrThrow(attempt, canceled);
            }
        }
    }

    private static boolean any(TransactionCanceledException canceled, String code) {
        return canceled.cancellationReasons().stream()
                .map(CancellationReason::code)
                .anyMatch(code::equals);
    }

    private static void pauseOrThrow(int attempt, SdkException conflict) {
        if (attempt >= CONFLICT_ATTEMPTS) {
            throw conflict;
        }
        long most = CONFLICT_PAUSE_MILLIS << Math.min(attempt, 6);
        try {
            Thread.sleep(Duration.ofMillis(1 + ThreadLocalRandom.current().nextLong(most))
                    .toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw conflict;
        }
    }

    /** The order of range keys. */
    enum Order {
        ASCENDING,
        DESCENDING
    }

    /** What became of a conditional write. */
    enum Write {
        DONE,
        REFUSED
    }
}
