package dev.sluice.cli;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.run.Platform;
import dev.sluice.run.Positions;
import dev.sluice.run.Rewind;
import dev.sluice.settings.TableName;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the ledger knows of a table, and the few things a person may change in it. */
@Command(
        name = "bookmark",
        description = "Look at a table's bookmark and history, set it back, or take a lease away.",
        subcommands = {
            BookmarkCommand.Show.class,
            BookmarkCommand.History.class,
            BookmarkCommand.Back.class,
            BookmarkCommand.Unlock.class
        },
        footer = {
            "  sluice bookmark show shop/orders",
            "  sluice bookmark history shop/orders --limit 5",
            "  sluice bookmark rewind shop/orders --to-batch 7",
            "  sluice bookmark unlock shop/orders"
        })
final class BookmarkCommand extends SluiceCommand {

    @Override
    Answer answer() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Missing command: show, history, rewind or unlock");
    }

    /** The table that a bookmark command is about. */
    abstract static class OfTable extends SluiceCommand {

        @Parameters(paramLabel = "SOURCE/TABLE", description = "The table.")
        private String name;

        abstract Answer answer(Platform platform, TableName table);

        @Override
        final Answer answer() {
            TableName table = TableSelection.parse(name);
            try (Platform platform = Lakes.open(options())) {
                return answer(platform, TableSelection.single(platform.settings(), table.toString()));
            }
        }
    }

    /** Shows a table's bookmark. */
    @Command(
            name = "show",
            description = "Show where a table's next batch begins, and who holds it.",
            footer = "  sluice bookmark show shop/orders")
    static final class Show extends OfTable {
        @Override
        Answer answer(Platform platform, TableName table) {
            TableState state = platform.bookmarks().load(table);
            TextTable text = new TextTable().text("OF").text(table.toString());
            text.row("position", state.position().map(Position::text).orElse("-"));
            text.row("last batch", state.lastBatch());
            text.row("complete as of", state.readPoint().map(Object::toString).orElse("-"));
            text.row("last look", state.checkedAt().map(Object::toString).orElse("-"));
            text.row(
                    "curated version",
                    state.curatedVersion().map(String::valueOf).orElse("-"));
            state.observations()
                    .forEach(seen -> text.row("not settled", "maximum " + seen.value() + " seen at " + seen.at()));
            text.row("begun work", Phrases.words(state.work()));
            text.row(
                    "holder",
                    state.hold()
                            .map(hold -> hold.holder() + " until " + hold.expiresAt())
                            .orElse("-"));
            text.row(
                    "last failure",
                    state.failure().map(failure -> failure.message()).orElse("-"));
            return new Answer(ExitCode.OK, Documents.state(state), text.toString());
        }
    }

    /** Shows a table's batches. */
    @Command(
            name = "history",
            description = "Show a table's batches, newest first.",
            footer = {
                "  sluice bookmark history shop/orders",
                "  sluice bookmark history shop/orders --limit 100 --json"
            })
    static final class History extends OfTable {

        @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many (default 20).")
        private int limit;

        @Override
        Answer answer(Platform platform, TableName table) {
            List<BatchRecord> batches = platform.bookmarks().history(table, limit);
            TextTable text = new TextTable()
                    .number("BATCH")
                    .text("KIND")
                    .text("COMMITTED AT")
                    .number("ROWS")
                    .number("QUARANTINED")
                    .text("FROM")
                    .text("TO")
                    .number("VERSION")
                    .text("RUN")
                    .text("NOTES");
            for (BatchRecord batch : batches) {
                text.row(
                        batch.batch(),
                        Phrases.words(batch.kind()),
                        batch.committedAt(),
                        Phrases.count(batch.rows()),
                        Phrases.count(batch.quarantined()),
                        Positions.text(batch.positionBefore()),
                        Positions.text(batch.positionAfter()),
                        batch.curatedVersion().map(String::valueOf).orElse("-"),
                        batch.runId(),
                        String.join("; ", batch.notes()));
            }
            return new Answer(
                    ExitCode.OK,
                    new Fields()
                            .add("table", table)
                            .add(
                                    "batches",
                                    batches.stream().map(Documents::batch).toList())
                            .map(),
                    text.toString());
        }
    }

    /** Sets a table's bookmark back. */
    @Command(
            name = "rewind",
            description =
                    "Set a table's bookmark back, so that the next run reads again what lies after it. Keyed tables"
                            + " merge the rows, append tables replace them: nothing is doubled. From the start curated is"
                            + " built anew, but for mode history, which keeps its versions and ends those of deleted rows.",
            footer = {
                "  sluice bookmark rewind shop/orders --to 2024-05-31",
                "  sluice bookmark rewind shop/orders --to-batch 7    as it was before batch 7",
                "  sluice bookmark rewind shop/orders --to-start      the next run builds curated anew"
            })
    static final class Back extends OfTable {

        @ArgGroup(multiplicity = "1")
        private Destination destination;

        private static final class Destination {
            @Option(names = "--to", paramLabel = "POSITION", description = "A value of the bookmark column.")
            private String position;

            @Option(names = "--to-batch", paramLabel = "N", description = "Where batch N began.")
            private Long batch;

            @Option(names = "--to-start", description = "The beginning.")
            private boolean start;
        }

        @Option(
                names = "--discard-history",
                description = "With --to-start, of a table of mode history: build it anew and give its versions up.")
        private boolean discardHistory;

        @Override
        Answer answer(Platform platform, TableName table) {
            if (discardHistory && !destination.start) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "--discard-history goes with --to-start only");
            }
            Optional<Position> to = position(platform, table);
            Rewind rewind = new Rewind(platform);
            BatchRecord entry = discardHistory
                    ? rewind.discardingHistory(table, RunIds.next(platform.clock()))
                    : rewind.to(table, to, RunIds.next(platform.clock()));
            return new Answer(
                    ExitCode.OK,
                    Documents.batch(entry),
                    "The next run of " + table + " begins at "
                            + to.map(position -> Positions.text(Optional.of(position)))
                                    .orElse("the beginning")
                            + "; it was at " + Positions.text(entry.positionBefore()) + "." + System.lineSeparator());
        }

        private Optional<Position> position(Platform platform, TableName table) {
            if (destination.batch != null) {
                return platform.bookmarks()
                        .findBatch(table, destination.batch)
                        .orElseThrow(() -> new SluiceException(
                                ErrorCode.REQUEST_INVALID,
                                "Cannot rewind table " + table + " to batch " + destination.batch
                                        + ": there is no such batch. See sluice bookmark history " + table + "."))
                        .positionBefore();
            }
            if (destination.position == null) {
                return Optional.empty();
            }
            return Optional.of(
                    new Positions(platform.settings(), platform.bookmarks()).parse(table, destination.position));
        }
    }

    /** Takes a table's lease away. */
    @Command(
            name = "unlock",
            description = {
                "Take a table's lease away from a run that is known to be dead. A run that lives on can do no harm: what"
                        + " it has not committed is refused. Leases also expire by themselves."
            },
            footer = "  sluice bookmark unlock shop/orders")
    static final class Unlock extends OfTable {
        @Override
        Answer answer(Platform platform, TableName table) {
            Optional<String> holder = platform.bookmarks().load(table).hold().map(hold -> hold.holder()
                    .toString());
            holder.ifPresent(held -> platform.bookmarks().unlock(table));
            return new Answer(
                    ExitCode.OK,
                    new Fields()
                            .add("table", table)
                            .add("unlocked-from", holder)
                            .map(),
                    holder.map(held -> "Took the lease on " + table + " from " + held + ".")
                                    .orElse("Nobody holds " + table + "; nothing to do.")
                            + System.lineSeparator());
        }
    }
}
