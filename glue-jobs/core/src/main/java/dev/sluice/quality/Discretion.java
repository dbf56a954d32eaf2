package dev.sluice.quality;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
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
    public static final Discretion NONE = new Discretion(false);

    private static final String WITHHELD =
            "a value is refused, in words that may quote it and are not shown, for columns of the table are masked";

    /** Classes of SQLState in which a server speaks of connections, rights, statements and resources, not of values. */
    private static final Set<String> NOT_OF_VALUES =
            Set.of("08", "0A", "25", "28", "3D", "3F", "40", "42", "53", "54", "55", "57", "58");

    private static final int DEEPEST = 20;

    private final boolean masked;

    private Discretion(boolean masked) {
        this.masked = masked;
    }

    /** That of a table; one that is not known has no masked columns. */
    public static Discretion of(Optional<TableSettings> settings) {
        return settings.stream()
                        .flatMap(table -> table.schema().columns().stream())
                        .anyMatch(column -> column.masking().isPresent())
                ? new Discretion(true)
                : NONE;
    }

    /** A message without the words about values that {@code thrown} or a cause of it brought. */
    public String message(String message, Throwable thrown) {
        String kept = message;
        for (String words : wordsOfValues(thrown)) {
            kept = kept.replace(words, WITHHELD);
        }
        return kept;
    }

    /** What may be thrown on: the failure itself, or where it has words about values one that lacks them. */
    public RuntimeException thrown(TableName table, RuntimeException failure) {
        if (wordsOfValues(failure).isEmpty()) {
            return failure;
        }
        return failure instanceof SluiceException known
                ? new SluiceException(known.code(), message(known.getMessage(), known))
                : new SluiceException(ErrorCode.FAILED, "Cannot run table " + table + ": " + WITHHELD);
    }

    /** The failure for a log: where it has words about values, where it came from and nothing else. */
    public Throwable logged(Throwable failure) {
        if (wordsOfValues(failure).isEmpty()) {
            return failure;
        }
        Throwable place = new Throwable(failure.getClass().getName() + ": " + WITHHELD);
        place.setStackTrace(failure.getStackTrace());
        return place;
    }

    /** The longest first, as one may be a part of another. */
    private List<String> wordsOfValues(Throwable thrown) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable next = thrown; masked && next != null && chain.size() < DEEPEST; next = next.getCause()) {
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
            return state.length() < 2 || !NOT_OF_VALUES.contains(state.substring(0, 2));
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
