package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.quality.Quarantine;
import dev.sluice.run.Platform;
import dev.sluice.run.Replay;
import dev.sluice.settings.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The rows that did not pass. */
@Command(
        name = "quarantine",
        description = "Look at the rows that broke a rule or did not fit, and take them in again after a fix.",
        subcommands = {QuarantineCommand.Listing.class, QuarantineCommand.Replaying.class},
        footer = {"  sluice quarantine list shop/orders", "  sluice quarantine replay shop/orders"})
final class QuarantineCommand extends SluiceCommand {

    private static final int WHOLE_HISTORY = Integer.MAX_VALUE;

    @Override
    Answer answer() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command: list or replay");
    }

    /** Lists quarantined rows. */
    @Command(
            name = "list",
            description = "List the rows in quarantine with the rules they broke, oldest batch first.",
            footer = {"  sluice quarantine list", "  sluice quarantine list shop/orders --limit 1000 --json"})
    static final class Listing extends SluiceCommand {

        @Mixin
        private TableSelection selection;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "100",
                description = "How many rows per table (default 100).")
        private int limit;

        @Override
        Answer answer() {
            try (Platform platform = Lakes.open(options())) {
                Quarantine quarantine = new Quarantine(platform.zones().quarantine());
                List<Quarantine.Entry> entries = new ArrayList<>();
                for (TableName table : selection.of(platform.settings())) {
                    entries.addAll(quarantine.list(
                            platform.settings().findTable(table).orElseThrow(),
                            platform.bookmarks().history(table, WHOLE_HISTORY),
                            limit));
                }
                List<Map<String, Object>> rows =
                        entries.stream().map(Listing::document).toList();
                return new Answer(ExitCode.OK, new Fields().add("rows", rows).map(), text(entries));
            }
        }

        /** The entry with the row, which is kept as text, as an object. */
        private static Map<String, Object> document(Quarantine.Entry entry) {
            Map<?, ?> parsed = (Map<?, ?>) parsed(entry, entry.json());
            return new Fields()
                    .add("table", entry.table())
                    .add("batch", entry.batch())
                    .add("reasons", parsed.get("reasons"))
                    .add("row", parsed(entry, String.valueOf(parsed.get("row"))))
                    .map();
        }

        private static Object parsed(Quarantine.Entry entry, String json) {
            try {
                return JsonText.read(json).orElse(Map.of());
            } catch (JsonProcessingException failure) {
                throw new SluiceException(
                        ErrorCode.RAW_CORRUPT,
                        "Cannot read a quarantined row of table " + entry.table() + ", batch " + entry.batch()
                                + ": it is not JSON. Its file was changed or cut off; restore it.",
                        failure);
            }
        }

        private static String text(List<Quarantine.Entry> entries) {
            if (entries.isEmpty()) {
                return "Nothing is in quarantine." + System.lineSeparator();
            }
            StringBuilder text = new StringBuilder();
            for (Quarantine.Entry entry : entries) {
                Map<?, ?> parsed = (Map<?, ?>) parsed(entry, entry.json());
                text.append(entry.table())
                        .append(" batch ")
                        .append(entry.batch())
                        .append(": ")
                        .append(reasons(parsed.get("reasons")))
                        .append(System.lineSeparator())
                        .append("  ")
                        .append(parsed.get("row"))
                        .append(System.lineSeparator());
            }
            return text.toString();
        }

        private static String reasons(Object reasons) {
            if (!(reasons instanceof List<?> list)) {
                return String.valueOf(reasons);
            }
            return list.stream()
                    .map(reason -> reason instanceof Map<?, ?> parts
                            ? parts.values().stream().map(String::valueOf).collect(Collectors.joining(": "))
                            : String.valueOf(reason))
                    .collect(Collectors.joining("; "));
        }
    }

    /** Takes quarantined rows in again. */
    @Command(
            name = "replay",
            description = "Take quarantined rows in again, by the settings as they are now. What still does not pass is"
                    + " quarantined again.",
            footer = {"  sluice quarantine replay shop/orders", "  sluice quarantine replay shop/orders --batch 7"})
    static final class Replaying extends SluiceCommand {

        /** No Glue job replays; a backfill brings the same rows by another way. */
        private static final String READING_AGAIN =
                "IngestJob with --backfill-from and --backfill-to, which reads the rows again from the source";

        @Parameters(paramLabel = "SOURCE/TABLE", description = "The table.")
        private String name;

        @Option(names = "--batch", paramLabel = "N", description = "Only what this batch put there.")
        private OptionalLong batch = OptionalLong.empty();

        @Override
        Answer answer() {
            TableName table = TableSelection.parse(name);
            try (Platform platform = Lakes.openForSpark(options(), READING_AGAIN)) {
                TableSelection.single(platform.settings(), name);
                List<BatchRecord> replayed;
                try (RunProgress progress =
                        RunProgress.over("replay", 1, spec.commandLine().getErr())) {
                    replayed = new Replay(platform, progress)
                            .run(
                                    table,
                                    batch.isPresent() ? Optional.of(batch.getAsLong()) : Optional.empty(),
                                    RunIds.next(platform.clock()));
                }
                StringBuilder text = new StringBuilder();
                if (replayed.isEmpty()) {
                    text.append("Nothing of ").append(table).append(" is in quarantine.");
                    text.append(System.lineSeparator());
                }
                for (BatchRecord record : replayed) {
                    text.append("batch ")
                            .append(record.batch())
                            .append(": ")
                            .append(Phrases.count(record.rows(), "row"))
                            .append(" taken in again, ")
                            .append(Phrases.count(record.quarantined()))
                            .append(" of them back in quarantine")
                            .append(System.lineSeparator());
                }
                return new Answer(
                        ExitCode.OK,
                        new Fields()
                                .add("table", table)
                                .add(
                                        "batches",
                                        replayed.stream().map(Documents::batch).toList())
                                .map(),
                        text.toString());
            }
        }
    }
}
