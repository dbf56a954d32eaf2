package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.Advance;
import dev.sluice.bookmark.BookmarkStore;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.ReconcileReport.Reconciled;
import dev.sluice.run.ReconcileReport.Status;
import dev.sluice.run.ReconcileRequest;
import dev.sluice.run.ReconcileRequest.Effect;
import dev.sluice.run.ReconcileRequest.Which;
import dev.sluice.run.Reconciliation;
import dev.sluice.run.RunListener;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ReconcileSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deletes of a table with a number as bookmark, where not all transactions are seen. */
class ReconciliationOfNumbersTest {

    private static final TableName TICKETS = Shop.name("tickets");
    private static final Duration LONG = Duration.ofHours(1);

    private final Database source = PostgresServer.newDatabase("shop");
    private Lake lake;

    /** No look alone settles a number, so those before it count: for what lies below the bookmark, and for what does not. */
    @Test
    void whatFormerLooksSawIsJudgedAndNothingElse(@TempDir Path folder) {
        lake = Lake.in(folder).connect("shop", source.endpoint());
        source.execute("CREATE TABLE tickets (id bigint PRIMARY KEY, revision bigint NOT NULL);"
                + "INSERT INTO tickets SELECT n, n FROM generate_series(1, 20) n");
        settle(LONG);
        ingest();
        source.execute("DELETE FROM tickets WHERE id = 1");
        for (Effect effect : List.of(Effect.COMMIT, Effect.DRY_RUN)) {
            Reconciled early = reconcile(effect, Which.DUE);
            assertThat(early.status()).isEqualTo(Status.PASSED_OVER);
            assertThat(early.notes())
                    .containsExactly("the source does not show all transactions, and no row is settled yet"
                            + " (extract.bookmark.settle): nothing was compared, and the table is due as before");
        }
        assertThat(state().lastBatch()).isEqualTo(1);

        settle(Duration.ZERO);
        assertThat(state().position()).isEmpty();
        Reconciled observed = reconcile(Effect.COMMIT, Which.DUE);
        assertThat(observed.status()).isEqualTo(Status.RECONCILED);
        assertThat(observed.gone()).isEqualTo(1);

        source.execute("INSERT INTO tickets VALUES (21, 21)");
        ingest();
        TableState read = state();
        assertThat(read.position()).contains(new Position.Sequence(21));
        source.execute("DELETE FROM tickets WHERE id IN (2, 21)");
        settle(LONG);
        Instant complete = read.readPoint().orElseThrow();
        // A replica that has not come to where rows were read from may lack them.
        note(complete.plus(LONG));
        assertThat(reconcile(Effect.DRY_RUN, Which.ALL).status()).isEqualTo(Status.PASSED_OVER);
        note(complete);
        assertThat(reconcile(Effect.DRY_RUN, Which.ALL).gone()).isEqualTo(1);
        Reconciled done = reconcile(Effect.COMMIT, Which.ALL);
        assertThat(done.status()).isEqualTo(Status.RECONCILED);
        assertThat(done.notes())
                .containsExactly("the source does not show all transactions, so rows whose bookmark is sequence 21 or"
                        + " later were not judged");
        assertThat(RowsOf.curated(lake, TICKETS.toString(), "id"))
                .hasSize(19)
                .contains("21")
                .doesNotContain("1", "2");
    }

    private void settle(Duration delay) {
        lake.settings()
                .register(
                        Items.table(TICKETS.toString())
                                .incremental(new BookmarkSettings(
                                        List.of("revision"),
                                        BookmarkSettings.Engine.SLUICE,
                                        BookmarkSettings.StampedBy.CLIENT,
                                        Duration.ZERO,
                                        delay))
                                .columns("id bigint not null", "revision bigint")
                                .merge("id")
                                .reconcile(new ReconcileSettings(
                                        ReconcileSettings.Action.REMOVE,
                                        Optional.empty(),
                                        0.2,
                                        Duration.ofDays(1),
                                        OptionalInt.empty()))
                                .build(),
                        SettingsStore.Existing.REPLACE);
    }

    private TableState state() {
        return lake.bookmarks().load(TICKETS);
    }

    private void ingest() {
        assertThat(new Ingest(lake, RunListener.NONE)
                        .run(IngestRequest.of(Shop.runId(), List.of(TICKETS)))
                        .tables()
                        .get(0)
                        .failure())
                .isEmpty();
    }

    private Reconciled reconcile(Effect effect, Which which) {
        return new Reconciliation(lake, RunListener.NONE, Reconciliation.Progress.NONE)
                .run(new ReconcileRequest(
                        Shop.runId(), List.of(TICKETS), which, effect, OptionalDouble.empty(), Duration.ZERO))
                .tables()
                .get(0);
    }

    /** Has the ledger say that curated is complete as of a time of the source. */
    private void note(Instant readPoint) {
        TableState state = state();
        Advance advance = new Advance(
                state.position(),
                state.observations(),
                state.overlap(),
                Optional.of(readPoint),
                Instant.now(),
                Optional.empty(),
                List.of());
        assertThat(lake.bookmarks().recordIdle(state, advance)).isEqualTo(BookmarkStore.Written.WRITTEN);
    }
}
