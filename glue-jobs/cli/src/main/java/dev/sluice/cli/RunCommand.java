package dev.sluice.cli;

import dev.sluice.bookmark.Window;
import dev.sluice.cli.lake.LocalPlatform;
import dev.sluice.run.Cadence;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.Positions;
import dev.sluice.settings.TableName;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ingests tables and loads them on. */
@Command(
        name = "run",
        description = "Bring what is new from the sources to raw and curated, and on to the target databases. A table"
                + " that fails does not stop the others.",
        footer = {
            "  sluice run                           every registered table",
            "  sluice run shop                      the tables of one source",
            "  sluice run shop/orders shop/lineitem",
            "  sluice run --no-load shop            the lake alone; sluice load does the rest",
            "  sluice run shop --every PT30S        again and again, in one session",
            "  sluice run shop/orders --backfill-from 2024-01-01 --backfill-to 2024-02-01",
            "                                       read a range again; the bookmark stays"
        })
final class RunCommand extends SluiceCommand {

    static final String ENABLE = "job-bookmark-enable";
    static final String DISABLE = "job-bookmark-disable";
    static final String PAUSE = "job-bookmark-pause";

    @Mixin
    private TableSelection selection;

    @Option(names = "--no-load", description = "Leave the target databases as they are.")
    private boolean noLoad;

    @Option(
            names = "--backfill-from",
            paramLabel = "POSITION",
            description =
                    "Read again from here on, included; a value of the bookmark column, like 2024-05-31 or 12345.")
    private Optional<String> backfillFrom = Optional.empty();

    @Option(names = "--backfill-to", paramLabel = "POSITION", description = "Read again up to here, excluded.")
    private Optional<String> backfillTo = Optional.empty();

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            description =
                    "Run again every so often, like PT30S, with what is registered by then, until it is stopped or no"
                            + " table can go on without a person.")
    private Optional<String> every = Optional.empty();

    @Option(names = "--during", paramLabel = "DURATION", description = "With --every: for how long, like PT6H.")
    private Optional<String> during = Optional.empty();

    @Option(
            names = "--job-bookmark-option",
            paramLabel = "OPTION",
            defaultValue = ENABLE,
            description = ENABLE + " (default), " + DISABLE + " (read everything, leave the bookmark), or " + PAUSE
                    + " (read what came between two runs, leave the bookmark).")
    private String bookmarkOption;

    @Option(
            names = "--job-bookmark-from",
            paramLabel = "RUN",
            description = "With " + PAUSE + ": the run whose input, and all before, is passed over.")
    private Optional<String> pausedFrom = Optional.empty();

    @Option(
            names = "--job-bookmark-to",
            paramLabel = "RUN",
            description = "With " + PAUSE + ": the last run whose input is read.")
    private Optional<String> pausedTo = Optional.empty();

    @Override
    Answer answer() {
        JobBookmark bookmark = bookmark();
        if (backfill() && !(bookmark instanceof JobBookmark.Enabled)) {
            throw usage("A backfill needs --job-bookmark-option " + ENABLE);
        }
        if (every.isPresent() && (backfill() || !(bookmark instanceof JobBookmark.Enabled))) {
            throw usage("--every reads on from the bookmark: leave backfill and --job-bookmark-option out");
        }
        if (during.isPresent() && every.isEmpty()) {
            throw usage("--during goes with --every");
        }
        Optional<Cadence> cadence = every.map(interval -> Cadence.parse(interval, during));
        try (LocalPlatform platform = Lakes.openForSpark(options(), "IngestJob")) {
            List<TableName> tables = selection.of(platform.settings());
            if (cadence.isPresent()) {
                return repeated(cadence.get(), platform, bookmark).answer();
            }
            Optional<Window> window = backfill()
                    ? Optional.of(new Positions(platform.settings(), platform.bookmarks())
                            .window(tables, backfillFrom, backfillTo))
                    : Optional.empty();
            return run(platform, tables, bookmark, window).answer();
        }
    }

    private RunResult repeated(Cadence cadence, LocalPlatform platform, JobBookmark bookmark) {
        return cadence.repeat(
                number ->
                        told(number, run(platform, selection.asOfNow(platform.settings()), bookmark, Optional.empty())),
                RunResult::goesOn,
                passing -> say(passing.getMessage()));
    }

    private RunResult run(
            LocalPlatform platform, List<TableName> tables, JobBookmark bookmark, Optional<Window> window) {
        IngestRequest request = new IngestRequest(RunIds.next(platform.clock()), tables, bookmark, window);
        return noLoad
                ? new RunResult(
                        Optional.of(Runs.ingest(
                                platform, request, spec.commandLine().getErr())),
                        Optional.empty())
                : Runs.ingestAndLoad(platform, request, spec.commandLine().getErr());
    }

    /** Says what a run that is followed by others came to. */
    private RunResult told(int number, RunResult result) {
        say("Run " + number + ":");
        say(result.text().stripTrailing());
        return result;
    }

    private boolean backfill() {
        return backfillFrom.isPresent() || backfillTo.isPresent();
    }

    private JobBookmark bookmark() {
        return switch (bookmarkOption) {
            case ENABLE, "enable" -> new JobBookmark.Enabled();
            case DISABLE, "disable" -> new JobBookmark.Disabled();
            case PAUSE, "pause" -> new JobBookmark.Paused(
                    pausedFrom.orElseThrow(() -> usage(PAUSE + " needs --job-bookmark-from")),
                    pausedTo.orElseThrow(() -> usage(PAUSE + " needs --job-bookmark-to")));
            default -> throw usage("Unknown --job-bookmark-option: " + bookmarkOption + ". It is one of " + ENABLE
                    + ", " + DISABLE + " and " + PAUSE);
        };
    }

    private CommandLine.ParameterException usage(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }
}
