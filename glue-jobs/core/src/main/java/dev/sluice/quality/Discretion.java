package dev.sluice.quality;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.database.SqlFailures;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;

/**
 * What is said of a failure where columns of the table are masked: not the words with which a database or Spark refuses a
 * value, for they quote it. Words about connections, rights, relations, plans and files stay.
 */
public final class Discretion {

    /** Of a table without masked columns: everything is said. */
    public static final Discretion NONE = new Discretion(Optional.empty());

    private static final String REFUSED = "a value is refused, in words that may quote it and are not shown, for ";

    /** Of a table whose settings are not known: no more is said than if columns were masked. */
    public static final Discretion UNKNOWN =
            new Discretion(Optional.of(REFUSED + "it is not known which columns of the table are masked"));

    private static final Discretion MASKED = new Discretion(Optional.of(REFUSED + "columns of the table are masked"));

    /** Classes of SQLState in which a server speaks of connections, rights, statements and resources, not of values. */
    private static final Set<String> NOT_OF_VALUES =
            Set.of("08", "0A", "25", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58");

    /** The class 42 of servers that tell nothing closer, of values too: Oracle's of a text that is no number. */
    private static final String ANY_REFUSAL = "42000";

    private static final int DEEPEST = 20;

    /** Words that are shorter may stand anywhere in a message, by chance. */
    private static final int SHORTEST = 4;

    /** Stands for what is taken out, so that no other words are found in what replaces it. */
    private static final String GAP = "\uFFFC";

    /** What is said instead; empty where everything is said. */
    private final Optional<String> instead;

    private Discretion(Optional<String> instead) {
        this.instead = instead;
    }

    /** That of a table; one that is not known has no masked columns. */
    public static Discretion of(Optional<TableSettings> settings) {
        return settings.stream()
                        .flatMap(table -> table.schema().columns().stream())
                        .anyMatch(column -> column.masking().isPresent())
                ? MASKED
                : NONE;
    }

    /** A message without the words about values that {@code thrown} or a cause of it brought; at worst nothing of it. */
    public String message(String message, Throwable thrown) {
        String kept = message;
        for (String words : wordsOfValues(thrown)) {
            if (words.strip().length() < SHORTEST && kept.contains(words)) {
                return withheld();
            }
            kept = kept.replace(words, GAP);
        }
        return kept.contains(GAP) ? kept.replace(GAP, withheld()) : kept;
    }

    /** What may be thrown on: the failure itself, or where it has words about values one that lacks them. */
    public RuntimeException thrown(TableName table, RuntimeException failure) {
        if (wordsOfValues(failure).isEmpty()) {
            return failure;
        }
        if (failure instanceof SluiceException known) {
            String told = message(known.getMessage(), known);
            return new SluiceException(known.code(), told.equals(withheld()) ? cannotRun(table) : told);
        }
        return new SluiceException(ErrorCode.FAILED, cannotRun(table));
    }

    /** The failure for a log: where it has words about values, where it came from and nothing else. */
    public Throwable logged(Throwable failure) {
        if (wordsOfValues(failure).isEmpty()) {
            return failure;
        }
        Throwable place = new Throwable(failure.getClass().getName() + ": " + withheld());
        place.setStackTrace(failure.getStackTrace());
        return place;
    }

    private String cannotRun(TableName table) {
        return "Cannot run table " + table + ": " + withheld();
    }

    private String withheld() {
        return instead.orElseThrow();
    }

    /** The longest first, as one may be a part of another. */
    private List<String> wordsOfValues(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable next = thrown;
                instead.isPresent() && next != null && chain.size() < DEEPEST;
                next = next.getCause()) {
            chain.add(next);
        }
        boolean ofSpark = chain.stream().anyMatch(SparkThrowable.class::isInstance);
        return chain.stream()
                .filter(cause -> cause.getMessage() != null && mayQuote(cause, ofSpark))
                .flatMap(cause -> Stream.concat(
                        Stream.of(cause.getMessage()),
                        cause.getMessage()
                                .lines()
                                .filter(line -> !line.isBlank())
                                .limit(1)))
                .flatMap(words -> Stream.of(words, words.replaceFirst("^ERROR: ", "")))
                .filter(words -> !words.isBlank())
                .distinct()
                .sorted((one, other) -> other.length() - one.length())
                .toList();
    }

    private static boolean mayQuote(Throwable cause, boolean ofSpark) {
        if (cause instanceof SQLException database) {
            String state = Optional.ofNullable(database.getSQLState()).orElse("");
            return state.length() < 2
                    || !NOT_OF_VALUES.contains(state.substring(0, 2))
                    || state.equals(ANY_REFUSAL) && SqlFailures.codeOf(database) == ErrorCode.FAILED;
        }
        return ofSpark
                && !(cause instanceof SluiceException
                        || cause instanceof AnalysisException
                        || cause instanceof IOException
                        || cause instanceof Error)
                && Stream.of(
                                "org.apache.kafka.",
                                "software.amazon.",
                                "com.amazonaws.",
                                "io.delta.",
                                "org.apache.hadoop.")
                        .noneMatch(cause.getClass().getName()::startsWith);
    }
}
