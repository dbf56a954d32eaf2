package dev.sluice.run;

import dev.sluice.Step;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.quality.Discretion;
import dev.sluice.run.ReconcileReport.Reconciled;
import dev.sluice.run.ReconcileReport.Status;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Finds the rows that sources have deleted by their keys, and removes or marks them in curated. A table's reconciliation is a
 * batch of the commit protocol, under the table's lease: it may die at any step, and any later run of the table finishes what
 * its manifest names.
 */
public final class Reconciliation {

    private static final int AT_ONCE = 2;
    /** A schedule does not keep to the minute; a table is due a little before its time. */
    private static final Duration MOST_SLACK = Duration.ofHours(1);

    private final Platform platform;
    private final RunListener listener;
    private final Progress progress;

    /** Told what becomes of each table, from several threads. */
    public interface Progress {

        /** Told nothing. */
        Progress NONE = new Progress() {
            @Override
            public void counted(TableName table, long rows, long gone) {}

            @Override
            public void ended(Reconciled table) {}
        };

        /** Of so many rows of curated the source lacks so many; nothing is changed yet. */
        void counted(TableName table, long rows, long gone);

        /** A table's turn is over. */
        void ended(Reconciled table);
    }

    public Reconciliation(Platform platform, RunListener listener, Progress progress) {
        this.platform = Objects.requireNonNull(platform, "platform");
        this.listener = Objects.requireNonNull(listener, "listener");
        this.progress = Objects.requireNonNull(progress, "progress");
    }

    /** Reconciles tables; one that fails does not stop the others. Throws nothing for a table's sake. */
    public ReconcileReport run(ReconcileRequest request) {
        Instant startedAt = platform.clock().instant();
        List<Callable<Reconciled>> tasks = new ArrayList<>();
        request.tables().stream().sorted().distinct().forEach(table -> tasks.add(() -> told(table, request)));
        List<Reconciled> done = SideBySide.run("reconciliation " + request.runId(), tasks, AT_ONCE);
        return new ReconcileReport(request.runId(), startedAt, platform.clock().instant(), done);
    }

    private Reconciled told(TableName table, ReconcileRequest request) {
        Instant began = platform.clock().instant();
        Reconciled done;
        Discretion discretion = Discretion.UNKNOWN;
        try {
            Optional<TableSettings> settings = platform.settings().findTable(table);
            discretion = Discretion.of(settings);
            done = reconcile(settings.orElseThrow(() -> Ingest.missing("table", table.toString())), request, began);
        } catch (Exception | Error failure) {
            Instant now = platform.clock().instant();
            done = new Reconciled(
                    table,
                    Status.FAILED,
                    Optional.empty(),
                    0,
                    Optional.empty(),
                    List.of(),
                    Duration.between(began, now),
                    Optional.of(Failures.of(table, discretion, failure, request.runId(), now)));
        }
        progress.ended(done);
        return done;
    }

    private Reconciled reconcile(TableSettings settings, ReconcileRequest request, Instant began) {
        TableName table = settings.name();
        if (request.which() == ReconcileRequest.Which.DUE) {
            Optional<String> notDue = notDue(settings);
            if (notDue.isPresent()) {
                return passedOver(table, notDue.get(), began);
            }
        }
        SourceSettings source = platform.settings()
                .findSource(table.source())
                .orElseThrow(() -> Ingest.missing("source", table.source()));
        TableReconciliation one = new TableReconciliation(platform, request, source, settings, listener, progress);
        Optional<String> tooEarly = one.tooEarly();
        if (tooEarly.isPresent()) {
            return passedOver(table, tooEarly.get(), began);
        }
        TableReconciliation.Result result =
                request.effect() == ReconcileRequest.Effect.DRY_RUN ? one.count() : underLease(request, table, one);
        return new Reconciled(
                table,
                result.status(),
                result.rows(),
                result.gone(),
                result.batch(),
                result.notes(),
                Duration.between(began, platform.clock().instant()),
                Optional.empty());
    }

    /** What an earlier run left is finished first; unless that was a reconciliation, this one follows. */
    private TableReconciliation.Result underLease(
            ReconcileRequest request, TableName table, TableReconciliation reconciliation) {
        while (true) {
            listener.before(table, Step.ACQUIRE_LEASE);
            try (LeaseKeeper keeper = LeaseKeeper.acquire(platform, table, request.runId(), request.patience())) {
                listener.after(table, Step.ACQUIRE_LEASE);
                Optional<TableReconciliation.Result> result =
                        LeasedWork.run(platform, keeper, () -> reconciliation.take(keeper));
                listener.step(table, Step.RELEASE_LEASE, keeper::finish);
                if (result.isPresent()) {
                    return result.get();
                }
            }
        }
    }

    private Reconciled passedOver(TableName table, String why, Instant began) {
        return new Reconciled(
                table,
                Status.PASSED_OVER,
                Optional.empty(),
                0,
                Optional.empty(),
                List.of(why),
                Duration.between(began, platform.clock().instant()),
                Optional.empty());
    }

    /** Why it is not the table's turn; empty where it is. */
    private Optional<String> notDue(TableSettings settings) {
        if (settings.reconcile().isEmpty()) {
            return Optional.of("its item has no reconcile");
        }
        Duration every = settings.reconcile().get().every();
        Duration slack = every.dividedBy(10).compareTo(MOST_SLACK) < 0 ? every.dividedBy(10) : MOST_SLACK;
        Instant now = platform.clock().instant();
        return platform.bookmarks().history(settings.name(), Integer.MAX_VALUE).stream()
                .filter(batch -> batch.kind() == BatchRecord.Kind.RECONCILE)
                .findFirst()
                .map(BatchRecord::startedAt)
                .filter(last -> last.plus(every).minus(slack).isAfter(now))
                .map(last -> "it was reconciled at " + last + " and is again from "
                        + last.plus(every).minus(slack) + " on (reconcile.every)");
    }
}
