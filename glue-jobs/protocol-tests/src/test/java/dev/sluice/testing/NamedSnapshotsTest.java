package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.history.AsOf;
import dev.sluice.history.SnapshotName;
import dev.sluice.history.Snapshots;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.run.Maintenance;
import dev.sluice.run.MaintenanceReport.Action;
import dev.sluice.run.MaintenanceReport.Done;
import dev.sluice.run.MaintenanceReport.Upkept;
import dev.sluice.run.RunListener;
import dev.sluice.settings.MaintenanceSettings;
import dev.sluice.settings.SnapshotPolicy;
import io.delta.tables.DeltaTable;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots hold what a table was, whatever becomes of the table. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NamedSnapshotsTest {

    private static final SnapshotPolicy POLICY = new SnapshotPolicy(35, 24);
    private static final Instant NOW = Instant.now();

    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder);
    }

    @Test
    void aSnapshotOutlivesTheFilesOfItsVersion() {
        shop.source.execute("CREATE TABLE kept (id int PRIMARY KEY, name text); INSERT INTO kept VALUES (1, 'a')");
        shop.register(item("kept", "id int not null", "name string").merge("id"));
        shop.ingest("kept");
        assertThat(done(maintain("kept"), Action.SNAPSHOT).changed()).isTrue();
        Instant held = Instant.now();
        assertThat(done(maintain("kept"), Action.SNAPSHOT).changed())
                .as("one a day")
                .isFalse();
        String today = "daily-" + day(0);
        assertThat(names("kept")).containsExactlyInAnyOrder("monthly-" + today.substring(6, 13), today);

        shop.source.execute("UPDATE kept SET name = 'b'");
        shop.ingest("kept");
        emptyTheTrash("kept");
        assertThat(rows("kept", today)).containsExactly("1|a");
        assertThat(rows("kept", "monthly-" + today.substring(6, 13))).containsExactly("1|a");
        Instant taken = lastTaken("kept");
        assertThat(rows("kept", taken.toString()))
                .as("the time for which the snapshot speaks")
                .containsExactly("1|a");
        assertThat(rows("kept", Instant.now().toString())).containsExactly("1|b");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> rows("kept", NOW.minusSeconds(3600).toString()))
                .withMessageContaining("Give that time or a later one, or a snapshot: ")
                .withMessageContaining(today);
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> rows("kept", "daily-2020-02-29"))
                .withMessageStartingWith(
                        "Cannot read snapshot daily-2020-02-29 of table shop/kept: there is none of that"
                                + " name. There are ")
                .matches(refused -> refused.code() == ErrorCode.REQUEST_INVALID);
        assertThat(held).isAfter(taken.minusSeconds(600));
    }

    @Test
    void oneCopyOfAFileServesAllSnapshotsAndGoesWithTheLast() {
        shop.source.execute("CREATE TABLE log (id bigserial PRIMARY KEY, name text)");
        shop.register(item("log", "id bigint not null", "name string")
                .incremental("id")
                .append());
        shop.source.execute("INSERT INTO log (name) VALUES ('a')");
        shop.ingest("log");
        keep("log", 0);
        long first = dataBytes("log");
        shop.source.execute("INSERT INTO log (name) VALUES ('b')");
        shop.ingest("log");
        List<String> single = names("log");
        keep("log", 1);
        assertThat(names("log")).containsAll(single).contains("daily-" + day(1));
        assertThat(dataBytes("log")).isGreaterThan(first).isLessThan(3 * first);
        assertThat(rows("log", "daily-" + day(0))).containsExactly("1|a");
        assertThat(rows("log", "daily-" + day(1))).containsExactly("1|a", "2|b");

        keep("log", 60);
        assertThat(names("log")).as("dailies of 60 days ago").noneMatch(name -> name.equals("daily-" + day(1)));
        assertThat(names("log")).contains("monthly-" + day(0).substring(0, 7), "daily-" + day(60));
        assertThat(rows("log", "monthly-" + day(0).substring(0, 7))).containsExactly("1|a");
        keep("log", 800);
        assertThat(names("log"))
                .as("months of more than two years ago")
                .containsExactlyInAnyOrder("daily-" + day(800), "monthly-" + day(800).substring(0, 7));
        assertThat(rows("log", "daily-" + day(800))).containsExactly("1|a", "2|b");
        assertThat(shop.lake.zones().curated().list("shop/log/_snapshots/files"))
                .as("one copy of each file")
                .hasSize(2);

        snapshots("log").keep(session(), new SnapshotPolicy(0, 0), clock(800), () -> {});
        assertThat(shop.lake.zones().curated().list("shop/log/_snapshots")).isEmpty();
    }

    @Test
    void aSnapshotHasTheColumnsAndPartitionsTheTableHadThen() {
        shop.source.execute("CREATE TABLE parts (region text, id int PRIMARY KEY, price numeric(6,2));"
                + "INSERT INTO parts VALUES ('a/b=c', 1, 1.5), (NULL, 2, 2.5)");
        shop.register(item("parts", "region string", "id int not null", "price decimal(6,2)")
                .merge("id")
                .partitionBy("region"));
        shop.ingest("parts");
        keep("parts", 0);
        shop.source.execute("ALTER TABLE parts ADD COLUMN more text DEFAULT 'x'");
        shop.register(item("parts", "region string", "id int not null", "price decimal(6,2)", "more string")
                .merge("id")
                .partitionBy("region"));
        shop.ingest("parts");
        AsOf.Moment moment = new AsOf(shop.lake).read(Shop.name("parts"), AsOf.when("daily-" + day(0)));
        assertThat(moment.rows().columns()).containsExactly("region", "id", "price");
        assertThat(lines(moment)).containsExactly("a/b=c|1|1.50", "null|2|2.50");
        assertThat(new AsOf(shop.lake)
                        .read(Shop.name("parts"), Instant.now())
                        .rows()
                        .columns())
                .contains("more");
    }

    @Test
    void aSnapshotThatLacksAFileIsNotRead() {
        shop.source.execute("CREATE TABLE hurt (id int PRIMARY KEY, name text); INSERT INTO hurt VALUES (1, 'a')");
        shop.register(item("hurt", "id int not null", "name string").merge("id"));
        shop.ingest("hurt");
        keep("hurt", 0);
        ZoneFiles zone = shop.lake.zones().curated();
        zone.delete(zone.list("shop/hurt/_snapshots/files").get(0).path());
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> rows("hurt", "daily-" + day(0)))
                .withMessageStartingWith("Cannot use snapshot daily-" + day(0) + " of table shop/hurt: file part-")
                .matches(damaged -> damaged.code() == ErrorCode.CURATED_CORRUPT);
    }

    private static Items item(String table, String... columns) {
        return Items.table("shop/" + table)
                .columns(columns)
                .maintain(new MaintenanceSettings(List.of(), Optional.empty(), Optional.empty(), Optional.of(POLICY)));
    }

    private static Clock clock(int days) {
        return Clock.offset(Clock.systemUTC(), Duration.ofDays(days));
    }

    /** The day so many days on, as a snapshot names it. */
    private static String day(int days) {
        return LocalDate.ofInstant(NOW, ZoneOffset.UTC).plusDays(days).toString();
    }

    private SparkSession session() {
        return shop.lake.spark().newSession();
    }

    /** What maintenance does for snapshots, so many days on, without compaction, which makes other files. */
    private void keep(String table, int daysOn) {
        snapshots(table).keep(session(), POLICY, clock(daysOn), () -> {});
    }

    private Snapshots snapshots(String table) {
        return new Snapshots(shop.lake.zones().curated(), Shop.name(table));
    }

    private Upkept maintain(String table) {
        Upkept upkept = new Maintenance(shop.lake, RunListener.NONE, Maintenance.Progress.NONE)
                .run(Shop.runId(), List.of(Shop.name(table)), Duration.ZERO)
                .tables()
                .get(0);
        assertThat(upkept.failure()).isEmpty();
        return upkept;
    }

    private static Done done(Upkept upkept, Action action) {
        return upkept.actions().stream()
                .filter(each -> each.action() == action)
                .findFirst()
                .orElseThrow();
    }

    private List<String> names(String table) {
        return snapshots(table).names().stream().map(SnapshotName::toString).toList();
    }

    private long dataBytes(String table) {
        return shop.lake.zones().curated().list("shop/" + table + "/_snapshots/files").stream()
                .mapToLong(ZoneFiles.ZoneFile::bytes)
                .sum();
    }

    private Instant lastTaken(String table) {
        return Instant.parse(Shop.json(new String(
                        shop.lake
                                .zones()
                                .curated()
                                .read("shop/" + table + "/_snapshots/daily-" + day(0) + ".json")
                                .orElseThrow(),
                        java.nio.charset.StandardCharsets.UTF_8))
                .get("taken-at")
                .asText());
    }

    /** The hardest vacuum there is, by anybody's hand. */
    private void emptyTheTrash(String table) {
        SparkSession spark = session();
        spark.conf().set("spark.databricks.delta.retentionDurationCheck.enabled", "false");
        spark.conf().set("spark.sql.sources.parallelPartitionDiscovery.parallelism", "2");
        DeltaTable.forPath(spark, shop.lake.zones().curated().uri("shop/" + table))
                .vacuum(0);
    }

    private List<String> rows(String table, String when) {
        return lines(new AsOf(shop.lake).read(Shop.name(table), AsOf.when(when)));
    }

    private static List<String> lines(AsOf.Moment moment) {
        return moment.rows().collectAsList().stream()
                .map((Row row) -> String.join(
                        "|",
                        Arrays.stream(row.schema().fieldNames())
                                .map(name -> String.valueOf(row.<Object>getAs(name)))
                                .toList()))
                .sorted()
                .toList();
    }
}
