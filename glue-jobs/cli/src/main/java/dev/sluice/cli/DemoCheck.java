package dev.sluice.cli;

import dev.sluice.run.Platform;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.TableName;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import dev.sluice.verify.VerificationReport;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** What lies where after the demo's runs: rows in source, quarantine, curated and target. */
record DemoCheck(List<Line> lines) {

    /** A table's rows, and what verification says of them. */
    record Line(TableName table, VerificationReport report) {
        long source() {
            return report.comparisons().get(0).leftRows();
        }

        long curated() {
            return report.comparisons().get(0).rightRows();
        }

        long target() {
            return report.comparisons().get(1).rightRows();
        }

        /** Rows that the source has and curated has not, because they are in quarantine. */
        long quarantined() {
            return report.comparisons().get(0).explained();
        }

        boolean equal() {
            return report.verdict() == Verdict.EQUAL;
        }
    }

    static DemoCheck of(Platform platform, List<TableName> tables) {
        Verification verification = new Verification(platform);
        return new DemoCheck(tables.stream()
                .map(table -> new Line(table, verification.verify(table, EnumSet.allOf(Scope.class))))
                .toList());
    }

    boolean equal() {
        return lines.stream().allMatch(Line::equal);
    }

    List<Map<String, Object>> document() {
        return lines.stream()
                .map(line -> new Fields()
                        .add("table", line.table())
                        .add("source", line.source())
                        .add("quarantined", line.quarantined())
                        .add("curated", line.curated())
                        .add("target", line.target())
                        .add("equal", line.equal())
                        .map())
                .toList();
    }

    /** The table of what happened: rows that each run read, and where they are now. */
    String text(List<RunResult> runs) {
        TextTable text = new TextTable().text("TABLE");
        for (int run = 1; run <= runs.size(); run++) {
            text.number("RUN " + run);
        }
        text.number("SOURCE")
                .number("QUARANTINE")
                .number("CURATED")
                .number("DATABASE")
                .text("");
        for (Line line : lines) {
            List<Object> cells = new ArrayList<>();
            cells.add(line.table());
            runs.forEach(run -> cells.add(read(run, line.table())));
            cells.add(Phrases.count(line.source()));
            cells.add(Phrases.count(line.quarantined()));
            cells.add(Phrases.count(line.curated()));
            cells.add(Phrases.count(line.target()));
            cells.add(line.equal() ? "equal" : "DIFFERENT");
            text.row(cells.toArray());
        }
        StringBuilder details = new StringBuilder(text.toString());
        lines.stream().filter(line -> !line.equal()).forEach(line -> line.report()
                .comparisons()
                .forEach(comparison -> details.append(Comparisons.details(line.table(), comparison))));
        return details.toString();
    }

    private static String read(RunResult run, TableName table) {
        return run.ingest().stream()
                .flatMap(report -> report.tables().stream())
                .filter(outcome -> outcome.table().equals(table))
                .findFirst()
                .map(DemoCheck::read)
                .orElse("-");
    }

    private static String read(TableOutcome outcome) {
        return outcome.status() == TableOutcome.Status.FAILED
                ? "failed"
                : outcome.batch().map(batch -> Phrases.count(batch.rows())).orElse("-");
    }
}
