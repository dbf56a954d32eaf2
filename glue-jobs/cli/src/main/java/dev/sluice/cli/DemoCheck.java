package dev.sluice.cli;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.curate.CuratedZone;
import dev.sluice.quality.Quarantine;
import dev.sluice.run.Platform;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.TableName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What lies where after the demo's runs: rows in source, quarantine, curated and target. */
record DemoCheck(List<Line> lines) {

    /** A table's rows. */
    record Line(TableName table, long source, long quarantined, long curated, long target) {
        boolean equal() {
            return source - quarantined == curated && curated == target;
        }
    }

    static DemoCheck of(Platform platform, Connection source, Connection target, List<TableName> tables)
            throws SQLException {
        List<Line> lines = new ArrayList<>();
        CuratedZone curated = new CuratedZone(platform.zones().curated());
        for (TableName table : tables) {
            long quarantined = Quarantine.open(platform.bookmarks().history(table, Integer.MAX_VALUE)).stream()
                    .mapToLong(BatchRecord::quarantined)
                    .sum();
            lines.add(new Line(
                    table,
                    count(source, table),
                    quarantined,
                    platform.spark()
                            .read()
                            .format("delta")
                            .load(curated.location(table))
                            .count(),
                    count(target, table)));
        }
        return new DemoCheck(lines);
    }

    private static long count(Connection connection, TableName table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table.table())) {
            row.next();
            return row.getLong(1);
        }
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
        return text.toString();
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
