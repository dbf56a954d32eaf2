package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.Step;
import dev.sluice.bookmark.LoadRecord;
import dev.sluice.history.AsOf;
import dev.sluice.load.LoadOutcome;
import dev.sluice.raw.ZoneFiles;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.LoadReport;
import dev.sluice.run.LoadRun;
import dev.sluice.run.Maintenance;
import dev.sluice.run.MaintenanceReport;
import dev.sluice.run.MaintenanceReport.Action;
import dev.sluice.run.MaintenanceReport.Done;
import dev.sluice.run.MaintenanceReport.Upkept;
import dev.sluice.run.Replay;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.MaintenanceSettings;
import dev.sluice.settings.SnapshotPolicy;
import dev.sluice.settings.TableName;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.delta.DeltaLog;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Maintenance changes how tables lie in the lake, and nothing of what they say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MaintenanceTest {

    private static final Duration PROMISE = Duration.ofDays(35);
    private static final Duration YEAR = Duration.ofDays(365);

    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder);
    }

    /** One table through what maintenance does to it: joined, sorted, loaded from, its raw rows expired, a row replayed. */
    @Test
    void smallFilesAreJoinedRawExpiresAndLoadsGoOnAsIfNothingHadHappened() {
        Database warehouse = PostgresServer.newDatabase("warehouse");
        shop.lake.connect("warehouse", warehouse.endpoint());
        shop.source.execute("CREATE TABLE small (id bigserial PRIMARY KEY, name text);"
                + "INSERT INTO small (name) VALUES ('bad')");
        shop.register(small().rule("good", "name <> 'bad'"));
        for (int batch = 1; batch <= 3; batch++) {
            addTo("small");
        }
        Instant before = Instant.now();

        Upkept upkept = maintain("small");
        assertThat(done(upkept, Action.COMPACT)).satisfies(compacted -> {
            assertThat(compacted.filesBefore()).isEqualTo(3);
            assertThat(compacted.filesAfter()).isEqualTo(1);
            assertThat(compacted.bytesAfter()).isPositive().isLessThan(compacted.bytesBefore());
        });
        assertThat(actions(upkept)).contains(Action.CLUSTER);
        assertThat(done(upkept, Action.EXPIRE_RAW).changed())
                .as("within the year")
                .isFalse();
        assertThat(shop.curated("small", "id", "name"))
                .isEqualTo(shop.query("SELECT id, name FROM small WHERE name <> 'bad'"));
        assertThat(new AsOf(shop.lake).read(Shop.name("small"), before).rows().inputFiles())
                .as("the files before, which a reader may be at")
                .hasSize(3);

        long batchVersion = shop.state("small").curatedVersion().orElseThrow();
        assertThat(load("small").upserted()).isEqualTo(3);
        LoadRecord loaded = shop.lake.bookmarks().loads(Shop.name("small")).get(0);
        assertThat(loaded.curatedVersion()).isEqualTo(batchVersion);
        assertThat(shop.run("small").status()).isEqualTo(TableOutcome.Status.IDLE);
        assertThat(load("small").how()).isEqualTo(LoadOutcome.How.NOTHING);
        assertThat(loaded.completeAsOf(shop.state("small")))
                .as("an idle table's target is as fresh as the table")
                .isEqualTo(shop.state("small").readPoint());

        Lake later = shop.lake.with(Clock.offset(Clock.systemUTC(), YEAR.plusDays(1)), Duration.ofMinutes(1));
        upkept = only(maintenance(later, Maintenance.Progress.NONE)
                .run(Shop.runId(), List.of(Shop.name("small")), Duration.ZERO));
        assertThat(actions(upkept))
                .as("a second time there is nothing to cluster")
                .doesNotContain(Action.CLUSTER);
        Done expired = done(upkept, Action.EXPIRE_RAW);
        assertThat(expired.bytesAfter()).isLessThan(expired.bytesBefore());
        assertThat(rawFiles("small", 1)).containsExactly("_manifest.json");
        assertThat(rawFiles("small", 3)).as("the last batch").hasSizeGreaterThan(1);

        addTo("small");
        maintain("small");
        assertThat(load("small").upserted())
                .as("what is new, and nothing twice")
                .isEqualTo(1);
        shop.register(small());
        assertThat(new Replay(shop.lake, RunListener.NONE).run(Shop.name("small"), Optional.empty(), Shop.runId()))
                .as("a quarantined row needs the manifest of its batch alone")
                .singleElement()
                .satisfies(replayed -> assertThat(replayed.rows()).isEqualTo(1));
        assertThat(load("small").upserted()).isEqualTo(1);
        assertEqual("small", Scope.CURATED, Scope.TARGETS);
    }

    private static Items small() {
        return Items.table("shop/small")
                .columns("id bigint not null", "name string")
                .incremental("id")
                .append()
                .load("warehouse", LoadSettings.Mode.APPEND)
                .maintain(new MaintenanceSettings(
                        List.of("name"), Optional.empty(), Optional.of(YEAR), Optional.empty()));
    }

    @Test
    void aVacuumSparesWhatIsPromisedAndRemovesWhatIsOlder() {
        shop.source.execute("CREATE TABLE old (id int PRIMARY KEY, name text); INSERT INTO old VALUES (1, 'a')");
        shop.register(item("old").retention(PROMISE));
        shop.ingest("old");
        Instant first = Instant.now();
        shop.source.execute("UPDATE old SET name = 'b'");
        shop.ingest("old");
        Path table = shop.lake.folder().resolve("curated/shop/old");
        Path orphan = table.resolve("part-of-a-writer-that-died.snappy.parquet");
        write(orphan, "half");
        age(table, Duration.ofDays(34));
        shop.register(item("old"));
        assertThat(done(maintain("old"), Action.VACUUM).changed())
                .as("what the table keeps longer than the settings say")
                .isFalse();
        assertThat(new AsOf(shop.lake)
                        .read(Shop.name("old"), first.minus(Duration.ofDays(34)))
                        .rows()
                        .count())
                .isEqualTo(1);

        shop.register(item("old").retention(PROMISE));
        age(table, Duration.ofDays(2));
        Done vacuum = done(maintain("old"), Action.VACUUM);
        assertThat(vacuum.filesBefore() - vacuum.filesAfter())
                .as("the file of the first version, and the orphan")
                .isGreaterThanOrEqualTo(2);
        assertThat(vacuum.bytesAfter()).isLessThan(vacuum.bytesBefore());
        assertThat(orphan).doesNotExist();
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> new AsOf(shop.lake).read(Shop.name("old"), first.minus(Duration.ofDays(36))))
                .withMessageContaining("the earliest time that can be read is ");
        assertThat(shop.curated("old", "id", "name")).containsExactly("1|b");
        assertEqual("old", Scope.CURATED);
    }

    @Test
    void orphansGoAndABatchThatIsHalfDoneIsFinishedByTheNextRun() {
        shop.source.execute("CREATE TABLE begun (id int PRIMARY KEY, name text); INSERT INTO begun VALUES (1, 'a')");
        shop.register(item("begun"));
        shop.ingest("begun");
        shop.source.execute("UPDATE begun SET name = 'b'");
        RunReport died = new dev.sluice.run.Ingest(
                        shop.lake, new Crash(new Crash.Point(Step.COMMIT_MANIFEST, Crash.Side.AFTER)))
                .run(IngestRequest.of(Shop.runId(), List.of(Shop.name("begun"))));
        assertThat(died.failed()).hasSize(1);
        shop.source.execute("UPDATE begun SET name = 'c'");
        Path raw = shop.lake.folder().resolve("raw/shop/begun");
        Path orphan = raw.resolve("batch=000000000001/attempt=99/part-0.parquet");
        Path slow = raw.resolve("batch=000000000002/attempt=98/part-0.parquet");
        Path rejected = shop.lake.folder().resolve("quarantine/shop/begun/batch=000000000001/attempt=99/part-0.json");
        Stream.of(orphan, slow, rejected).forEach(file -> write(file, "left"));

        Done removed = done(maintain("begun"), Action.REMOVE_ORPHANS);
        assertThat(removed.bytesBefore() - removed.bytesAfter()).isEqualTo(2 * "left".length());
        assertThat(orphan).doesNotExist();
        assertThat(rejected).doesNotExist();
        assertThat(slow).as("may be that of a run that is only slow").exists();

        shop.source.execute("ALTER TABLE begun RENAME TO away");
        TableOutcome next = shop.run("begun");
        shop.source.execute("ALTER TABLE away RENAME TO begun");
        assertThat(next.status())
                .as("what is in raw is finished without the source")
                .isEqualTo(TableOutcome.Status.RESUMED);
        assertThat(shop.curated("begun", "id", "name")).containsExactly("1|b");
        shop.ingest("begun");
        assertThat(shop.curated("begun", "id", "name")).containsExactly("1|c");
    }

    @Test
    void aTableIsLeftAloneWhileAnotherRunWorksOnItAndTheOtherWayRound() {
        shop.source.execute("CREATE TABLE busy (id int PRIMARY KEY, name text); INSERT INTO busy VALUES (1, 'a')");
        shop.register(item("busy"));
        shop.ingest("busy");
        var lease = shop.lake.bookmarks().acquire(Shop.name("busy"), shop.lake.holder("ingest"), Duration.ofMinutes(1));
        assertThat(maintenance(shop.lake, Maintenance.Progress.NONE)
                        .run(Shop.runId(), List.of(Shop.name("busy")), Duration.ZERO)
                        .failed())
                .singleElement()
                .satisfies(held -> {
                    assertThat(held.failure().orElseThrow().code()).isEqualTo(ErrorCode.LEASE_HELD);
                    assertThat(held.actions()).isEmpty();
                });
        shop.lake.bookmarks().release(lease, dev.sluice.bookmark.TableState.Work.FINISHED);
        Upkept upkept = only(maintenance(shop.lake, new Maintenance.Progress() {
                    @Override
                    public void before(TableName table, Action action) {
                        if (action == Action.COMPACT) {
                            assertThat(shop.run("busy").failure().orElseThrow().code())
                                    .isEqualTo(ErrorCode.LEASE_HELD);
                        }
                    }

                    @Override
                    public void after(TableName table, Done done) {}
                })
                .run(Shop.runId(), List.of(Shop.name("busy")), Duration.ZERO));
        assertThat(upkept.failure()).isEmpty();
    }

    @Test
    void aRunThatDiesAfterAnyActionLeavesNothingToMend() {
        shop.source.execute("CREATE TABLE dying (id bigserial PRIMARY KEY, name text)");
        shop.register(Items.table("shop/dying")
                .columns("id bigint not null", "name string")
                .incremental("id")
                .append()
                .maintain(new MaintenanceSettings(
                        List.of("id"), Optional.empty(), Optional.of(YEAR), Optional.of(new SnapshotPolicy(1, 1)))));
        addTo("dying");
        addTo("dying");
        for (Action action : EnumSet.allOf(Action.class)) {
            Upkept died = only(maintenance(shop.lake, new DyingAfter(action))
                    .run(Shop.runId(), List.of(Shop.name("dying")), Duration.ZERO));
            assertThat(died.failure()).as("death after %s", action).isPresent();
            assertThat(died.actions().get(died.actions().size() - 1).action()).isEqualTo(action);
        }
        addTo("dying");
        assertEqual("dying", Scope.CURATED);
    }

    @Test
    void aTableThatLacksABatchIsNotTouched() {
        shop.source.execute("CREATE TABLE cut (id int PRIMARY KEY, name text); INSERT INTO cut VALUES (1, 'a')");
        shop.register(item("cut"));
        shop.ingest("cut");
        shop.ingest("cut");
        shop.lake.zones().curated().delete("shop/cut/_delta_log/00000000000000000001.json");
        DeltaLog.clearCache();
        Upkept refused = only(maintenance(shop.lake, Maintenance.Progress.NONE)
                .run(Shop.runId(), List.of(Shop.name("cut")), Duration.ZERO));
        assertThat(refused.failure().orElseThrow().code()).isEqualTo(ErrorCode.CURATED_CORRUPT);
        assertThat(refused.actions()).isEmpty();
    }

    private record DyingAfter(Action action) implements Maintenance.Progress {

        @Override
        public void before(TableName table, Action next) {}

        @Override
        public void after(TableName table, Done done) {
            if (done.action() == action) {
                throw new IllegalStateException("died after " + action);
            }
        }
    }

    private void addTo(String table) {
        shop.source.execute("INSERT INTO " + table + " (name) VALUES ('n')");
        shop.ingest(table);
    }

    private static Items item(String table) {
        return Items.table("shop/" + table)
                .columns("id int not null", "name string")
                .merge("id");
    }

    private Upkept maintain(String table) {
        Upkept upkept = only(maintenance(shop.lake, Maintenance.Progress.NONE)
                .run(Shop.runId(), List.of(Shop.name(table)), Duration.ZERO));
        assertThat(upkept.failure()).isEmpty();
        return upkept;
    }

    private static Maintenance maintenance(Lake lake, Maintenance.Progress progress) {
        return new Maintenance(lake, RunListener.NONE, progress);
    }

    private static Upkept only(MaintenanceReport report) {
        assertThat(report.tables()).hasSize(1);
        return report.tables().get(0);
    }

    private static List<Action> actions(Upkept upkept) {
        return upkept.actions().stream().map(Done::action).toList();
    }

    private static Done done(Upkept upkept, Action action) {
        return upkept.actions().stream()
                .filter(each -> each.action() == action)
                .findFirst()
                .orElseThrow(() -> new AssertionError(action + " was not done: " + upkept));
    }

    private LoadOutcome load(String table) {
        LoadReport report = new LoadRun(shop.lake, RunListener.NONE).run(Shop.runId(), List.of(Shop.name(table)));
        assertThat(report.failed()).isEmpty();
        return report.targets().get(0).outcome().orElseThrow();
    }

    private void assertEqual(String table, Scope first, Scope... more) {
        assertThat(new Verification(shop.lake)
                        .verify(Shop.name(table), EnumSet.of(first, more))
                        .verdict())
                .isEqualTo(Verdict.EQUAL);
    }

    private Set<String> rawFiles(String table, long batch) {
        String folder = String.format("shop/%s/batch=%012d/", table, batch);
        return shop.lake.zones().raw().list("shop/" + table).stream()
                .map(ZoneFiles.ZoneFile::path)
                .filter(path -> path.startsWith(folder))
                .map(path -> path.substring(folder.length()))
                .collect(java.util.stream.Collectors.toSet());
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Makes a Delta table as old as if it had been written so long ago, since a test cannot wait for a retention. */
    private void age(Path table, Duration by) {
        Pattern time = Pattern.compile("(\"(?:deletionTimestamp|modificationTime|timestamp)\":)(\\d+)");
        try (Stream<Path> files = Files.walk(table)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Instant modified = Files.getLastModifiedTime(file).toInstant();
                if (file.toString().endsWith(".crc")) {
                    Files.delete(file);
                    continue;
                }
                if (file.toString().endsWith(".json")) {
                    Files.writeString(
                            file,
                            time.matcher(Files.readString(file))
                                    .replaceAll(match ->
                                            match.group(1) + (Long.parseLong(match.group(2)) - by.toMillis())));
                }
                Files.setLastModifiedTime(file, FileTime.from(modified.minus(by)));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        DeltaLog.clearCache();
    }
}
