package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.Step;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that change between a crash and the next run, or under a bookmark that was made with others. */
class ChangedSettingsTest {

    private static final TableName ITEMS = TableName.parse("shop/items");

    @TempDir
    Path folder;

    private final Database source = PostgresServer.newDatabase("changed");
    private Lake lake;

    @BeforeEach
    void fill() {
        source.execute(
                """
                CREATE TABLE items (id bigint PRIMARY KEY, name text, extra text DEFAULT 'filled', version bigint,
                    updated_at timestamptz NOT NULL DEFAULT now() - interval '1 hour');
                INSERT INTO items (id, name, version) SELECT n, 'item ' || n, n FROM generate_series(1, 20) n;
                """);
        lake = Lake.in(folder).connect("shop", source.endpoint());
    }

    @Test
    void aBookmarkIsNotReadOnFromUnderAnotherColumn() {
        register(keyed());
        runWell();
        register(keyed().incremental("version"));

        assertRefused(run(), ErrorCode.SETTINGS_INVALID, "extract.bookmark.columns changed since batch 1");

        new Rewind(lake).to(ITEMS, Optional.empty(), "rewind");
        source.execute("UPDATE items SET name = 'renamed', version = 100 WHERE id = 1");
        runWell();
        assertEqualToSource("id", "name");
    }

    @Test
    void aMergedTableIsNotAppendedTo() {
        register(keyed());
        runWell();
        register(items().append().incremental("updated_at"));
        assertRefused(run(), ErrorCode.SETTINGS_INVALID, "curate.mode changed since batch 1");
        assertEqualToSource("id", "name");
    }

    @Test
    void aBatchThatWasReadIncrementallyDeletesNothingUnderAFullStrategy() {
        register(keyed());
        runWell();
        crashOnceReadAnew();
        register(items().merge("id"));
        assertThat(run().failed()).isEmpty();
        assertEqualToSource("id", "name");
    }

    @Test
    void aBatchIsNotFinishedUnderAnotherMode() {
        register(keyed());
        runWell();
        crashOnceReadAnew();
        register(items().append().incremental("updated_at"));
        assertRefused(run(), ErrorCode.SETTINGS_INVALID, "it was read for curate.mode MERGE");
        register(keyed());
        runWell();
        assertEqualToSource("id", "name");
    }

    @Test
    void aColumnThatABackfillBringsIsFilledElsewhereByTheNextRun() {
        register(keyed());
        runWell();
        register(keyed().columns("extra string"));
        Position from = lake.bookmarks().load(ITEMS).position().orElseThrow();
        source.execute("INSERT INTO items (id, name, updated_at) VALUES (50, 'new', now())");
        RunReport backfill = new Ingest(lake, RunListener.NONE)
                .run(new IngestRequest(
                        "backfill",
                        List.of(ITEMS),
                        new JobBookmark.Enabled(),
                        Optional.of(new Window(Optional.of(from), Optional.empty()))));
        assertThat(backfill.failed()).isEmpty();
        runWell();
        assertEqualToSource("id", "name", "extra");
    }

    @Test
    void aColumnDeclaredBetweenCrashAndRerunIsFilledForEveryRow() {
        register(keyed());
        runWell();
        crashOnceReadAnew();
        register(keyed().columns("extra string"));
        runWell();
        assertEqualToSource("id", "name", "extra");
    }

    @Test
    void aBackfillThatFindsAnUnfinishedBatchIsDoneAfterIt() {
        register(keyed());
        runWell();
        crashOnceReadAnew();
        source.execute("UPDATE items SET name = 'changed in silence' WHERE id = 3");
        RunReport report = new Ingest(lake, RunListener.NONE)
                .run(new IngestRequest("backfill", List.of(ITEMS), new JobBookmark.Enabled(), Optional.of(Window.ALL)));
        assertThat(report.failed()).isEmpty();
        assertEqualToSource("id", "name");
    }

    @Test
    void aDeclaredColumnThatIsNowhereIsReported() {
        register(keyed());
        runWell();
        register(keyed().columns("nowhere string").missingColumns(SchemaSettings.Drift.REPORT));
        source.execute("UPDATE items SET updated_at = now() WHERE id = 1");
        TableOutcome outcome = run().tables().get(0);
        assertThat(outcome.failure()).isEmpty();
        assertThat(outcome.notes()).anyMatch(note -> note.contains("column nowhere is missing in the source"));
    }

    @Test
    void anAppendTableRewoundBelowAHeldBoundDoublesNothing() {
        register(items().append().incremental("updated_at"));
        runWell();
        Position begin = Position.parse("instant 2020-01-01T00:00:00Z");
        new Rewind(lake).to(ITEMS, Optional.of(begin), "rewind");
        source.execute("BEGIN; INSERT INTO items (id, name) VALUES (99, 'prepared'); PREPARE TRANSACTION 'held'");
        runWell();
        source.execute("COMMIT PREPARED 'held'");
        runWell();
        runWell();
        assertEqualToSource("id", "name");
    }

    private Items items() {
        return Items.table("shop/items")
                .columns("id bigint not null", "name string", "version bigint", "updated_at timestamp");
    }

    private Items keyed() {
        return items().merge("id").incremental("updated_at");
    }

    private void register(Items items) {
        TableSettings settings = items.build();
        lake.settings().register(settings, SettingsStore.Existing.REPLACE);
    }

    private void crashOnceReadAnew() {
        source.execute("INSERT INTO items (id, name, updated_at) VALUES (40, 'before the crash', now())");
        RunReport dead = new Ingest(lake, new RunListener() {
                    @Override
                    public void started(TableName table) {}

                    @Override
                    public void ended(TableOutcome outcome) {}

                    @Override
                    public void before(TableName table, Step step) {}

                    @Override
                    public void after(TableName table, Step step) {
                        if (step == Step.COMMIT_MANIFEST) {
                            throw new IllegalStateException("died");
                        }
                    }
                })
                .run(IngestRequest.of("dead", List.of(ITEMS)));
        assertThat(dead.failed()).hasSize(1);
    }

    private RunReport run() {
        return Orders.run(lake, RunListener.NONE, ITEMS);
    }

    private void runWell() {
        Orders.runWell(lake, ITEMS);
    }

    private static void assertRefused(RunReport report, ErrorCode code, String message) {
        TableOutcome outcome = report.tables().get(0);
        assertThat(outcome.failure()).isPresent();
        assertThat(outcome.failure().get().code()).isEqualTo(code);
        assertThat(outcome.failure().get().message()).contains("shop/items").contains(message);
    }

    private void assertEqualToSource(String... columns) {
        assertThat(RowsOf.curated(lake, "shop/items", columns))
                .isEqualTo(RowsOf.query(source, "SELECT " + String.join(", ", columns) + " FROM items"));
    }
}
