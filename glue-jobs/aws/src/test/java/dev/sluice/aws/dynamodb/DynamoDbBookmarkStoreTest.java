package dev.sluice.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.net.LossyProxy;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.bookmark.TableState;
import dev.sluice.settings.TableName;
import dev.sluice.testing.contract.BookmarkStoreContract;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoDbBookmarkStoreTest extends BookmarkStoreContract {

    private static final LeaseHolder HOLDER = new LeaseHolder("run-1", "host-a", 1);
    private static final String TABLE_NAME =
            "bookmarks-" + UUID.randomUUID().toString().substring(0, 8);
    private static DynamoDbClient client;

    @BeforeAll
    static void createTable() {
        client = LocalDynamoDb.client();
        store(client, TABLE_NAME).createTableIfAbsent();
        store(client, TABLE_NAME).createTableIfAbsent();
    }

    @AfterAll
    static void closeClient() {
        client.deleteTable(request -> request.tableName(TABLE_NAME));
        client.close();
    }

    @Override
    protected BookmarkStore store(Clock clock, Duration clockTolerance, Predicate<LeaseHolder> ended) {
        return new DynamoDbBookmarkStore(client, TABLE_NAME, clock, clockTolerance, ended);
    }

    @Test
    void theStateIsAnItemThatAPersonCanRead() {
        TableName table = new TableName("shop", "readable");
        store(client, TABLE_NAME).acquire(table, HOLDER, Duration.ofMinutes(1));

        Map<String, AttributeValue> item = client.getItem(request -> request.tableName(TABLE_NAME)
                        .key(Map.of(
                                "table",
                                AttributeValue.fromS("shop/readable"),
                                "entry",
                                AttributeValue.fromS("state"))))
                .item();
        assertThat(item.get("fence").n()).isEqualTo("1");
        assertThat(item.get("work").s()).isEqualTo("unfinished");
        assertThat(item.get("hold").m()).containsEntry("run-id", AttributeValue.fromS("run-1"));
        assertThat(item.get("hold").m()).containsKeys("host", "process", "since", "expires-at", "token");
    }

    @Test
    void aLeaseThatWasGivenBackCommitsNothingMoreButKeepsWhatItCommitted() {
        TableName table = new TableName("shop", "given-back");
        DynamoDbBookmarkStore store = store(client, TABLE_NAME);
        Lease lease = store.acquire(table, HOLDER, Duration.ofMinutes(1));
        store.commit(lease, Samples.batch(table, 1, lease), Samples.advance(1));
        store.release(lease, TableState.Work.FINISHED);
        TableState before = store.load(table);

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store.commit(lease, Samples.batch(table, 2, lease), Samples.advance(2)))
                .withMessageContaining("no longer has the lease, it was given back")
                .matches(lost -> lost.code() == ErrorCode.LEASE_LOST);
        store.commit(lease, Samples.batch(table, 1, lease), Samples.advance(1));
        assertThat(store.load(table)).isEqualTo(before);
    }

    @Test
    void anItemThatWasDamagedByHandIsReportedWithItsAttribute() {
        TableName table = new TableName("shop", "damaged");
        client.putItem(request -> request.tableName(TABLE_NAME)
                .item(Map.of(
                        "table", AttributeValue.fromS("shop/damaged"),
                        "entry", AttributeValue.fromS("state"),
                        "position", AttributeValue.fromS("yesterday"))));

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store(client, TABLE_NAME).load(table))
                .withMessage("Cannot read item: shop/damaged, state. Its attribute position has the value yesterday."
                        + " Was it edited by hand? Put back what the item's backup holds.");
    }

    @Test
    void aDynamoDbTableThatIsNotThereIsNamed() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> store(client, "nowhere").load(new TableName("shop", "orders")))
                .withMessage("Cannot read item: shop/orders, state. There is no DynamoDB table nowhere in this account"
                        + " and region. Create it, or name the right one.")
                .matches(missing -> missing.code() == ErrorCode.REQUEST_INVALID);
    }

    @Test
    void writesWhoseAnswersGetLostTakeEffectOnceAndCountAsDone() throws Exception {
        TableName table = new TableName("shop", "lossy");
        try (LossyProxy proxy = LossyProxy.start(LocalDynamoDb.endpoint());
                DynamoDbClient lossy = LocalDynamoDb.client(proxy.endpoint())) {
            DynamoDbBookmarkStore store = store(lossy, TABLE_NAME);
            proxy.loseNextAnswer();
            Lease lease = store.acquire(table, HOLDER, Duration.ofMinutes(1));
            assertThat(lease.fence()).isEqualTo(1);
            assertThat(lease.state()).isEqualTo(TableState.initial(table));

            proxy.loseNextAnswer();
            store.commit(lease, Samples.batch(table, 1, lease), Samples.advance(1));
            proxy.loseNextAnswer();
            store.renew(lease, Duration.ofMinutes(1));
            proxy.loseNextAnswer();
            store.release(lease, TableState.Work.FINISHED);

            assertThat(proxy.lost()).isEqualTo(4);
            TableState state = store.load(table);
            assertThat(state.lastBatch()).isEqualTo(1);
            assertThat(state.fence()).isEqualTo(1);
            assertThat(state.hold()).isEmpty();
        }
    }

    @Test
    void aCommitWhoseEveryAnswerIsLostIsLookedUp() throws Exception {
        TableName table = new TableName("shop", "looked-up");
        try (LossyProxy proxy = LossyProxy.start(LocalDynamoDb.endpoint());
                DynamoDbClient lossy = LocalDynamoDb.client(proxy.endpoint())) {
            DynamoDbBookmarkStore store = store(lossy, TABLE_NAME);
            Lease lease = store.acquire(table, HOLDER, Duration.ofMinutes(1));
            proxy.loseAnswersTo("TransactWriteItems");
            store.commit(lease, Samples.batch(table, 1, lease), Samples.advance(1));
            assertThat(proxy.lost()).isGreaterThan(1);
            assertThat(store.load(table).lastBatch()).isEqualTo(1);
        }
    }

    @Test
    void aCommitThatNothingIsKnownOfIsAnUnknownOutcome() throws Exception {
        TableName table = new TableName("shop", "unknown");
        Lease lease = store(client, TABLE_NAME).acquire(table, HOLDER, Duration.ofMinutes(1));
        try (DynamoDbClient nowhere = LocalDynamoDb.client(URI.create("http://127.0.0.1:9"))) {
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> store(nowhere, TABLE_NAME)
                            .commit(lease, Samples.batch(table, 1, lease), Samples.advance(1)))
                    .withMessageStartingWith("Cannot tell whether batch 1 of table shop/unknown entered the ledger. ")
                    .matches(unknown -> unknown.code() == ErrorCode.OUTCOME_UNKNOWN);
        }
    }

    private static DynamoDbBookmarkStore store(DynamoDbClient client, String tableName) {
        return new DynamoDbBookmarkStore(
                client, tableName, Clock.systemUTC(), DynamoDbBookmarkStore.DEFAULT_CLOCK_TOLERANCE, holder -> false);
    }
}
