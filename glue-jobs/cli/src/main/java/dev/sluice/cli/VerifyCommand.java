package dev.sluice.cli;

import dev.sluice.SluiceException;
import dev.sluice.run.Platform;
import dev.sluice.settings.TableName;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import dev.sluice.verify.VerificationReport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Proves that curated equals its source and that the targets equal curated. */
@Command(
        name = "verify",
        description =
                "Compare curated with its source and the targets with curated, at a consistent point, by checksums"
                        + " that narrow down to the differing keys. Reads only; ends with 1 where something differs that"
                        + " quarantine and the next run do not explain.",
        footer = {
            "  sluice verify                          every table",
            "  sluice verify shop/orders",
            "  sluice verify --scope targets shop     the targets alone",
            "  sluice verify --json shop/orders | jq '.tables[].comparisons[].differences'"
        })
final class VerifyCommand extends SluiceCommand {

    /** What a person may ask for. */
    private enum Asked {
        CURATED(EnumSet.of(Scope.CURATED)),
        TARGETS(EnumSet.of(Scope.TARGETS)),
        ALL(EnumSet.allOf(Scope.class));

        private final Set<Scope> scopes;

        Asked(Set<Scope> scopes) {
            this.scopes = scopes;
        }
    }

    /** A table's report, or why there is none. */
    private record Line(TableName table, Optional<VerificationReport> report, Optional<SluiceException> failure) {}

    @Mixin
    private TableSelection selection;

    @Option(
            names = "--scope",
            paramLabel = "SCOPE",
            defaultValue = "all",
            description = "curated, targets or all (default).")
    private Asked asked;

    @Override
    Answer answer() {
        try (Platform platform = Lakes.openForSpark(options(), "VerifyJob")) {
            List<Line> lines = new ArrayList<>();
            for (TableName table : selection.of(platform.settings())) {
                lines.add(verify(platform, table));
                say(table + ": " + verdict(lines.get(lines.size() - 1)));
            }
            return new Answer(
                    code(lines),
                    new Fields()
                            .add("equal", code(lines) == ExitCode.OK)
                            .add(
                                    "tables",
                                    lines.stream().map(VerifyCommand::document).toList())
                            .map(),
                    text(lines));
        }
    }

    private Line verify(Platform platform, TableName table) {
        try {
            return new Line(
                    table, Optional.of(new Verification(platform).verify(table, asked.scopes)), Optional.empty());
        } catch (SluiceException failure) {
            return new Line(table, Optional.empty(), Optional.of(failure));
        }
    }

    private static ExitCode code(List<Line> lines) {
        boolean different = lines.stream()
                .flatMap(line -> line.report().stream())
                .anyMatch(report -> report.verdict() == Verdict.DIFFERENT);
        return different
                ? ExitCode.FAILED
                : ExitCode.of(lines.stream()
                        .flatMap(line -> line.failure().stream())
                        .map(SluiceException::code)
                        .toList());
    }

    private static String verdict(Line line) {
        return line.report().map(report -> Phrases.key(report.verdict())).orElse("not verified");
    }

    private static Object document(Line line) {
        Fields fields = new Fields().add("table", line.table()).add("verdict", verdict(line));
        line.report()
                .ifPresent(report -> fields.add(
                        "comparisons",
                        report.comparisons().stream().map(Comparisons::document).toList()));
        return fields.add("error", line.failure().map(Documents::error)).map();
    }

    private static String text(List<Line> lines) {
        StringBuilder text = new StringBuilder(Comparisons.table(
                        lines.stream().flatMap(line -> line.report().stream()).toList())
                .toString());
        lines.forEach(line -> {
            line.report().ifPresent(report -> report.comparisons()
                    .forEach(comparison -> text.append(Comparisons.details(report.table(), comparison))));
            line.failure()
                    .ifPresent(failure -> text.append(failure.getMessage()).append(System.lineSeparator()));
        });
        return text.toString();
    }
}
