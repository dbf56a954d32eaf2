package dev.sluice.aws.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Lease;
import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.bookmark.LoadRecord;
import dev.sluice.bookmark.TableState;
import dev.sluice.settings.TableName;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ItemMappingTest {

    private static final TableName TABLE = new TableName("shop", "orders");
    private static final BatchRecord BATCH = Samples.batch(
            TABLE, 12, new Lease(new LeaseHolder("run-1", "host", 1), 3, Instant.EPOCH, TableState.initial(TABLE)));

    @Test
    void batchesAreOrderedByTheirEntries() {
        assertThat(BatchItem.entry(12)).isEqualTo("batch#000000000012");
        assertThat(BatchItem.entry(9)).isLessThan(BatchItem.entry(10));
    }

    @Test
    void aBatchSurvivesTheWayThroughItsItem() {
        assertThat(BatchItem.batch(TABLE, BatchItem.attributes(BATCH).map())).isEqualTo(BATCH);
    }

    @Test
    void aLoadSurvivesTheWayThroughItsItem() {
        LoadRecord load = new LoadRecord(
                TABLE, "dataengineering-db:public.orders", 4, Optional.empty(), Instant.EPOCH, 5, 6, "run-1");

        assertThat(LoadItem.load(TABLE, LoadItem.attributes(load).map())).isEqualTo(load);
        assertThat(LoadItem.entry(load.target())).isEqualTo("load#dataengineering-db:public.orders");
    }

    @Test
    void everyRequiredAttributeOfABatchIsNamedWhereItIsMissing() {
        for (String key : List.of(
                "batch",
                "kind",
                "run-id",
                "fence",
                "rows",
                "quarantined",
                "started-at",
                "committed-at",
                "read-point")) {
            Map<String, AttributeValue> item =
                    new HashMap<>(BatchItem.attributes(BATCH).map());
            item.remove(key);
            assertThatExceptionOfType(SluiceException.class)
                    .isThrownBy(() -> BatchItem.batch(TABLE, item))
                    .withMessageStartingWith(
                            "Cannot read item: shop/orders, a batch. Its attribute " + key + " is missing.");
        }
    }

    @Test
    void attributesOfAnotherKindAreNamed() {
        Map<String, AttributeValue> item =
                new HashMap<>(BatchItem.attributes(BATCH).map());
        item.put("notes", AttributeValue.fromS("none"));
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> BatchItem.batch(TABLE, item))
                .withMessageContaining("Its attribute notes is not a list.");

        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> StateItem.state(TABLE, Map.of("hold", AttributeValue.fromS("anna"))))
                .withMessageContaining("Its attribute hold is not a map.");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> StateItem.state(TABLE, Map.of("fence", AttributeValue.fromBool(true))))
                .withMessageContaining("Its attribute fence is neither text nor number.");
    }

    @Test
    void aSettingsTreeSurvivesTheWayThroughItsItem() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("text", "größe");
        tree.put("number", new BigDecimal("12.50"));
        tree.put("truth", false);
        tree.put("nothing", null);
        tree.put("list", new ArrayList<>(Arrays.asList("a", new BigDecimal("1"), null, Map.of("b", "c"))));
        tree.put("map", Map.of("deep", Map.of("deeper", List.of())));

        assertThat(AttributeTree.tree(AttributeTree.item(tree))).isEqualTo(tree);
        assertThat(AttributeTree.item(Map.of("version", 1))).containsEntry("version", AttributeValue.fromN("1"));
    }

    @Test
    void setsAreReadAsListsAndWhatSettingsCannotHoldIsLeftForTheParserToRefuse() {
        AttributeValue binary = AttributeValue.fromB(SdkBytes.fromUtf8String("x"));
        Map<String, Object> tree = AttributeTree.tree(Map.of(
                "names", AttributeValue.fromSs(List.of("a")),
                "numbers", AttributeValue.fromNs(List.of("1")),
                "binary", binary));

        assertThat(tree)
                .isEqualTo(Map.of("names", List.of("a"), "numbers", List.of(new BigDecimal("1")), "binary", binary));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> AttributeTree.item(Map.of("when", Instant.EPOCH)))
                .withMessage("A settings item cannot hold a java.time.Instant");
    }
}
