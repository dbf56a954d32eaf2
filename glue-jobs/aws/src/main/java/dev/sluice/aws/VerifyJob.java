package dev.sluice.aws;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.aws.JobRunner.Done;
import dev.sluice.aws.result.JobFailure;
import dev.sluice.aws.result.JobKind;
import dev.sluice.aws.result.JobOutcome;
import dev.sluice.settings.TableName;
import dev.sluice.verify.Comparison;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import dev.sluice.verify.VerificationReport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;

/** The Glue job that proves that curated equals its source and each target equals curated. */
public final class VerifyJob {

    private VerifyJob() {}

    /** Verifies the tables the arguments name, each by itself; ends by an exception where one differs or cannot be read. */
    public static void main(String[] arguments) {
        JobRunner.run(JobKind.VERIFY, arguments, VerifyJob::run);
    }

    private static Done run(JobArguments given, AwsPlatform platform, String runId) {
        Verification verification = new Verification(platform);
        List<TableName> tables = given.tables(platform.settings());
        List<JobFailure> failures = new ArrayList<>();
        long rows = 0;
        for (TableName table : tables) {
            try {
                VerificationReport report = verification.verify(table, EnumSet.allOf(Scope.class));
                rows += report.comparisons().stream()
                        .mapToLong(Comparison::leftRows)
                        .sum();
                if (report.verdict() == Verdict.DIFFERENT) {
                    failures.add(new JobFailure(table.toString(), ErrorCode.DIFFERENCE_FOUND, differences(report)));
                }
            } catch (SluiceException failure) {
                failures.add(new JobFailure(table.toString(), failure.code(), failure.getMessage()));
            }
        }
        GlueJob.commit();
        return new Done(new JobOutcome(tables.size(), 0, rows, 0, failures), List::of);
    }

    private static String differences(VerificationReport report) {
        return report.comparisons().stream()
                .filter(comparison -> comparison.verdict() == Verdict.DIFFERENT)
                .map(comparison -> comparison.unexplained() + " keys differ between " + comparison.left() + " and "
                        + comparison.right())
                .collect(Collectors.joining("; "));
    }
}
