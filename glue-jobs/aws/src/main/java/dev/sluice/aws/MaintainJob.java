package dev.sluice.aws;

import dev.sluice.aws.JobRunner.Done;
import dev.sluice.aws.result.JobFailure;
import dev.sluice.aws.result.JobKind;
import dev.sluice.aws.result.JobOutcome;
import dev.sluice.run.Maintenance;
import dev.sluice.run.MaintenanceReport;
import dev.sluice.run.MaintenanceReport.Action;
import dev.sluice.run.MaintenanceReport.Upkept;
import dev.sluice.settings.TableName;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Glue job that keeps tables in good order; scheduled, each table under its lease. */
public final class MaintainJob {

    private static final Logger LOG = LoggerFactory.getLogger(MaintainJob.class);

    /** Longer than an ordinary ingest of a table takes, so that the two only wait for each other. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private MaintainJob() {}

    /** Maintains the tables the arguments name; ends by an exception where one failed. */
    public static void main(String[] arguments) {
        JobRunner.run(JobKind.MAINTAIN, arguments, MaintainJob::run);
    }

    private static Done run(JobArguments given, AwsPlatform platform, String runId) {
        MaintenanceReport report = new Maintenance(platform, new LoggingListener(), new LoggingProgress())
                .run(runId, given.tables(platform.settings()), PATIENCE);
        GlueJob.commit();
        return new Done(
                new JobOutcome(
                        report.tables().size(),
                        (int) report.tables().stream()
                                .filter(table -> table.failure().isEmpty())
                                .filter(table -> table.actions().stream().noneMatch(MaintenanceReport.Done::changed))
                                .count(),
                        0,
                        0,
                        report.failed().stream().map(MaintainJob::failure).toList()),
                List::of);
    }

    private static JobFailure failure(Upkept table) {
        return JobFailure.of(table.table().toString(), table.failure().orElseThrow());
    }

    /** Each action with its bytes before and after, in the job's log. */
    private static final class LoggingProgress implements Maintenance.Progress {

        @Override
        public void before(TableName table, Action action) {
            LOG.debug("{} {} begins", table, action);
        }

        @Override
        public void after(TableName table, MaintenanceReport.Done done) {
            LOG.info(
                    "{} {} {} files with {} bytes to {} files with {} bytes",
                    table,
                    done.action(),
                    done.filesBefore(),
                    done.bytesBefore(),
                    done.filesAfter(),
                    done.bytesAfter());
        }
    }
}
