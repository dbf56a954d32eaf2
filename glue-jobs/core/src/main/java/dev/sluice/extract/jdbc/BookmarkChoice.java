package dev.sluice.extract.jdbc;

import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.jdbc.BookmarkColumns.Kind;
import dev.sluice.extract.jdbc.RelationFacts.ColumnFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The likeliest bookmark of a table with a primary key.
 *
 * @param columns one, or a column for changes together with one for creation where the first is empty until a change
 * @param reason what speaks for it
 * @param warnings what a person should repair
 */
record BookmarkChoice(List<String> columns, String reason, List<String> warnings) {

    private static final Pattern CHANGE = Pattern.compile(
            "(^|_)(updated?|modified|modification|changed?|last_?(update|updated|modified|change|changed)|lastmod|mtime|upd|mod)"
                    + "(_|$|at$|on$|ts$|time|date)");
    private static final Pattern CREATION = Pattern.compile(
            "(^|_)(created?|creation|inserted?|added|logged|recorded|occurred|received|ctime|event|ts|timestamp)"
                    + "(_|$|at$|on$|ts$|time|date)");
    private static final Pattern CLOCK = Pattern.compile(
            "now\\(\\)|current_timestamp|clock_timestamp|statement_timestamp|localtimestamp", Pattern.CASE_INSENSITIVE);

    private static final int NAME = 100;
    private static final int TRIGGER = 90;
    private static final int INDEX = 20;
    private static final int REQUIRED = 10;
    private static final int DEFAULT = 10;
    private static final int ZONED = 10;
    private static final int WALL_CLOCK = 5;
    private static final int DATE = -60;

    /** A column with what speaks for it. */
    private record Candidate(ColumnFacts column, Kind kind, int score, List<String> grounds) {}

    /** The choice; empty where no column is likely to see every change. */
    static Optional<BookmarkChoice> find(RelationFacts facts, ColumnHistory history) {
        Optional<Candidate> change = best(facts, history, CHANGE);
        Optional<Candidate> creation = best(facts, history, CREATION);
        if (change.isPresent()) {
            return Optional.of(changes(facts, change.get(), creation));
        }
        if (history.habit() != ColumnHistory.Habit.INSERTS_ONLY) {
            return Optional.empty();
        }
        Optional<Candidate> insertion = creation.or(() -> generated(facts, history));
        return insertion.map(found -> {
            List<String> warnings = new ArrayList<>();
            warnings.add("Column " + found.column().name()
                    + " does not change when a row is updated: should rows ever be updated, read in full instead");
            warnings.addAll(warnings(facts, List.of(found)));
            Optional.ofNullable(history.generated().get(found.column().name()))
                    .filter(cache -> cache > 1)
                    .ifPresent(cache -> warnings.add("The sequence of column "
                            + found.column().name() + " has CACHE " + cache
                            + ": a session may use a lower value later, which is missed. Set CACHE 1"));
            return new BookmarkChoice(
                    List.of(found.column().name()),
                    "Bookmark " + found.column().name() + ": " + String.join(", ", found.grounds())
                            + ", and the server has counted inserts and no update or delete",
                    warnings);
        });
    }

    private static BookmarkChoice changes(RelationFacts facts, Candidate change, Optional<Candidate> creation) {
        List<Candidate> chosen = new ArrayList<>();
        chosen.add(change);
        String reason = "Bookmark " + change.column().name() + ": " + String.join(", ", change.grounds());
        if (nullable(change.column())) {
            Optional<Candidate> companion =
                    creation.filter(found -> found.kind() == change.kind() && !nullable(found.column()));
            if (companion.isPresent()) {
                chosen.add(companion.get());
                reason += "; it may be NULL, so " + companion.get().column().name() + " stands in for it";
            }
        }
        return new BookmarkChoice(
                chosen.stream().map(candidate -> candidate.column().name()).toList(), reason, warnings(facts, chosen));
    }

    private static List<String> warnings(RelationFacts facts, List<Candidate> chosen) {
        List<String> warnings = new ArrayList<>();
        for (Candidate candidate : chosen) {
            String name = candidate.column().name();
            if (!facts.leading().contains(name)) {
                warnings.add(
                        "No index begins with bookmark column " + name + ", so each run scans the table. Create one");
            }
        }
        if (chosen.stream().allMatch(candidate -> nullable(candidate.column()))) {
            warnings.add("Bookmark column " + chosen.get(0).column().name()
                    + " may be NULL, and rows with NULL are read by every run. Make it NOT NULL with a default");
        }
        return warnings;
    }

    private static Optional<Candidate> best(RelationFacts facts, ColumnHistory history, Pattern names) {
        return facts.columns().stream()
                .flatMap(column -> candidate(facts, history, names, column).stream())
                .max(Comparator.comparingInt(Candidate::score));
    }

    private static Optional<Candidate> candidate(
            RelationFacts facts, ColumnHistory history, Pattern names, ColumnFacts column) {
        Optional<Kind> kind = column.order().filter(found -> found != Kind.SEQUENCE);
        boolean named = names.matcher(words(column.name())).find();
        boolean set = names == CHANGE && history.triggers().stream().anyMatch(source -> assigns(source, column.name()));
        boolean declared = names == CHANGE && history.updated().contains(column.name());
        if (kind.isEmpty() || !named && !set && !declared) {
            return Optional.empty();
        }
        int score = (named ? NAME : 0) + (set || declared ? TRIGGER : 0);
        List<String> grounds = new ArrayList<>();
        grounds.add(column.declared());
        if (named) {
            grounds.add(names == CHANGE ? "named for changes" : "named for creation");
        }
        if (set) {
            grounds.add("set by a trigger");
        }
        if (declared) {
            grounds.add("set at every update");
        }
        score += kind.get() == Kind.INSTANT ? ZONED : kind.get() == Kind.WALL_CLOCK ? WALL_CLOCK : DATE;
        if (facts.leading().contains(column.name())) {
            score += INDEX;
            grounds.add("indexed");
        }
        if (!nullable(column)) {
            score += REQUIRED;
            grounds.add("not null");
        }
        String byDefault = history.defaults().getOrDefault(column.name(), "");
        if (CLOCK.matcher(byDefault).find()) {
            score += DEFAULT;
            grounds.add("default " + byDefault);
        }
        return Optional.of(new Candidate(column, kind.get(), score, grounds));
    }

    private static Optional<Candidate> generated(RelationFacts facts, ColumnHistory history) {
        return facts.columns().stream()
                .filter(column -> history.generated().containsKey(column.name()))
                .filter(column -> column.order().equals(Optional.of(Kind.SEQUENCE)))
                .findFirst()
                .map(column -> new Candidate(column, Kind.SEQUENCE, 0, List.of("numbered by a sequence")));
    }

    private static boolean assigns(String source, String column) {
        return Pattern.compile("new\\.\"?" + Pattern.quote(column) + "\"?\\s*(:=|=)", Pattern.CASE_INSENSITIVE)
                .matcher(source)
                .find();
    }

    private static boolean nullable(ColumnFacts column) {
        return column.nullability() == SourceColumn.Nullability.NULLABLE;
    }

    private static String words(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
