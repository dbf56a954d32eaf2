package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.LoadRecord;
import dev.sluice.bookmark.TableState;
import dev.sluice.run.Platform;
import dev.sluice.settings.FreshnessSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows how each table stands, from settings and ledger alone. */
@Command(
        name = "status",
        description = "Show each table's last batch, its age in lake and database against the limits, who works on it,"
                + " and why its last run failed.",
        footer = {
            "  sluice status                 all tables",
            "  sluice status shop            the tables of one source",
            "  sluice status --check shop    exit 1 where a table is late, failed or misconfigured",
            "  sluice --environment dev status",
            "                                an environment on AWS",
            "  sluice status --json | jq '.tables[] | select(.late)'"
        })
final class StatusCommand extends SluiceCommand {

    @Mixin
    private TableSelection selection;

    @Option(
            names = "--check",
            description = "End with 1 where a table is late, its last run failed, or its settings cannot be used.")
    private boolean check;

    /** How old a place is; empty before it has anything. */
    private record Age(String place, Optional<Duration> age, Duration limit) {
        boolean late() {
            return age.isPresent() && age.get().compareTo(limit) > 0;
        }
    }

    /** A table's line; {@code problem} tells why its settings cannot be used. */
    private record Line(
            TableName table,
            Optional<SluiceException> problem,
            TableState state,
            Optional<BatchRecord> batch,
            Age lake,
            List<Age> targets,
            List<LoadRecord> loads) {
        boolean late() {
            return lake.late() || targets.stream().anyMatch(Age::late);
        }

        boolean wrong() {
            return late() || problem.isPresent() || state.failure().isPresent();
        }
    }

    @Override
    Answer answer() {
        try (Platform platform = Lakes.open(options())) {
            List<Line> lines = new ArrayList<>();
            for (TableName table : selection.of(platform.settings())) {
                lines.add(line(platform, table));
            }
            boolean wrong = lines.stream().anyMatch(Line::wrong);
            return new Answer(
                    check && wrong ? ExitCode.FAILED : ExitCode.OK,
                    new Fields()
                            .add("at", platform.clock().instant())
                            .add(
                                    "tables",
                                    lines.stream().map(StatusCommand::document).toList())
                            .map(),
                    text(lines, platform.clock().instant()));
        }
    }

    private static Line line(Platform platform, TableName table) {
        Instant now = platform.clock().instant();
        TableState state = platform.bookmarks().load(table);
        Optional<TableSettings> settings = Optional.empty();
        Optional<SluiceException> problem = Optional.empty();
        try {
            settings = platform.settings().findTable(table);
        } catch (SluiceException unusable) {
            // The ledger's part is worth showing all the same.
            problem = Optional.of(unusable);
        }
        FreshnessSettings limits = settings.map(TableSettings::freshness)
                .orElse(new FreshnessSettings(FreshnessSettings.DEFAULT_LAKE, FreshnessSettings.DEFAULT_DATABASE));
        List<LoadRecord> loads = platform.bookmarks().loads(table);
        Age lake = new Age("lake", state.readPoint().map(point -> Duration.between(point, now)), limits.lake());
        List<Age> targets = new ArrayList<>();
        settings.ifPresent(known -> known.loads().forEach(load -> {
            String target = load.target() + ":" + load.schema() + "." + load.table();
            Optional<LoadRecord> last = loads.stream()
                    .filter(record -> record.target().equals(target))
                    .findFirst();
            targets.add(new Age(
                    target,
                    last.flatMap(record -> record.completeAsOf(state)).map(point -> Duration.between(point, now)),
                    limits.database()));
        }));
        return new Line(
                table,
                problem,
                state,
                platform.bookmarks().history(table, 1).stream().findFirst(),
                lake,
                targets,
                loads);
    }

    private static Map<String, Object> document(Line line) {
        return new Fields()
                .add("table", line.table())
                .add("late", line.late())
                .add("settings-error", line.problem().map(Documents::error))
                .add("lake", document(line.lake()))
                .add(
                        "targets",
                        line.targets().stream().map(StatusCommand::document).toList())
                .add("state", Documents.state(line.state()))
                .add("last-batch", line.batch().map(Documents::batch))
                .add("loads", line.loads().stream().map(Documents::load).toList())
                .map();
    }

    private static Map<String, Object> document(Age age) {
        return new Fields()
                .add("place", age.place())
                .add("age-seconds", age.age().map(Duration::toSeconds))
                .add("limit-seconds", age.limit().toSeconds())
                .add("late", age.late())
                .map();
    }

    private static String text(List<Line> lines, Instant now) {
        if (lines.isEmpty()) {
            return "No tables are registered. Use sluice register or sluice discover." + System.lineSeparator();
        }
        TextTable table = new TextTable()
                .text("TABLE")
                .number("BATCH")
                .number("ROWS")
                .number("QUARANTINED")
                .text("COMMITTED")
                .text("LAKE AGE")
                .text("DATABASE AGE")
                .text("STATE");
        for (Line line : lines) {
            table.row(
                    line.table(),
                    line.batch().map(batch -> String.valueOf(batch.batch())).orElse("-"),
                    line.batch().map(batch -> Phrases.count(batch.rows())).orElse("-"),
                    line.batch()
                            .map(batch -> Phrases.count(batch.quarantined()))
                            .orElse("-"),
                    line.batch()
                            .map(batch -> Phrases.duration(Duration.between(batch.committedAt(), now)) + " ago")
                            .orElse("never"),
                    text(line.lake()),
                    line.targets().isEmpty()
                            ? "-"
                            : String.join(
                                    ", ",
                                    line.targets().stream()
                                            .map(StatusCommand::text)
                                            .toList()),
                    condition(line, now));
        }
        StringBuilder text = new StringBuilder(table.toString());
        for (Line line : lines) {
            line.problem().ifPresent(problem -> text.append(System.lineSeparator())
                    .append(problem.getMessage())
                    .append(System.lineSeparator()));
            line.state().failure().ifPresent(failure -> text.append(System.lineSeparator())
                    .append(line.table())
                    .append(" failed in run ")
                    .append(failure.runId())
                    .append(", ")
                    .append(Phrases.duration(Duration.between(failure.at(), now)))
                    .append(" ago: ")
                    .append(failure.message())
                    .append(System.lineSeparator()));
        }
        return text.toString();
    }

    private static String text(Age age) {
        return age.age().map(Phrases::duration).orElse("never") + (age.late() ? " (late)" : "");
    }

    private static String condition(Line line, Instant now) {
        if (line.state().hold().isPresent()) {
            boolean expired = line.state().hold().get().expiresAt().isBefore(now);
            return (expired ? "lease expired: " : "held by ")
                    + line.state().hold().get().holder();
        }
        if (line.problem().isPresent()) {
            return "settings " + (line.problem().get().code() == ErrorCode.SETTINGS_INVALID ? "invalid" : "unreadable");
        }
        if (line.state().failure().isPresent()) {
            return "failed: " + Phrases.words(line.state().failure().get().code());
        }
        if (line.batch().isEmpty()) {
            return line.state().checkedAt().isPresent() ? "empty so far" : "never run";
        }
        return line.late() ? "late" : "ok";
    }
}
