package dev.sluice.extract.jdbc;

import dev.sluice.database.JdbcEndpoint;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ConnectionSettings;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.ExtractSettings;
import dev.sluice.settings.FreshnessSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.SourceKind;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.SparkSession;

/** A PostgreSQL server and a Spark session of their own for the tests of this package. */
final class TestSource implements AutoCloseable {

    static final SourceSettings SOURCE = source(ZoneId.of("UTC"));

    private final EmbeddedPostgres server;

    TestSource() {
        try {
            server = EmbeddedPostgres.builder()
                    .setServerConfig("max_prepared_transactions", "10")
                    .setServerConfig("fsync", "off")
                    .setServerConfig("log_connections", "off")
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static SourceSettings source(ZoneId zone) {
        return new SourceSettings(
                "shop",
                1,
                SourceKind.POSTGRESQL,
                new ConnectionSettings.Jdbc("jdbc:postgresql://localhost/shop", Optional.empty()),
                zone,
                2);
    }

    static SparkSession spark() {
        return SparkSession.builder()
                .master("local[2]")
                .appName("extract")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.sql.shuffle.partitions", "1")
                .getOrCreate();
    }

    String url() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
    }

    JdbcEndpoint endpoint() {
        return endpoint("postgres", "postgres");
    }

    JdbcEndpoint endpoint(String user, String password) {
        return new JdbcEndpoint(url(), Optional.of(user), Optional.of(password));
    }

    /** A session like an application's: it may write, and its transactions hold bounds back. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(url() + "?ApplicationName=application", "postgres", "postgres");
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    String ask(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    static TableBuilder table(String name) {
        return new TableBuilder(name);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    /** Settings of a table in the schema public. */
    static final class TableBuilder {
        private final String name;
        private Optional<Relation> relation = Optional.empty();
        private Optional<BookmarkSettings> bookmark = Optional.empty();
        private Optional<String> filter = Optional.empty();
        private OptionalInt parallelism = OptionalInt.empty();
        private int fetchSize = ExtractSettings.DEFAULT_FETCH_SIZE;
        private CurateSettings.Mode mode = CurateSettings.Mode.MERGE;

        private TableBuilder(String name) {
            this.name = name;
        }

        TableBuilder query(String sql) {
            relation = Optional.of(new Relation.Query(sql));
            return this;
        }

        TableBuilder bookmark(String... columns) {
            return bookmark(BookmarkSettings.StampedBy.SERVER, columns);
        }

        TableBuilder bookmark(BookmarkSettings.StampedBy clock, String... columns) {
            bookmark = Optional.of(new BookmarkSettings(
                    List.of(columns),
                    BookmarkSettings.Engine.SLUICE,
                    clock,
                    Duration.ZERO,
                    BookmarkSettings.DEFAULT_SETTLE));
            return this;
        }

        TableBuilder filter(String condition) {
            filter = Optional.of(condition);
            return this;
        }

        TableBuilder parallelism(int readers) {
            parallelism = OptionalInt.of(readers);
            return this;
        }

        TableBuilder fetchSize(int rows) {
            fetchSize = rows;
            return this;
        }

        TableBuilder append() {
            mode = CurateSettings.Mode.APPEND;
            return this;
        }

        TableSettings build() {
            return new TableSettings(
                    new TableName("shop", name),
                    1,
                    new ExtractSettings(
                            relation.orElse(new Relation.Table("public", name)),
                            filter,
                            bookmark.isPresent() ? ExtractSettings.Strategy.INCREMENTAL : ExtractSettings.Strategy.FULL,
                            bookmark,
                            parallelism,
                            fetchSize),
                    new SchemaSettings(
                            List.of(),
                            SchemaSettings.NewColumns.REPORT,
                            SchemaSettings.Drift.REPORT,
                            SchemaSettings.Drift.REPORT),
                    new CurateSettings(mode, List.of("id"), List.of(), List.of(), List.of()),
                    List.of(),
                    new FreshnessSettings(FreshnessSettings.DEFAULT_LAKE, FreshnessSettings.DEFAULT_DATABASE));
        }
    }
}
