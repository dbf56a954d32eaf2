package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.GlueJob;
import dev.sluice.aws.glue.GlueBookmarks;
import dev.sluice.aws.glue.GlueBookmarks.Decision;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.RunReport;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Makes a run a job of Glue where it has tables that are read by Glue's bookmarks. All runs of a lake are runs of one job,
 * and a run has one id in the ledger and in Glue's bookmarks.
 */
final class GlueRun {

    private static final String JOB_NAME = "sluice";

    private GlueRun() {}

    /**
     * Starts the job, ingests, and saves Glue's bookmarks if each table read by them has its batch in the lake. Without
     * such tables it ingests and nothing else, so Spark is not started for them.
     */
    static RunReport of(LocalPlatform platform, IngestRequest request, Supplier<RunReport> ingest) {
        if (request.tables().stream().noneMatch(table -> GlueBookmarks.areUsedBy(platform.settings(), table))) {
            return ingest.get();
        }
        try {
            GlueJob.init(JOB_NAME, platform.glueContext(), arguments(request));
        } catch (IllegalArgumentException refused) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot start run " + request.runId() + " with Glue's bookmarks (extract.bookmark.engine): "
                            + refused.getMessage() + ".",
                    refused);
        }
        RunReport report = ingest.get();
        if (platform.glueBookmarks().decide(report) == Decision.COMMIT) {
            try {
                GlueJob.commit();
            } catch (IllegalStateException refused) {
                throw new SluiceException(
                        ErrorCode.FAILED,
                        "Cannot save Glue's bookmarks of run " + request.runId() + ": " + refused.getMessage()
                                + ". Its batches are in the lake; the next run reads their rows again and merges them.",
                        refused);
            }
        }
        return report;
    }

    private static Map<String, String> arguments(IngestRequest request) {
        Map<String, String> arguments = new HashMap<>();
        arguments.put("JOB_RUN_ID", request.runId());
        JobBookmark bookmark = request.bookmark();
        if (bookmark instanceof JobBookmark.Paused paused) {
            arguments.put("job-bookmark-option", RunCommand.PAUSE);
            arguments.put("job-bookmark-from", paused.fromRun());
            arguments.put("job-bookmark-to", paused.toRun());
        } else {
            arguments.put(
                    "job-bookmark-option",
                    bookmark instanceof JobBookmark.Disabled ? RunCommand.DISABLE : RunCommand.ENABLE);
        }
        return arguments;
    }
}
