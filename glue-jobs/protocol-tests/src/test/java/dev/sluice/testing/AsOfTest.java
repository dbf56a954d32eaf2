package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.history.AsOf;
import dev.sluice.raw.ZoneFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.JavaConverters;

/** Curated as it was, as far back as is promised. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AsOfTest {

    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder);
    }

    @Test
    void aTableIsReadAsItWasAndTheErrorNamesTheEarliestTime() {
        shop.source.execute(
                "CREATE TABLE moments (id int PRIMARY KEY, name text); INSERT INTO moments VALUES (1, 'a')");
        shop.register(item("moments").retention(Duration.ofDays(35)));
        Instant before = Instant.now();
        shop.ingest("moments");
        Instant first = Instant.now();
        shop.source.execute("UPDATE moments SET name = 'b'");
        shop.ingest("moments");
        Instant second = Instant.now();

        AsOf asOf = new AsOf(shop.lake);
        assertThat(names(asOf.read(Shop.name("moments"), first))).containsExactly("a");
        assertThat(names(asOf.read(Shop.name("moments"), second))).containsExactly("b");
        assertThat(asOf.read(Shop.name("moments"), first).committedAt()).isBetween(before.minusMillis(1), first);
        Instant earliest = asOf.read(Shop.name("moments"), first).committedAt();
        assertRefused(
                before.minusSeconds(5),
                "the earliest time that can be read is " + earliest
                        + "; curate.retention promises PT840H. Give that time or a later one");
        assertRefused(Instant.now().plusSeconds(600), "that time is yet to come. Give one that is past");

        // What a vacuum does once a version is older than its retention: the file that only the first version has goes.
        String gone = log("moments")
                .getSnapshotAt(0, scala.Option.empty(), scala.Option.empty())
                .allFiles()
                .toDF()
                .select("path")
                .as(Encoders.STRING())
                .collectAsList()
                .get(0);
        ZoneFiles curated = shop.lake.zones().curated();
        curated.delete("shop/moments/" + gone);
        Instant next = asOf.read(Shop.name("moments"), second).committedAt();
        assertRefused(first, "the earliest time that can be read is " + next);
        assertThat(names(asOf.read(Shop.name("moments"), next))).containsExactly("b");
    }

    @Test
    void theRetentionIsSetOnceAndWithoutACommitPerBatch() {
        shop.source.execute(
                "CREATE TABLE retained (id int PRIMARY KEY, name text); INSERT INTO retained VALUES (1, 'a')");
        shop.register(item("retained"));
        BatchRecord plain = shop.ingest("retained");
        assertThat(plain.curatedVersion()).contains(0L);
        shop.register(item("retained").retention(Duration.ofDays(35)));
        BatchRecord set = shop.ingest("retained");
        assertThat(set.curatedVersion()).contains(2L);
        assertThat(properties("retained"))
                .containsEntry("delta.logRetentionDuration", "interval 3024000 seconds")
                .containsEntry("delta.deletedFileRetentionDuration", "interval 3024000 seconds");
        shop.source.execute("UPDATE retained SET name = 'b'");
        assertThat(shop.ingest("retained").curatedVersion()).contains(3L);

        shop.source.execute("CREATE TABLE born (id int PRIMARY KEY, name text); INSERT INTO born VALUES (1, 'a')");
        shop.register(item("born").retention(Duration.ofHours(36)));
        assertThat(shop.ingest("born").curatedVersion()).contains(0L);
        assertThat(properties("born")).containsEntry("delta.deletedFileRetentionDuration", "interval 129600 seconds");
        assertThat(DeltaLog.tombstoneRetentionMillis(
                        log("born").unsafeVolatileSnapshot().metadata()))
                .isEqualTo(Duration.ofHours(36).toMillis());

        shop.source.execute("CREATE TABLE replaced (id int PRIMARY KEY, name text)");
        shop.register(Items.table("shop/replaced")
                .columns("id int not null", "name string")
                .retention(Duration.ofDays(7)));
        assertThat(shop.ingest("replaced").curatedVersion()).contains(0L);
        assertThat(shop.ingest("replaced").curatedVersion()).contains(1L);
        assertThat(properties("replaced")).containsEntry("delta.logRetentionDuration", "interval 604800 seconds");
    }

    private void assertRefused(Instant at, String says) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> new AsOf(shop.lake).read(Shop.name("moments"), at))
                .withMessageStartingWith("Cannot read table shop/moments as of " + at + ": " + says)
                .matches(refused -> refused.code() == ErrorCode.REQUEST_INVALID);
    }

    private static Items item(String table) {
        return Items.table("shop/" + table)
                .columns("id int not null", "name string")
                .merge("id");
    }

    private DeltaLog log(String table) {
        return DeltaLog.forTableWithSnapshot(
                        shop.lake.spark(), shop.lake.zones().curated().uri("shop/" + table))
                ._1();
    }

    private Map<String, String> properties(String table) {
        return new TreeMap<>(JavaConverters.mapAsJavaMap(
                log(table).unsafeVolatileSnapshot().metadata().configuration()));
    }

    private static List<String> names(AsOf.Moment moment) {
        assertThat(moment.committedAt()).isEqualTo(moment.committedAt().truncatedTo(ChronoUnit.MILLIS));
        return moment.rows().select("name").collectAsList().stream()
                .map((Row row) -> row.getString(0))
                .toList();
    }
}
