package dev.sluice.cli;

import dev.sluice.bookmark.Position;
import dev.sluice.settings.TableName;
import dev.sluice.verify.Comparison;
import dev.sluice.verify.ConsistentPoint;
import dev.sluice.verify.Difference;
import dev.sluice.verify.VerificationReport;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows what comparisons came to. */
final class Comparisons {

    private static final int SHOWN = 10;

    private Comparisons() {}

    static Map<String, Object> document(Comparison comparison) {
        return new Fields()
                .add("left", comparison.left())
                .add("right", comparison.right())
                .add("verdict", Phrases.key(comparison.verdict()))
                .add("point", document(comparison.point()))
                .add("left-rows", comparison.leftRows())
                .add("right-rows", comparison.rightRows())
                .add("unexplained", comparison.unexplained())
                .add("explained", comparison.explained())
                .add("columns", comparison.columns())
                .add(
                        "not-compared",
                        comparison.notCompared().stream()
                                .map(column -> new Fields()
                                        .add("column", column.column())
                                        .add("reason", column.reason())
                                        .map())
                                .toList())
                .add(
                        "counts",
                        comparison.counts().stream()
                                .map(count -> new Fields()
                                        .add("kind", Phrases.key(count.kind()))
                                        .add("explanation", count.explanation().map(Phrases::key))
                                        .add("keys", count.keys())
                                        .add("rows", count.rows())
                                        .map())
                                .toList())
                .add(
                        "differences",
                        comparison.differences().stream()
                                .map(Comparisons::document)
                                .toList())
                .add("notes", comparison.notes())
                .map();
    }

    private static Map<String, Object> document(ConsistentPoint point) {
        return new Fields()
                .add("curated-version", point.curatedVersion())
                .add("batch", point.batch())
                .add("curated-read-point", point.curatedReadPoint())
                .add("position", point.position().map(Position::text))
                .add("database-time", point.databaseTime())
                .map();
    }

    private static Map<String, Object> document(Difference difference) {
        return new Fields()
                .add("kind", Phrases.key(difference.kind()))
                .add("key", difference.key())
                .add("rows", difference.rows())
                .add("explanation", difference.explanation().map(Phrases::key))
                .add(
                        "columns",
                        difference.columns().stream()
                                .map(values -> new Fields()
                                        .add("column", values.column())
                                        .add("left", values.left())
                                        .add("right", values.right())
                                        .map())
                                .toList())
                .map();
    }

    /** A line per comparison. */
    static TextTable table(List<VerificationReport> reports) {
        TextTable table = new TextTable()
                .text("TABLE")
                .text("ORIGIN")
                .number("ROWS")
                .text("COPY")
                .number("ROWS")
                .number("EXPLAINED")
                .number("DIFFERENCES")
                .text("VERDICT");
        reports.forEach(report -> report.comparisons()
                .forEach(comparison -> table.row(
                        report.table(),
                        comparison.left(),
                        Phrases.count(comparison.leftRows()),
                        comparison.right(),
                        Phrases.count(comparison.rightRows()),
                        Phrases.count(comparison.explained()),
                        Phrases.count(comparison.unexplained()),
                        Phrases.key(comparison.verdict()))));
        return table;
    }

    /** The first unexplained differences, the columns left out, and the notes. */
    static String details(TableName table, Comparison comparison) {
        StringBuilder text = new StringBuilder();
        comparison.differences().stream()
                .filter(difference -> difference.explanation().isEmpty())
                .limit(SHOWN)
                .forEach(difference -> line(text, table + ": " + words(difference, comparison)));
        if (comparison.unexplained() > SHOWN) {
            line(
                    text,
                    table + ": and " + Phrases.count(comparison.unexplained() - SHOWN)
                            + " more differences; --json lists up to " + Comparison.MOST_DIFFERENCES);
        }
        comparison
                .notCompared()
                .forEach(column ->
                        line(text, table + ": column " + column.column() + " was not compared: " + column.reason()));
        comparison.notes().forEach(note -> line(text, table + ": " + note));
        return text.toString();
    }

    private static String words(Difference difference, Comparison comparison) {
        String key = difference.key().isEmpty() ? "a row" : difference.key().toString();
        String values = difference.columns().stream()
                .map(column -> column.column() + " "
                        + column.left().orElse("NULL") + " | "
                        + column.right().orElse("NULL"))
                .collect(Collectors.joining(", "));
        return switch (difference.kind()) {
            case MISSING -> key + " is missing in " + comparison.right();
            case EXTRA -> key + " is in " + comparison.right() + " alone";
            case DIFFERENT -> key + " differs: " + values;
        };
    }

    private static void line(StringBuilder text, String line) {
        text.append(line).append(System.lineSeparator());
    }
}
