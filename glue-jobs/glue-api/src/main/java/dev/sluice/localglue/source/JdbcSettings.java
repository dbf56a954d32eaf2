package dev.sluice.localglue.source;

import dev.sluice.localglue.Options;
import dev.sluice.localglue.bookmark.Element;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/**
 * A JDBC source's options, read and checked.
 *
 * @param relation what follows FROM: a table's name, or a query in parentheses with an alias
 * @param table the table's name if the relation is one
 * @param bookmarkKeys the asked-for key columns; empty for the primary key
 * @param hashExpression a SQL expression of a whole number that spreads rows over partitions
 * @param hashField a column that does so; not used if there is an expression
 * @param hashPartitions how many partitions, at least 1
 * @param spark options for Spark's JDBC reader: url, credentials, fetch size and what else the job passed
 */
record JdbcSettings(
        String url,
        String relation,
        Optional<String> table,
        List<String> bookmarkKeys,
        Element.Order order,
        Optional<String> hashExpression,
        Optional<String> hashField,
        int hashPartitions,
        Map<String, String> spark) {

    static final String FETCH_SIZE = "10000";
    private static final String FETCH_SIZE_OPTION = "fetchsize";
    private static final long HASH_PARTITIONS = 7;
    private static final Set<String> OWN = Set.of(
            "dbtable",
            "query",
            "database",
            "connectionName",
            "useConnectionProperties",
            "jobBookmarkKeys",
            "jobBookmarkKeysSortOrder",
            "hashfield",
            "hashexpression",
            "hashpartitions",
            "sampleQuery",
            "enablePartitioningForSampleQuery",
            "redshiftTmpDir");

    JdbcSettings {
        bookmarkKeys = List.copyOf(bookmarkKeys);
        spark = Map.copyOf(spark);
    }

    static JdbcSettings of(SparkSession session, Options given) {
        Options options = given.isTrue("useConnectionProperties")
                ? Connections.of(session).load(given.required("connectionName")).over(given)
                : given;
        String url = options.required("url");
        Optional<String> table = options.text("dbtable");
        Optional<String> query = options.text("query");
        if (table.isPresent() == query.isPresent()) {
            throw new IllegalArgumentException("Cannot read JDBC source: "
                    + (table.isPresent() ? "both dbtable and query are given" : "neither dbtable nor query is given")
                    + "; give one of them");
        }
        Optional<String> sample = options.text("sampleQuery");
        boolean whole = sample.isEmpty() || options.isTrue("enablePartitioningForSampleQuery");
        String relation = sample.map(text -> "(" + closed(text, options) + ") sluice_sample")
                .or(() -> query.map(text -> "(" + text + ") sluice_query"))
                .orElseGet(table::orElseThrow);
        return new JdbcSettings(
                url,
                relation,
                sample.isPresent()
                        ? Optional.empty()
                        : table.filter(name -> !name.strip().startsWith("(")),
                options.list("jobBookmarkKeys"),
                order(options.text("jobBookmarkKeysSortOrder").orElse("asc")),
                whole ? options.text("hashexpression") : Optional.empty(),
                whole ? options.text("hashfield") : Optional.empty(),
                Math.toIntExact(options.positive("hashpartitions").orElse(HASH_PARTITIONS)),
                sparkOptions(url, options));
    }

    /** Opens a connection with the credentials Spark's readers use. */
    Connection connect() throws SQLException {
        String driver = spark.get("driver");
        if (driver != null) {
            try {
                Class.forName(driver);
            } catch (ClassNotFoundException failure) {
                throw new IllegalArgumentException(
                        "Cannot load JDBC driver: " + driver + "; it is not on the class path", failure);
            }
        }
        Properties properties = new Properties();
        spark.forEach((name, value) -> {
            if (!name.equals("url") && !name.equals("driver") && !name.equals(FETCH_SIZE_OPTION)) {
                properties.setProperty(name, value);
            }
        });
        return DriverManager.getConnection(url, properties);
    }

    /** The source in words, without credentials or the URL's parameters. */
    String label() {
        return table.orElse(relation);
    }

    /** The kind of database the URL names, such as {@code postgresql}. */
    String vendor() {
        return vendor(url);
    }

    static String vendor(String url) {
        String[] parts = url.split(":", 3);
        if (parts.length < 3 || !parts[0].equals("jdbc")) {
            throw new IllegalArgumentException("Cannot use JDBC URL: it does not start with jdbc:<vendor>:");
        }
        return parts[1].toLowerCase(Locale.ROOT);
    }

    // Glue asks for a query that ends in WHERE or AND where it is to be read in parallel.
    private static String closed(String sample, Options options) {
        return options.isTrue("enablePartitioningForSampleQuery") ? sample + " 1 = 1" : sample;
    }

    private static Element.Order order(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "asc" -> Element.Order.ASC;
            case "desc" -> Element.Order.DESC;
            default -> throw new IllegalArgumentException(
                    "Cannot use option: jobBookmarkKeysSortOrder = " + text + "; choose asc or desc");
        };
    }

    private static Map<String, String> sparkOptions(String url, Options options) {
        Map<String, String> spark = new LinkedHashMap<>();
        options.scalarsExcept(OWN).forEach((name, value) -> {
            if (name.equalsIgnoreCase(FETCH_SIZE_OPTION)) {
                spark.put(FETCH_SIZE_OPTION, value);
            } else {
                spark.put(name.equals("customJdbcDriverClassName") ? "driver" : name, value);
            }
        });
        // Most drivers' own default holds the whole result in memory.
        spark.putIfAbsent(FETCH_SIZE_OPTION, FETCH_SIZE);
        if (vendor(url).equals("mysql")) {
            spark.putIfAbsent("useCursorFetch", "true");
        }
        return spark;
    }
}
