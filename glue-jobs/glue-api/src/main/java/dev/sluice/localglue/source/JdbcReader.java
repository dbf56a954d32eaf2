package dev.sluice.localglue.source;

import dev.sluice.localglue.bookmark.BookmarkWindow;
import dev.sluice.localglue.bookmark.Element;
import dev.sluice.localglue.bookmark.JobRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a JDBC source after its bookmark. The key of the last row there is taken first and the read ends with it, so
 * the bookmark never names a row the frame did not cover, however late and often the frame is evaluated. As on Glue a
 * row that appears later with a key at or below it is missed: a tie, a late commit, an update of a row already read.
 */
final class JdbcReader implements Supplier<Dataset<Row>> {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcReader.class);
    private static final String NOTHING = "1 = 0";

    private final SparkSession session;
    private final JdbcSettings settings;
    private final String context;
    private final String predicate;

    JdbcReader(SparkSession session, JdbcSettings settings, String context, String predicate) {
        this.session = session;
        this.settings = settings;
        this.context = context;
        this.predicate = predicate;
    }

    @Override
    public Dataset<Row> get() {
        Optional<JobRun> run = JobRun.current();
        Optional<BookmarkWindow> window = run.flatMap(current -> current.window(context));
        String wanted = predicate.isEmpty() ? "1 = 1" : "(" + predicate + ")";
        if (window.isEmpty() && settings.hashField().isEmpty()) {
            return read(wanted, partitions(Optional.empty()));
        }
        try (Connection connection = settings.connect()) {
            JdbcTable table = new JdbcTable(settings, connection);
            Optional<KeyColumns> keys = window.isPresent() ? table.keys() : Optional.empty();
            if (window.isPresent() && keys.isEmpty()) {
                LOG.warn(
                        "Table {} is read whole: it has no jobBookmarkKeys and no primary key of one whole number"
                                + " without gaps",
                        settings.label());
            }
            String condition = keys.isEmpty()
                    ? wanted
                    : wanted + " AND "
                            + within(run.orElseThrow(), window.orElseThrow(), table, keys.orElseThrow(), wanted);
            return read(condition, partitions(Optional.of(table)));
        } catch (SQLException failure) {
            throw new IllegalStateException(
                    "Cannot read JDBC source: " + settings.label() + "; " + failure.getMessage(), failure);
        }
    }

    private String within(JobRun run, BookmarkWindow window, JdbcTable table, KeyColumns keys, String wanted)
            throws SQLException {
        Optional<Element.Keys> read = window.after().map(element -> checked(element, keys));
        String begin = read.map(element -> keys.after(element.values())).orElse("1 = 1");
        if (window.limit() instanceof BookmarkWindow.UpTo limit) {
            return limit.element()
                    .map(element -> begin + " AND "
                            + ending(keys, checked(element, keys).values(), read.isEmpty()))
                    .orElse(NOTHING);
        }
        Optional<List<String>> last = table.lastRow(keys, wanted + " AND " + begin + " AND " + keys.present());
        if (last.isEmpty()) {
            return read.isPresent() ? NOTHING : keys.absent();
        }
        run.record(
                context,
                settings.vendor() + " " + settings.label(),
                new Element.Keys(keys.names(), keys.order(), last.orElseThrow()));
        return begin + " AND " + ending(keys, last.orElseThrow(), read.isEmpty());
    }

    // A first read takes the rows without a key along; no later one can tell whether they were read.
    private static String ending(KeyColumns keys, List<String> values, boolean first) {
        return first ? "(" + keys.upTo(values) + " OR " + keys.absent() + ")" : keys.upTo(values);
    }

    private Element.Keys checked(Element element, KeyColumns keys) {
        if (element instanceof Element.Keys stored
                && stored.columns().equals(keys.names())
                && stored.order() == keys.order()) {
            return stored;
        }
        throw new IllegalArgumentException("Cannot use bookmark of context: " + context + "; it was kept for "
                + (element instanceof Element.Keys stored
                        ? "the keys " + stored.columns() + " " + stored.order()
                        : "files")
                + ", the source asks for " + keys.names() + " " + keys.order()
                + "; reset the job's bookmark, or use another transformation context");
    }

    private List<String> partitions(Optional<JdbcTable> table) {
        if (settings.hashExpression().isPresent()) {
            return HashPartitions.ofExpression(
                    settings.hashExpression().orElseThrow(), settings.vendor(), settings.hashPartitions());
        }
        if (settings.hashField().isPresent()) {
            KeyColumns.Column column =
                    table.orElseThrow().column("hashfield", settings.hashField().orElseThrow());
            return HashPartitions.ofColumn(column, settings.vendor(), settings.hashPartitions());
        }
        return List.of("1 = 1");
    }

    private Dataset<Row> read(String condition, List<String> partitions) {
        String[] conditions = partitions.stream()
                .map(partition -> "(" + condition + ") AND (" + partition + ")")
                .toArray(String[]::new);
        return session.read()
                .options(settings.spark())
                .jdbc(settings.url(), settings.relation(), conditions, new Properties());
    }
}
