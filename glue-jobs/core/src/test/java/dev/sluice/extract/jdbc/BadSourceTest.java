package dev.sluice.extract.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.extract.Extraction;
import dev.sluice.settings.TableSettings;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BadSourceTest {

    private static TestSource source;

    @BeforeAll
    static void start() throws Exception {
        source = new TestSource();
        source.execute(
                "CREATE TABLE orders (id bigint, note text, uid uuid, at timestamptz, day date)",
                "CREATE ROLE outsider LOGIN PASSWORD 'outsider'",
                "CREATE SCHEMA closed",
                "CREATE TABLE closed.hidden (id bigint)");
    }

    @AfterAll
    static void stop() throws Exception {
        source.close();
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> opening(TableSettings table, JdbcEndpoint endpoint) {
        return assertThatThrownBy(() -> new JdbcExtractor()
                .open(TestSource.SOURCE, any -> endpoint, table)
                .close());
    }

    private static void hasCode(Throwable failure, ErrorCode code) {
        assertThat(((SluiceException) failure).code()).isEqualTo(code);
    }

    @Test
    void anUnreachableServerIsNamedWithoutItsParameters() {
        JdbcEndpoint nowhere = new JdbcEndpoint(
                "jdbc:postgresql://localhost:1/shop?password=hunter2", Optional.of("reader"), Optional.of("s3cret"));
        opening(TestSource.table("orders").build(), nowhere)
                .hasMessage("Cannot connect to database: jdbc:postgresql://localhost:1/shop. It does not answer."
                        + " Check connection.jdbc-url, the network and that the server runs")
                .satisfies(failure -> hasCode(failure, ErrorCode.SOURCE_UNREACHABLE));
    }

    @Test
    void anotherKindOfDatabaseIsRefused() {
        opening(
                        TestSource.table("orders").build(),
                        new JdbcEndpoint("jdbc:db2://localhost/shop?p=1", Optional.empty(), Optional.empty()))
                .hasMessage("Cannot open database: jdbc:db2://localhost/shop. It is no URL of a database Sluice"
                        + " knows. Give connection.jdbc-url the form jdbc:postgresql://host:port/database,"
                        + " jdbc:mysql://host:port/database, jdbc:sqlserver://host:port;databaseName=database or"
                        + " jdbc:oracle:thin:@//host:port/service");
    }

    @Test
    void aUrlThatDoesNotParseIsNotRepeated() {
        opening(
                        TestSource.table("orders").build(),
                        new JdbcEndpoint(
                                "jdbc:postgresql://localhost:port/shop?password=hunter2",
                                Optional.empty(),
                                Optional.empty()))
                .hasMessage("Cannot open database: jdbc:postgresql://localhost:port/shop. It is no PostgreSQL URL."
                        + " Give connection.jdbc-url the form jdbc:postgresql://host:port/database")
                .hasNoCause();
    }

    @Test
    void rejectedCredentialsPointToTheSecret() throws Exception {
        source.execute(
                "CREATE ROLE locked LOGIN PASSWORD 'right'",
                "COPY (VALUES ('host all locked all scram-sha-256'), ('host all all all trust')) TO '"
                        + source.ask("SHOW hba_file") + "'",
                "SELECT pg_reload_conf()");
        Thread.sleep(300);
        opening(TestSource.table("orders").build(), source.endpoint("locked", "wrong"))
                .hasMessage("Cannot connect to database: " + source.url()
                        + ". It rejects the credentials. Check the secret that connection.secret names")
                .satisfies(failure -> hasCode(failure, ErrorCode.CREDENTIALS_REJECTED));
        opening(TestSource.table("orders").build(), source.endpoint("nobody", "s3cret"))
                .hasMessage("Cannot connect to database: " + source.url()
                        + ". It rejects the credentials. Check the secret that connection.secret names")
                .satisfies(failure -> hasCode(failure, ErrorCode.CREDENTIALS_REJECTED));
    }

    @Test
    void aMissingRelationIsNamed() {
        opening(TestSource.table("parcels").build(), source.endpoint())
                .hasMessage("Cannot read table shop/parcels: the source has no relation public.parcels."
                        + " Check extract.relation; names are spelled as the catalog spells them")
                .satisfies(failure -> hasCode(failure, ErrorCode.RELATION_MISSING));
        opening(TestSource.table("q").query("SELECT * FROM parcels").build(), source.endpoint())
                .hasMessage("Cannot describe table shop/q: the source refuses the SQL of extract.query: relation"
                        + " \"parcels\" does not exist. Correct extract.query")
                .satisfies(failure -> hasCode(failure, ErrorCode.RELATION_MISSING));
    }

    @Test
    void aRelationThatMayNotBeReadNamesTheGrant() {
        opening(TestSource.table("orders").build(), source.endpoint("outsider", "outsider"))
                .hasMessage("Cannot read table shop/orders: the role may not read public.orders."
                        + " Grant SELECT on it, and USAGE on its schema, to the role that reads")
                .satisfies(failure -> hasCode(failure, ErrorCode.RELATION_MISSING));
        opening(
                        TestSource.table("q")
                                .query("SELECT * FROM closed.hidden")
                                .build(),
                        source.endpoint("outsider", "outsider"))
                .hasMessageEndingWith("Grant SELECT on it, and USAGE on its schema, to the role that reads")
                .satisfies(failure -> hasCode(failure, ErrorCode.RELATION_MISSING));
    }

    @Test
    void aMissingColumnIsNamed() {
        opening(TestSource.table("orders").bookmark("updated_at").build(), source.endpoint())
                .hasMessage("Cannot read table shop/orders: the source has no bookmark column updated_at."
                        + " Check extract.bookmark.columns; names are spelled as the catalog spells them")
                .satisfies(failure -> hasCode(failure, ErrorCode.COLUMN_MISSING));
        opening(TestSource.table("q").query("SELECT nothing FROM orders").build(), source.endpoint())
                .hasMessageContaining("column \"nothing\" does not exist")
                .satisfies(failure -> hasCode(failure, ErrorCode.COLUMN_MISSING));
    }

    @Test
    void aBookmarkOfAnUnusableTypeIsNamedWithItsType() {
        opening(TestSource.table("orders").bookmark("uid").build(), source.endpoint())
                .hasMessage("Cannot order rows of table shop/orders by bookmark column uid: its type is uuid."
                        + " Name a timestamp, date, integer or numeric(18,0) column in extract.bookmark.columns,"
                        + " or set extract.strategy to full")
                .satisfies(failure -> hasCode(failure, ErrorCode.BOOKMARK_UNUSABLE));
        opening(TestSource.table("orders").bookmark("at", "day").build(), source.endpoint())
                .hasMessageContaining(
                        "its bookmark columns [at, day] are of different kinds" + " (timestamp with time zone, date)")
                .satisfies(failure -> hasCode(failure, ErrorCode.BOOKMARK_UNUSABLE));
    }

    @Test
    void aPositionOfAnotherKindIsRefused() {
        try (Extraction extraction = new JdbcExtractor()
                .open(
                        TestSource.SOURCE,
                        any -> source.endpoint(),
                        TestSource.table("orders").bookmark("at").build())) {
            assertThatThrownBy(() ->
                            extraction.hasNews(new Window(Optional.of(new Position.Sequence(7)), Optional.empty())))
                    .hasMessageContaining("Cannot read table shop/orders from position sequence 7: its bookmark"
                            + " columns [at] hold a timestamp with time zone");
        }
    }

    @Test
    void aQueryWithOneNameTwiceIsRefused() {
        opening(TestSource.table("q").query("SELECT 1 AS a, 2 AS a").build(), source.endpoint())
                .hasMessageContaining("its query gives several columns one name: [a, a]");
    }
}
