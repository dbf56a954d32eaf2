package dev.sluice.localglue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.glue.DataSource;
import com.amazonaws.services.glue.DynamicFrame;
import com.amazonaws.services.glue.errors.CallSite;
import com.amazonaws.services.glue.util.Job;
import com.amazonaws.services.glue.util.JsonOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.JavaConverters;

class JdbcSourceTest {
    private static final String KEYS = ", 'jobBookmarkKeys': ['id']";

    @TempDir
    private Path home;

    private Lake lake;

    @BeforeEach
    void createLake() {
        lake = new Lake(home, "jdbc");
        lake.sql(
                "CREATE TABLE orders (id INT, item VARCHAR(20), placed TIMESTAMP(6), price DECIMAL(9, 2))",
                "INSERT INTO orders VALUES (1, 'o''a', TIMESTAMP '2024-01-01 00:00:00.000001', 1.25),"
                        + " (2, 'b\\', TIMESTAMP '2024-01-01 00:00:00.000002', -2.5)");
    }

    @Test
    void theBookmarkIsTheLastRowReadNotTheLastRowThereIsAtCommit() {
        lake.start("enable");
        Dataset<Row> rows = lake.orders("orders", KEYS).getDataFrame();
        lake.sql("INSERT INTO orders (id) VALUES (3)"); // after the window was fixed, before it is read
        assertThat(Lake.ids(rows)).containsExactly(1, 2);
        lake.sql("INSERT INTO orders (id) VALUES (4)");
        Job.commit();
        assertThat(lake.run("enable")).containsExactly(3, 4);
    }

    @Test
    void aSourceGivesTheSameFrameAgain() {
        lake.start("enable");
        DataSource source = lake.orders("orders", KEYS);
        DynamicFrame frame = source.getDynamicFrame();
        lake.sql("INSERT INTO orders (id) VALUES (3)");
        assertThat(source.getDataFrame().count()).isEqualTo(2);
        assertThat(frame.count()).isEqualTo(2);
        assertThat(frame.toDF(JavaConverters.asScalaBuffer(List.of())).columns())
                .contains("ITEM");
        assertThat(frame.schema().treeString()).contains("ID: integer");
    }

    @Test
    void tiesLateCommitsUpdatesAndDeletesAreMissedAsOnGlue() {
        lake.run("enable");
        lake.sql(
                "INSERT INTO orders (id) VALUES (2), (0)",
                "UPDATE orders SET item = 'z' WHERE id = 1",
                "DELETE FROM orders WHERE id = 2",
                "INSERT INTO orders (id) VALUES (3)");
        assertThat(lake.run("enable")).containsExactly(3);
    }

    @Test
    void rowsWithoutKeyAreReadByTheFirstRunOnly() {
        lake.sql("INSERT INTO orders (item) VALUES ('no key')");
        assertThat(lake.run("enable")).containsExactly(null, 1, 2);
        lake.sql("INSERT INTO orders (item) VALUES ('no key either')", "INSERT INTO orders (id) VALUES (3)");
        assertThat(lake.run("enable")).containsExactly(3);
    }

    @Test
    void anEmptySourceLeavesTheBookmarkOpen() {
        lake.sql("DELETE FROM orders");
        assertThat(lake.run("enable")).isEmpty();
        lake.sql("INSERT INTO orders (id) VALUES (-5)");
        assertThat(lake.run("enable")).containsExactly(-5);
        assertThat(lake.run("enable")).isEmpty();
    }

    @Test
    void aDescendingKeyReadsWhatIsBelowTheBookmark() {
        String keys = ", 'jobBookmarkKeys': 'ID', 'jobBookmarkKeysSortOrder': 'desc'";
        assertThat(read(keys)).containsExactly(1, 2);
        lake.sql("INSERT INTO orders (id) VALUES (0), (3)");
        assertThat(read(keys)).containsExactly(0);
        assertThatThrownBy(() -> read(KEYS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it was kept for the keys [ID] DESC, the source asks for [ID] ASC; reset");
    }

    @Test
    void keysCombineToOneCompoundKeyWithTextTimeAndFraction() {
        String keys = ", 'jobBookmarkKeys': ['placed', 'item', 'price']";
        assertThat(read(keys)).containsExactly(1, 2);
        assertThat(read(keys)).isEmpty();
        lake.sql(
                "INSERT INTO orders VALUES (3, 'b\\', TIMESTAMP '2024-01-01 00:00:00.000002', -2.49)",
                "INSERT INTO orders VALUES (4, 'c', TIMESTAMP '2024-01-01 00:00:00.000002', -9)",
                "INSERT INTO orders VALUES (5, 'a', TIMESTAMP '2024-01-01 00:00:00.000003', -9)",
                "INSERT INTO orders VALUES (6, 'a', TIMESTAMP '2024-01-01 00:00:00.000002', 9)");
        assertThat(read(keys)).containsExactly(3, 4, 5);
        assertThat(read(keys)).isEmpty();
    }

    @Test
    void withoutKeysThePrimaryKeyIsTakenIfItHasNoGaps() {
        lake.sql("ALTER TABLE orders ALTER COLUMN id SET NOT NULL", "ALTER TABLE orders ADD PRIMARY KEY (id)");
        assertThat(read("")).containsExactly(1, 2);
        lake.sql("INSERT INTO orders (id) VALUES (3)");
        assertThat(read("")).containsExactly(3);
        lake.sql("INSERT INTO orders (id) VALUES (5)");
        assertThat(read("")).containsExactly(1, 2, 3, 5);
    }

    @Test
    void withoutAnyKeyEverythingIsReadEachTime() {
        assertThat(read("")).containsExactly(1, 2);
        assertThat(read("")).containsExactly(1, 2);
    }

    @Test
    void aQueryAndAPredicateNarrowTheSource() {
        lake.sql("INSERT INTO orders (id, item) VALUES (3, 'c'), (4, 'c'), (5, 'd')");
        lake.start("enable");
        JsonOptions options = lake.options("'query': 'SELECT id FROM orders WHERE id > 1 AND id < 5'" + KEYS);
        assertThat(Lake.ids(Lake.GLUE
                        .getSource("jdbc", options, "query", "id <> 3 OR id = 99")
                        .getDataFrame()))
                .containsExactly(2, 4);
        JsonOptions sample =
                lake.options("'dbtable': 'orders', 'sampleQuery': 'SELECT id FROM orders WHERE id > 3 AND',"
                        + " 'enablePartitioningForSampleQuery': true, 'hashfield': 'id', 'hashpartitions': '3'");
        Dataset<Row> sampled = Lake.GLUE.getSource("jdbc", sample, "", " ").getDataFrame();
        assertThat(Lake.ids(sampled)).containsExactly(4, 5);
        assertThat(sampled.rdd().getNumPartitions()).isEqualTo(3);
        JsonOptions single = lake.options(
                "'dbtable': 'orders', 'sampleQuery': 'SELECT id FROM orders WHERE id > 3', 'hashfield': 'id'");
        assertThat(Lake.GLUE
                        .getSource("jdbc", single, "", "")
                        .getDataFrame()
                        .rdd()
                        .getNumPartitions())
                .isEqualTo(1);
    }

    @Test
    void hashPartitionsHoldEachRowOnceWhateverTheColumn() {
        lake.sql(
                "DELETE FROM orders",
                "INSERT INTO orders SELECT x - 500, CASE WHEN MOD(x, 10) = 0 THEN NULL ELSE 'item ' || x END,"
                        + " DATEADD(HOUR, x, TIMESTAMP '2024-01-01 00:00:00'), (x - 500) / 3.0"
                        + " FROM SYSTEM_RANGE(1, 1000)",
                "INSERT INTO orders (id) VALUES (-2147483648), (NULL)");
        for (String hash : List.of(
                "'hashfield': 'id'",
                "'hashfield': 'ITEM'",
                "'hashfield': 'placed'",
                "'hashfield': 'price'",
                "'hashexpression': 'price * 2'",
                "'hashexpression': 'id + 0', 'hashpartitions': 5",
                "'hashfield': 'id', 'hashpartitions': '1'")) {
            Dataset<Row> rows = lake.orders("", ", " + hash).getDataFrame();
            assertThat(rows.count()).as(hash).isEqualTo(1002);
            assertThat(rows.select("ID").distinct().count()).as(hash).isEqualTo(1002);
            int partitions = hash.endsWith("5") ? 5 : hash.endsWith("'1'") ? 1 : 7;
            assertThat(rows.rdd().getNumPartitions()).as(hash).isEqualTo(partitions);
        }
        lake.start("enable");
        assertThat(lake.orders("p", KEYS + ", 'hashfield': 'item'")
                        .getDataFrame()
                        .count())
                .isEqualTo(1002);
        Job.commit();
        lake.sql("INSERT INTO orders (id, item) VALUES (2000, 'x')");
        lake.start("enable");
        assertThat(Lake.ids(lake.orders("p", KEYS + ", 'hashfield': 'item'").getDataFrame()))
                .containsExactly(2000);
    }

    @Test
    void rowsAreFetchedInPiecesNeverAtTheDriversDefault() {
        for (String size : List.of("", ", \"fetchSize\": \"77\"")) {
            RecordingDriver.FETCH_SIZES.clear();
            JsonOptions options = new JsonOptions("{\"url\": \"" + lake.url.replace("jdbc:h2:", "jdbc:recording:")
                    + "\", \"dbtable\": \"orders\", \"customJdbcDriverClassName\": \"" + RecordingDriver.class.getName()
                    + "\"" + size + "}");
            assertThat(Lake.GLUE
                            .getSource("jdbc", options, "", "")
                            .getDataFrame()
                            .collectAsList())
                    .hasSize(2);
            assertThat(RecordingDriver.FETCH_SIZES).isNotEmpty().containsOnly(size.isEmpty() ? 10000 : 77);
        }
    }

    @Test
    void wrongOptionsAreNamed() {
        assertThatThrownBy(() -> read(", 'jobBookmarkKeys': ['nope']"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot use jobBookmarkKeys of orders: nope; no such column, there are"
                        + " [ID, ITEM, PLACED, PRICE]");
        assertThatThrownBy(() -> lake.orders("", ", 'query': 'SELECT 1'"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("both dbtable and query are given");
        assertThatThrownBy(() -> lake.orders("", ", 'hashpartitions': '0'"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hashpartitions = 0; a number of at least 1 is needed");
        assertThatThrownBy(() -> lake.orders("", ", 'jobBookmarkKeysSortOrder': 'up'"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("jobBookmarkKeysSortOrder = up; choose asc or desc");
        assertThatThrownBy(() -> Lake.GLUE.getSource("kinesis", JsonOptions.empty(), "", ""))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Cannot read source of type: kinesis; what works on one machine");
        assertThatThrownBy(() -> Lake.GLUE.getCatalogSource("db", "t", "", "", " ", JsonOptions.empty(), null))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Cannot read catalog table: db.t; what works on one machine");
    }

    @Test
    void namedConnectionsServeSourcesSinksAndTheJobItself() throws IOException {
        Files.writeString(
                home.resolve("connections.json"),
                "{\"shop\": {\"url\": \"" + lake.url
                        + "\"}, \"pg\": {\"url\": \"jdbc:postgresql://h:5432/shop?ssl=true\","
                        + " \"user\": \"u\", \"password\": \"p\"}}");
        assertThat(Lake.GLUE.extractJDBCConf("pg", null))
                .containsEntry("vendor", "postgresql")
                .containsEntry("url", "jdbc:postgresql://h:5432")
                .containsEntry("fullUrl", "jdbc:postgresql://h:5432/shop?ssl=true")
                .containsEntry("user", "u")
                .containsEntry("password", "p");
        Dataset<Row> rows = Lake.GLUE
                .getSource(
                        "jdbc",
                        new JsonOptions("{\"useConnectionProperties\": \"true\", \"connectionName\": \"shop\","
                                + " \"dbtable\": \"orders\"}"),
                        "",
                        "")
                .getDataFrame();
        assertThat(Lake.ids(rows)).containsExactly(1, 2);
        JsonOptions target = new JsonOptions("{\"dbtable\": \"copies\", \"database\": \"shop\"}");
        for (int i = 0; i < 2; i++) {
            Lake.GLUE
                    .getJDBCSink("shop", target, "", "", null)
                    .writeDynamicFrame(DynamicFrame.apply(rows, Lake.GLUE), new CallSite("test", ""));
        }
        assertThat(Lake.GLUE
                        .getSource("jdbc", lake.options("'dbtable': 'copies'"), "", "")
                        .getDynamicFrame()
                        .count())
                .isEqualTo(4);
        assertThatThrownBy(() -> Lake.GLUE.extractJDBCConf("none", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Cannot find connection: none")
                .hasMessageContaining("has shop, pg");
    }

    private List<Integer> read(String more) {
        lake.start("enable");
        List<Integer> ids = Lake.ids(lake.orders("orders", more).getDataFrame());
        Job.commit();
        return ids;
    }
}
