package dev.sluice.aws;

import dev.sluice.aws.JobRunner.Done;
import dev.sluice.aws.result.JobFailure;
import dev.sluice.aws.result.JobKind;
import dev.sluice.aws.result.JobOutcome;
import dev.sluice.run.ReconcileReport;
import dev.sluice.run.ReconcileReport.Reconciled;
import dev.sluice.run.ReconcileReport.Status;
import dev.sluice.run.ReconcileRequest;
import dev.sluice.run.Reconciliation;
import dev.sluice.settings.TableName;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Glue job that finds the rows that sources have deleted; scheduled, each table as its {@code reconcile} says. */
public final class ReconcileJob {

    private static final Logger LOG = LoggerFactory.getLogger(ReconcileJob.class);
    /** Longer than an ordinary ingest of a table takes, so that the two only wait for each other. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private ReconcileJob() {}

    /**
     * Reconciles the tables the arguments name, or of those of a source the ones that are due; ends by an exception where
     * one failed, or has lost more rows than its settings allow to be removed.
     */
    public static void main(String[] arguments) {
        JobRunner.run(JobKind.RECONCILE, arguments, ReconcileJob::run);
    }

    private static Done run(JobArguments given, AwsPlatform platform, String runId) {
        ReconcileReport report = new Reconciliation(platform, new LoggingListener(), new LoggingProgress())
                .run(new ReconcileRequest(
                        runId,
                        given.tables(platform.settings()),
                        given.namesTables() ? ReconcileRequest.Which.ALL : ReconcileRequest.Which.DUE,
                        ReconcileRequest.Effect.COMMIT,
                        given.maxShare(),
                        PATIENCE));
        GlueJob.commit();
        return new Done(
                new JobOutcome(
                        report.tables().size(),
                        (int) report.tables().stream()
                                .filter(table -> table.status() == Status.PASSED_OVER
                                        || table.status() == Status.RECONCILED && table.gone() == 0)
                                .count(),
                        report.tables().stream().mapToLong(Reconciled::gone).sum(),
                        0,
                        report.failed().stream().map(ReconcileJob::failure).toList()),
                List::of);
    }

    private static JobFailure failure(Reconciled table) {
        return JobFailure.of(table.table().toString(), table.failure().orElseThrow());
    }

    /** What was found of each table, in the job's log. */
    private static final class LoggingProgress implements Reconciliation.Progress {
        @Override
        public void counted(TableName table, long rows, long gone) {
            LOG.info("{}: the source lacks {} of {} rows", table, gone, rows);
        }

        @Override
        public void ended(Reconciled table) {
            if (table.failure().isPresent()) {
                LOG.error("{} {}", table.table(), table.failure().get().message());
            } else {
                LOG.info("{} {} after {} {}", table.table(), table.status(), table.duration(), table.notes());
            }
        }
    }
}
