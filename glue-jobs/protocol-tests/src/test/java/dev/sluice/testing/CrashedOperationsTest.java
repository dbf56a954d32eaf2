package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.BatchRecord.Kind;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.LoadRun;
import dev.sluice.run.ReconcileRequest;
import dev.sluice.run.Reconciliation;
import dev.sluice.run.Replay;
import dev.sluice.run.Rewind;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.ReconcileSettings;
import dev.sluice.settings.SchemaSettings.NewColumns;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Crashes what people do to a table before and after every step that it takes: replay, rewind, the run after it, backfill,
 * reconciliation and the filling of a gained column. The steps are noted when the operation runs well, so one that it gains is crashed as
 * well.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Execution(ExecutionMode.CONCURRENT)
class CrashedOperationsTest {

    private final Database source = PostgresServer.newDatabase("shop");
    private final Database target = PostgresServer.newDatabase("target");
    private Lake lake;

    @BeforeAll
    void open(@TempDir Path folder) {
        lake = Lake.in(folder).connect("shop", source.endpoint()).connect("target", target.endpoint());
    }

    /** Something done to one table. Rounds are counted from 0, which runs well. */
    private abstract class Operation {
        final TableName table;
        final Kind kind;

        Operation(String table, Kind kind) {
            this.table = Shop.name(table);
            this.kind = kind;
        }

        /** Gives the operation something to do. */
        abstract void prepare(int round);

        /** Does it; throws where it dies. */
        abstract void take(RunListener listener);

        /** Does it once more after a death. */
        void takeAgain(RunListener listener) {
            take(listener);
        }

        /** What curated has to hold in the end, of the source. */
        abstract String expected(int round);

        /** The columns that are compared. */
        String columns(int round) {
            return "id, name";
        }

        /** What the next scheduled run, and a person who sees that nothing was entered, do after a death. */
        void finish(long lastBatch) {
            run(RunListener.NONE);
            if (entered(lastBatch).isEmpty()) {
                take(RunListener.NONE);
            }
        }

        /** Which of its steps are crashed. */
        Collection<Step> crashed(Set<Step> taken) {
            return taken;
        }

        final List<BatchRecord> entered(long lastBatch) {
            return lake.bookmarks().history(table, Integer.MAX_VALUE).stream()
                    .filter(batch -> batch.batch() > lastBatch && batch.kind() == kind)
                    .toList();
        }

        final void run(RunListener listener) {
            ingest(listener, IngestRequest.of(Shop.runId(), List.of(table)));
        }
    }

    @Test
    void aReplayThatDiesAtAnyStepTakesEachRowInOnce() {
        source.execute(
                """
                CREATE TABLE clicks (id bigserial PRIMARY KEY, name text, n int);
                INSERT INTO clicks (name, n) SELECT 'n' || n, n FROM generate_series(-40, 2) n;
                """);
        // Each round's rule lets one more row in, so there is always something left to replay.
        Operation replay = new Operation("clicks", Kind.REPLAY) {
            @Override
            void prepare(int round) {
                register(appended("clicks").columns("n int").rule("n-allowed", "n >= " + -round));
            }

            @Override
            void take(RunListener listener) {
                new Replay(lake, listener).run(table, Optional.empty(), Shop.runId());
            }

            /** A replay that is half done is finished by a run; only then is there another. */
            @Override
            void takeAgain(RunListener listener) {
                run(listener);
                take(listener);
            }

            @Override
            String expected(int round) {
                return " WHERE n >= " + -round;
            }
        };
        replay.prepare(-1);
        replay.run(RunListener.NONE);
        assertThat(crashEverywhere(replay)).contains(Step.ACQUIRE_LEASE, Step.COMMIT_CURATED, Step.RELEASE_LEASE);
    }

    @Test
    void aRewindThatDiesAtAnyStepLosesAndDoublesNothing() {
        Operation rewind = new Rewinding("events", Kind.REWIND) {
            @Override
            void prepare(int round) {
                change(round);
                // The batch that the rewind discards is in curated already.
                assertThatThrownBy(() -> run(new Crash(new Crash.Point(Step.COMMIT_CURATED, Crash.Side.AFTER))))
                        .hasMessageContaining("died AFTER COMMIT_CURATED");
            }

            @Override
            void take(RunListener listener) {
                back(listener);
            }

            @Override
            void finish(long lastBatch) {
                if (entered(lastBatch).isEmpty()) {
                    take(RunListener.NONE);
                }
                run(RunListener.NONE);
            }
        };
        assertThat(crashEverywhere(rewind))
                .containsExactly(Step.ACQUIRE_LEASE, Step.ADVANCE_BOOKMARK, Step.REMOVE_LEFTOVERS, Step.RELEASE_LEASE);
    }

    @Test
    void aRunAfterARewindThatDiesAtAnyStepLosesAndDoublesNothing() {
        Operation again = new Rewinding("reads", Kind.INGEST) {
            @Override
            void prepare(int round) {
                change(round);
                back(RunListener.NONE);
            }

            @Override
            void take(RunListener listener) {
                run(listener);
            }

            /** The steps at which replacing rows differs from adding them; the others are those of any run. */
            @Override
            Collection<Step> crashed(Set<Step> taken) {
                return List.of(Step.COMMIT_MANIFEST, Step.COMMIT_CURATED, Step.ADVANCE_BOOKMARK);
            }
        };
        assertThat(crashEverywhere(again)).contains(Step.ACQUIRE_LEASE, Step.COMMIT_CURATED, Step.RELEASE_LEASE);
    }

    @Test
    void aBackfillThatDiesAtAnyStepLosesAndDoublesNothing() {
        source.execute(
                """
                CREATE TABLE visits (id bigserial PRIMARY KEY, name text);
                INSERT INTO visits (name) SELECT 'n' || n FROM generate_series(1, 9) n;
                """);
        register(appended("visits"));
        Operation backfill = new Operation("visits", Kind.BACKFILL) {
            @Override
            void prepare(int round) {
                source.execute("UPDATE visits SET name = 'round " + round + "' WHERE id BETWEEN 3 AND 5");
            }

            @Override
            void take(RunListener listener) {
                ingest(
                        listener,
                        new IngestRequest(
                                Shop.runId(),
                                List.of(table),
                                new JobBookmark.Enabled(),
                                Optional.of(new Window(
                                        Optional.of(new Position.Sequence(3)),
                                        Optional.of(new Position.Sequence(6))))));
            }

            @Override
            String expected(int round) {
                return "";
            }
        };
        backfill.run(RunListener.NONE);
        assertThat(crashEverywhere(backfill)).contains(Step.FIX_BOUND, Step.COMMIT_CURATED, Step.RELEASE_LEASE);
    }

    @Test
    void theFillingOfAGainedColumnThatDiesAtItsStepsFillsEveryRow() {
        source.execute(
                """
                CREATE TABLE orders (id int PRIMARY KEY, name text, revision bigserial);
                INSERT INTO orders SELECT n, 'n' || n FROM generate_series(1, 5) n;
                """);
        register(Items.table("shop/orders")
                .incremental("revision")
                .columns("id int not null", "name string", "revision bigint")
                .newColumns(NewColumns.ADD)
                .merge("id")
                .load("target", LoadSettings.Mode.UPSERT));
        Operation refill = new Operation("orders", Kind.INGEST) {
            @Override
            void prepare(int round) {
                source.execute(
                        """
                        ALTER TABLE orders ADD c%1$d text DEFAULT 'c%1$d';
                        UPDATE orders SET name = 'round %1$d', revision = nextval('orders_revision_seq') WHERE id = 1;
                        """
                                .formatted(round));
            }

            @Override
            void take(RunListener listener) {
                run(listener);
            }

            @Override
            String expected(int round) {
                return "";
            }

            /** The steps at which a batch that fills differs from one that brings rows alone; the others are those of any run. */
            @Override
            Collection<Step> crashed(Set<Step> taken) {
                return List.of(Step.COMMIT_MANIFEST, Step.COMMIT_CURATED, Step.ADVANCE_BOOKMARK);
            }

            @Override
            String columns(int round) {
                return "id, name, "
                        + IntStream.rangeClosed(0, round).mapToObj(n -> "c" + n).collect(Collectors.joining(", "));
            }
        };
        refill.run(RunListener.NONE);
        assertThat(crashEverywhere(refill)).contains(Step.FIX_BOUND, Step.COMMIT_CURATED, Step.RELEASE_LEASE);
    }

    @Test
    void aReconciliationThatDiesAtAnyStepRemovesWhatIsGoneAndNothingElse() {
        source.execute(
                """
                CREATE TABLE members (id int PRIMARY KEY, name text, revision bigserial);
                INSERT INTO members (id, name) SELECT n, 'n' || n FROM generate_series(-40, 5) n;
                """);
        register(Items.table("shop/members")
                .incremental("revision")
                .columns("id int not null", "name string", "revision bigint")
                .merge("id")
                .reconcile(ReconcileSettings.DEFAULT)
                .load("target", LoadSettings.Mode.UPSERT));
        Operation reconciliation = new Operation("members", Kind.RECONCILE) {
            @Override
            void prepare(int round) {
                source.execute("DELETE FROM members WHERE id = " + -round);
            }

            @Override
            void take(RunListener listener) {
                new Reconciliation(lake, listener, Reconciliation.Progress.NONE)
                        .run(ReconcileRequest.of(Shop.runId(), List.of(table)))
                        .failed()
                        .forEach(failed -> {
                            throw new IllegalStateException(
                                    failed.failure().orElseThrow().message());
                        });
            }

            @Override
            String expected(int round) {
                return "";
            }
        };
        reconciliation.run(RunListener.NONE);
        assertThat(crashEverywhere(reconciliation))
                .containsExactly(
                        Step.ACQUIRE_LEASE,
                        Step.FIX_BOUND,
                        Step.OPEN_SNAPSHOT,
                        Step.WRITE_RAW,
                        Step.COMMIT_MANIFEST,
                        Step.REMOVE_LEFTOVERS,
                        Step.COMMIT_CURATED,
                        Step.PUBLISH_CATALOG,
                        Step.ADVANCE_BOOKMARK,
                        Step.RELEASE_LEASE);
    }

    /** An append table with rows that break its rule, set back to its middle or, every third round, to the beginning. */
    private abstract class Rewinding extends Operation {
        private int round;

        Rewinding(String table, Kind kind) {
            super(table, kind);
            source.execute(
                    """
                    CREATE TABLE %1$s (id bigserial PRIMARY KEY, name text);
                    INSERT INTO %1$s (name) SELECT 'n' || n FROM generate_series(1, 5) n;
                    """
                            .formatted(table));
            register(appended(table).rule("not-bad", "name <> 'bad'"));
            run(RunListener.NONE);
        }

        final void change(int next) {
            round = next;
            source.execute(
                    "UPDATE %1$s SET name = 'round %2$d' WHERE id = 4; INSERT INTO %1$s (name) VALUES ('x'), ('bad')"
                            .formatted(table.table(), next));
        }

        final void back(RunListener listener) {
            Optional<Position> to = round % 3 == 2 ? Optional.empty() : Optional.of(new Position.Sequence(3));
            new Rewind(lake, listener).to(table, to, Shop.runId());
        }

        @Override
        String expected(int shown) {
            return " WHERE name <> 'bad'";
        }
    }

    /** Returns the steps that the operation takes. */
    private Set<Step> crashEverywhere(Operation operation) {
        Steps noted = new Steps();
        operation.prepare(0);
        long before = lake.bookmarks().load(operation.table).lastBatch();
        operation.take(noted);
        operation.finish(before);
        int round = 0;
        for (List<Crash.Point> deaths : Crash.rounds(operation.crashed(noted.taken))) {
            round++;
            operation.prepare(round);
            long lastBatch = lake.bookmarks().load(operation.table).lastBatch();
            for (Crash.Point point : deaths) {
                Crash crash = new Crash(point);
                boolean begun = point != deaths.get(0);
                assertThatThrownBy(() -> {
                            if (begun) {
                                operation.takeAgain(crash);
                            } else {
                                operation.take(crash);
                            }
                        })
                        .as(point.toString())
                        .hasMessageContaining("died " + point.side() + " " + point.step());
                assertThat(crash.happened()).as("the step is part of it").isTrue();
            }
            operation.finish(lastBatch);

            String what = operation.table + ", died at " + deaths;
            assertThat(operation.entered(lastBatch)).as(what).isNotEmpty();
            List<String> expected = RowsOf.query(source, select(operation, round) + operation.expected(round));
            assertThat(curated(operation, round)).as("curated " + what).isEqualTo(expected);
            Tidiness.assertNothingIsLeftOver(lake, operation.table);
            if (isLoaded(deaths)) {
                load(operation.table);
                assertThat(RowsOf.query(target, select(operation, round)))
                        .as("target " + what)
                        .isEqualTo(expected);
            }
        }
        return noted.taken;
    }

    /** A load brings all of curated's versions since the last one, so that each death shows in the target. */
    private static boolean isLoaded(List<Crash.Point> deaths) {
        Crash.Point first = deaths.get(0);
        return first.side() == Crash.Side.AFTER
                && (first.step() == Step.COMMIT_CURATED || first.step() == Step.RELEASE_LEASE);
    }

    private static String select(Operation operation, int round) {
        return "SELECT " + operation.columns(round) + " FROM " + operation.table.table();
    }

    private List<String> curated(Operation operation, int round) {
        return RowsOf.curated(
                lake, operation.table.toString(), operation.columns(round).split(", "));
    }

    private void load(TableName table) {
        assertThat(new LoadRun(lake, RunListener.NONE)
                        .run("load", List.of(table))
                        .failed())
                .isEmpty();
    }

    private void ingest(RunListener listener, IngestRequest request) {
        for (TableOutcome failed : new Ingest(lake, listener).run(request).failed()) {
            throw new IllegalStateException(failed.failure().orElseThrow().message());
        }
    }

    private void register(Items item) {
        lake.settings().register(item.build(), SettingsStore.Existing.REPLACE);
    }

    private static Items appended(String table) {
        return Items.table("shop/" + table)
                .incremental("id")
                .columns("id bigint not null", "name string")
                .merge("id")
                .append()
                .load("target", LoadSettings.Mode.APPEND);
    }

    /** Notes the steps that an operation takes, in order. */
    private static final class Steps implements RunListener {
        private final Set<Step> taken = new LinkedHashSet<>();

        @Override
        public void started(TableName table) {}

        @Override
        public void ended(TableOutcome outcome) {}

        @Override
        public void before(TableName table, Step step) {
            taken.add(step);
        }

        @Override
        public void after(TableName table, Step step) {}
    }
}
