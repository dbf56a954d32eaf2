package dev.sluice.aws;

import com.amazonaws.services.glue.util.GlueArgParser;
import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Window;
import dev.sluice.history.AsOf;
import dev.sluice.run.Cadence;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.Positions;
import dev.sluice.settings.ReconcileSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import scala.collection.JavaConverters;

/**
 * A job's arguments. Required: {@code --JOB_NAME} (Glue gives it), {@code --settings-table}, {@code --bookmarks-table},
 * {@code --raw}, {@code --curated}, {@code --quarantine}, and {@code --source} or {@code --tables}. The names of tables are
 * given with or without their source, with commas between; none means all tables of the source. Where the job reports to
 * is in {@link ReportArguments}.
 */
final class JobArguments {

    private static final String JOB_NAME = "JOB_NAME";
    private static final String SETTINGS_TABLE = "settings-table";
    private static final String BOOKMARKS_TABLE = "bookmarks-table";
    private static final String RAW = "raw";
    private static final String CURATED = "curated";
    private static final String QUARANTINE = "quarantine";
    private static final String CATALOG_PREFIX = "catalog-prefix";
    private static final String SOURCE = "source";
    private static final String TABLES = "tables";
    private static final String AS_OF = "as-of";
    private static final String OUTPUT = "output";
    private static final String FORMAT = "format";
    private static final String BACKFILL_FROM = "backfill-from";
    private static final String BACKFILL_TO = "backfill-to";
    private static final String MAX_SHARE = "max-share";
    private static final String EVERY = "every";
    private static final String DURING = "during";
    private static final String LOAD = "load";
    private static final String BOOKMARK_OPTION = "job-bookmark-option";
    private static final String BOOKMARK_FROM = "job-bookmark-from";
    private static final String BOOKMARK_TO = "job-bookmark-to";

    static final List<String> REQUIRED = List.of(JOB_NAME, SETTINGS_TABLE, BOOKMARKS_TABLE, RAW, CURATED, QUARANTINE);
    static final List<String> OPTIONAL = List.of(
            CATALOG_PREFIX,
            SOURCE,
            TABLES,
            AS_OF,
            OUTPUT,
            FORMAT,
            BACKFILL_FROM,
            BACKFILL_TO,
            MAX_SHARE,
            EVERY,
            DURING,
            LOAD);

    /** Glue's own, which its parser passes on unasked. */
    static final List<String> RESERVED = List.of(BOOKMARK_OPTION, BOOKMARK_FROM, BOOKMARK_TO);

    private final Map<String, String> values;

    private JobArguments(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /** Reads the arguments as Glue passes them; throws {@code REQUEST_INVALID} where Glue's parser refuses them. */
    static JobArguments parse(String[] arguments) {
        List<String> names = new ArrayList<>(REQUIRED);
        OPTIONAL.stream().filter(name -> isGiven(arguments, name)).forEach(names::add);
        try {
            return new JobArguments(JavaConverters.mapAsJavaMapConverter(
                            GlueArgParser.getResolvedOptions(arguments, names.toArray(new String[0])))
                    .asJava());
        } catch (RuntimeException refused) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot use the job's arguments: " + refused.getMessage()
                            + ". Correct the job's default arguments or those of this run.",
                    refused);
        }
    }

    String jobName() {
        return values.get(JOB_NAME);
    }

    /**
     * How often the job repeats its run; empty where it runs once. A cadence is the job's own and goes for its whole source:
     * single tables, a range to read again and bookmarks set otherwise are what a person asks of one run.
     */
    Optional<Cadence> cadence() {
        for (String beside : List.of(DURING, LOAD)) {
            if (find(EVERY).isEmpty() && find(beside).isPresent()) {
                throw new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot use --" + beside + " by itself: it goes with --" + EVERY + ".");
            }
        }
        Optional<Cadence> cadence = find(EVERY).map(every -> Cadence.parse(every, find(DURING)));
        boolean once = namesTables()
                || find(BACKFILL_FROM).isPresent()
                || find(BACKFILL_TO).isPresent()
                || !(bookmark() instanceof JobBookmark.Enabled);
        return cadence.filter(given -> !once);
    }

    /** Whether each of the runs that are repeated loads the databases as well. */
    boolean loads() {
        String text = find(LOAD).orElse("no");
        if (!List.of("yes", "no").contains(text)) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID, "Cannot use --" + LOAD + ": " + text + ". It is yes or no.");
        }
        return text.equals("yes");
    }

    /** All of them, as {@code Job.init} takes them. */
    Map<String, String> all() {
        return values;
    }

    AwsPlatform.Names names() {
        return new AwsPlatform.Names(
                values.get(SETTINGS_TABLE),
                values.get(BOOKMARKS_TABLE),
                values.get(RAW),
                values.get(CURATED),
                values.get(QUARANTINE),
                find(CATALOG_PREFIX).map(JobArguments::catalogPrefix).orElse(""));
    }

    private static String catalogPrefix(String prefix) {
        if (!prefix.matches("[a-z0-9_]+")) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot use --" + CATALOG_PREFIX + ": " + prefix
                            + ". Athena knows lower-case letters, digits and underscores in a database's name, like"
                            + " sluice_dev_.");
        }
        return prefix;
    }

    /** The tables to work on, each once; those of a source are looked up where none is named. */
    List<TableName> tables(SettingsStore settings) {
        Optional<String> source = find(SOURCE);
        List<String> named = find(TABLES)
                .map(list -> Arrays.stream(list.split(","))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList())
                .orElse(List.of());
        if (named.isEmpty()) {
            String only = source.orElseThrow(() -> new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot tell which tables to run: neither --" + SOURCE + " nor --" + TABLES + " is given."));
            List<TableName> tables = settings.tables(only);
            if (tables.isEmpty()) {
                throw new SluiceException(
                        ErrorCode.SETTINGS_MISSING,
                        "Cannot run source: " + only + ". No table of it is registered. Register one with 'sluice"
                                + " register'.");
            }
            return tables;
        }
        return named.stream()
                .map(name -> table(name, source))
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether single tables are named, and not all of a source. */
    boolean namesTables() {
        return find(TABLES).isPresent();
    }

    /** The share of rows that a reconciliation may remove, in the place of each table's; throws {@code REQUEST_INVALID}. */
    OptionalDouble maxShare() {
        Optional<String> text = find(MAX_SHARE);
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        try {
            double share = Double.parseDouble(text.get());
            if (ReconcileSettings.isShare(share)) {
                return OptionalDouble.of(share);
            }
            throw new NumberFormatException("Not above 0 and at most 1");
        } catch (NumberFormatException unreadable) {
            throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot use --" + MAX_SHARE + ": " + text.get()
                            + ". Write a number above 0 and at most 1, like 0.4.",
                    unreadable);
        }
    }

    /** What to do with bookmarks. Glue's own default is to disable them; the job's definition sets what it wants. */
    JobBookmark bookmark() {
        return switch (values.get(BOOKMARK_OPTION)) {
            case "job-bookmark-enable" -> new JobBookmark.Enabled();
            case "job-bookmark-disable" -> new JobBookmark.Disabled();
            case "job-bookmark-pause" -> new JobBookmark.Paused(paused(BOOKMARK_FROM), paused(BOOKMARK_TO));
            default -> throw new SluiceException(
                    ErrorCode.REQUEST_INVALID,
                    "Cannot use --" + BOOKMARK_OPTION + ": " + values.get(BOOKMARK_OPTION)
                            + ". It is job-bookmark-enable, job-bookmark-disable or job-bookmark-pause.");
        };
    }

    /** The range to read again, its ends written as people or as the ledger write positions. */
    Optional<Window> backfill(List<TableName> tables, Positions positions) {
        Optional<String> from = find(BACKFILL_FROM);
        Optional<String> to = find(BACKFILL_TO);
        return from.isEmpty() && to.isEmpty() ? Optional.empty() : Optional.of(positions.window(tables, from, to));
    }

    /** The time or the snapshot to read; throws {@code REQUEST_INVALID} where it is missing or none. */
    AsOf.When asOf() {
        return AsOf.when(find(AS_OF).orElseThrow(() -> missing(AS_OF, "a time like 2026-01-31T12:00:00Z")));
    }

    /** Where an export goes. */
    String output() {
        return find(OUTPUT).orElseThrow(() -> missing(OUTPUT, "a new prefix like s3://bucket/export"));
    }

    /** What an export is written as; Parquet where nothing is said. */
    AsOf.Format format() {
        String text = find(FORMAT).orElse("parquet");
        return Arrays.stream(AsOf.Format.values())
                .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot use --" + FORMAT + ": " + text + ". It is parquet, csv or json."));
    }

    private static SluiceException missing(String name, String value) {
        return new SluiceException(
                ErrorCode.REQUEST_INVALID, "Cannot export: --" + name + " is not given. Give it " + value + ".");
    }

    private String paused(String name) {
        return find(name)
                .orElseThrow(() -> new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot pause bookmarks: --" + name
                                + " is not given. Name the runs between which to read with --" + BOOKMARK_FROM
                                + " and --" + BOOKMARK_TO + "."));
    }

    private static TableName table(String name, Optional<String> source) {
        if (name.contains("/")) {
            try {
                return TableName.parse(name);
            } catch (IllegalArgumentException unreadable) {
                throw new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot use --" + TABLES + ": " + name + ". Write a table as source/table, or as its own name"
                                + " beside --" + SOURCE + ".",
                        unreadable);
            }
        }
        return new TableName(
                source.orElseThrow(() -> new SluiceException(
                        ErrorCode.REQUEST_INVALID,
                        "Cannot tell the source of table: " + name + ". Give --" + SOURCE + ", or write source/" + name
                                + ".")),
                name);
    }

    private Optional<String> find(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> !value.isBlank());
    }

    private static boolean isGiven(String[] arguments, String name) {
        return Arrays.stream(arguments)
                .anyMatch(argument -> argument.equals("--" + name) || argument.startsWith("--" + name + "="));
    }
}
