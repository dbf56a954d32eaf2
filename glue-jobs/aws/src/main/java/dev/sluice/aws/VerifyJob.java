package dev.sluice.aws;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.settings.TableName;
import dev.sluice.verify.Comparison;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import dev.sluice.verify.VerificationReport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** The Glue job that proves that curated equals its source and each target equals curated. */
public final class VerifyJob {

    private VerifyJob() {}

    /** Verifies the tables the arguments name, each by itself; ends by an exception where one differs or cannot be read. */
    public static void main(String[] arguments) {
        JobArguments given = JobArguments.parse(arguments);
        try (AwsPlatform platform = new AwsPlatform(given.names())) {
            GlueJob.init(given.jobName(), platform.glueContext(), given.all());
            Verification verification = new Verification(platform);
            List<TableName> tables = given.tables(platform.settings());
            List<String> problems = new ArrayList<>();
            for (TableName table : tables) {
                try {
                    problems.addAll(differences(verification.verify(table, EnumSet.allOf(Scope.class))));
                } catch (SluiceException failure) {
                    problems.add(table + ": " + failure.code() + ": " + failure.getMessage());
                }
            }
            GlueJob.commit();
            if (!problems.isEmpty()) {
                throw new SluiceException(
                        ErrorCode.FAILED,
                        "Cannot verify all of " + tables.size() + " tables:\n" + String.join("\n", problems));
            }
        }
    }

    private static List<String> differences(VerificationReport report) {
        return report.comparisons().stream()
                .filter(comparison -> comparison.verdict() == Verdict.DIFFERENT)
                .map(comparison -> report.table() + ": " + difference(comparison))
                .toList();
    }

    private static String difference(Comparison comparison) {
        return comparison.unexplained() + " keys differ between " + comparison.left() + " and " + comparison.right();
    }
}
