package dev.sluice.extract.jdbc;

import static dev.sluice.extract.jdbc.ScriptedDatabase.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.database.DatabaseKind;
import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.ExtractSettings;
import dev.sluice.settings.FreshnessSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What SQL Server and Oracle are told, as text: none of either is at hand to tell it to. */
class UnprovenDialectsTest {

    private static final JdbcEndpoint SQLSERVER = new JdbcEndpoint(
            "jdbc:sqlserver://host:1433;databaseName=shop", Optional.of("reader"), Optional.of("hunter2"));
    private static final JdbcEndpoint ORACLE =
            new JdbcEndpoint("jdbc:oracle:thin:@//host:1521/shop", Optional.of("reader"), Optional.of("hunter2"));
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");
    private static final long NOW_MICROS = NOW.getEpochSecond() * 1_000_000 + 123_456;
    private static final Window FROM = new Window(
            Optional.of(new Position.WallClock(LocalDateTime.parse("2026-01-01T00:00:00"))), Optional.empty());

    private static TableSettings settings(Relation relation, String filter, String... bookmark) {
        return new TableSettings(
                TableName.parse("shop/orders"),
                1,
                new ExtractSettings(
                        relation,
                        Optional.ofNullable(filter),
                        ExtractSettings.Strategy.INCREMENTAL,
                        Optional.of(new BookmarkSettings(
                                List.of(bookmark),
                                BookmarkSettings.Engine.SLUICE,
                                BookmarkSettings.StampedBy.SERVER,
                                Duration.ZERO,
                                Duration.ofMinutes(5))),
                        OptionalInt.empty(),
                        10_000),
                new SchemaSettings(
                        List.of(ColumnSettings.plain("id", ColumnType.of("int"))),
                        SchemaSettings.DEFAULT_NEW_COLUMNS,
                        SchemaSettings.DEFAULT_DRIFT,
                        SchemaSettings.DEFAULT_DRIFT),
                new CurateSettings(CurateSettings.Mode.MERGE, List.of("id"), List.of(), List.of(), List.of()),
                List.of(),
                new FreshnessSettings(FreshnessSettings.DEFAULT_LAKE, FreshnessSettings.DEFAULT_DATABASE));
    }

    private static ScriptedDatabase sqlServer() {
        return new ScriptedDatabase()
                .answer("sys.objects", row("U "))
                .answer(
                        "sys.columns",
                        row("id", 0, "int", 10, 0, 1),
                        row("na]me", 1, "nvarchar", 0, 0, 1),
                        row("changed", 1, "datetime2", 27, 7, 1),
                        row("secret", 1, "int", 10, 0, 0))
                .answer("sys.indexes", row(1, "id", 1), row(0, "changed", 1), row(0, "id", 2))
                .answer("SYSUTCDATETIME", row(NOW_MICROS, 0, 1))
                .answer("dm_tran", row(NOW_MICROS - 60_000_000L, 51, "app"))
                .answer("sys.databases", row(1, 0))
                .answer("SELECT count(*)", row(7L))
                .answer("sys.partitions", row(2_500_000L))
                .answer("min([id])", row(1L, 2_500_000L));
    }

    private static ScriptedDatabase oracle() {
        return new ScriptedDatabase()
                .answer("all_objects", row("TABLE"))
                .answer(
                        "all_tab_columns",
                        row("ID", "N", "NUMBER", 10, 0),
                        row("NAME", "Y", "VARCHAR2", null, null),
                        row("CHANGED", "Y", "TIMESTAMP(6) WITH TIME ZONE", null, 6))
                .answer("all_constraints", row("ID"))
                .answer("all_indexes", row("ID"), row("CHANGED"))
                .answer("SYSTIMESTAMP", row(NOW_MICROS, 0, 2))
                .answer("gv$transaction", row(NOW_MICROS - 60_000_000L, 7, "app"))
                .answer("DBMS_FLASHBACK", row(4711L))
                .answer("AS OF SCN", new Object[0][])
                .answer("all_tables", row(10L));
    }

    private static JdbcExtraction extraction(ScriptedDatabase database, JdbcEndpoint endpoint, TableSettings settings) {
        return new JdbcExtraction(
                database.connection(),
                TestSource.source(ZoneId.of("Europe/Copenhagen")),
                endpoint,
                settings,
                JdbcTable.load(database.connection(), endpoint, settings));
    }

    @Test
    void sqlServerIsReadInOneStatementAtSnapshotIsolation() {
        ScriptedDatabase database = sqlServer();
        TableSettings settings = settings(new Relation.Table("dbo", "or'ders"), "region = N'EU'", "changed");
        JdbcTable table = JdbcTable.load(database.connection(), SQLSERVER, settings);
        assertThat(table.columns())
                .extracting(column -> column.column().name())
                .containsExactly("id", "na]me", "changed");
        assertThat(table.description().primaryKey()).containsExactly("id");
        assertThat(database.asked.get(0)).contains("OBJECT_ID(N'[dbo].[or''ders]')");
        JdbcExtraction extraction = extraction(database, SQLSERVER, settings);
        JdbcSnapshot snapshot = (JdbcSnapshot) extraction.openSnapshot();
        assertThat(snapshot.rows(table.columns(), table.condition(FROM), PartitionPlan.WHOLE))
                .isEqualTo("(SELECT [id] AS [c0], CAST([na]]me] AS nvarchar(max)) AS [c1],"
                        + " DATEDIFF_BIG(microsecond, CAST('1970-01-01T00:00:00' AS datetime2(7)), [changed]) AS [c2]"
                        + " FROM [dbo].[or'ders] WHERE (region = N'EU'\n) AND (([changed] >="
                        + " CAST('2026-01-01T00:00:00.000000' AS datetime2(6))) OR [changed] IS NULL)) sluice_rows");
        PartitionPlan ranges = KeyRanges.of(extraction, table, table.columns().subList(0, 1), OptionalInt.of(2));
        assertThat(ranges.conditions())
                .containsExactly("(sluice_key < 1250001 OR sluice_key IS NULL)", "sluice_key >= 1250001");
        database.answer("CASE WHEN EXISTS", row(1));
        assertThat(extraction.hasNews(Window.ALL)).isEqualTo(Extraction.News.SOME);
        assertThat(database.asked)
                .last()
                .asString()
                .startsWith("SELECT CASE WHEN EXISTS (SELECT 1 FROM [dbo].[or'ders]");
        assertThat(extraction.estimate(Window.ALL).basis()).isEqualTo(Extraction.Estimate.Basis.COUNT);
    }

    @Test
    void aDatabaseWithoutVersionsOfRowsIsRefused() {
        ScriptedDatabase database = sqlServer().answer("sys.databases", row(0, 0));
        Extraction extraction =
                extraction(database, SQLSERVER, settings(new Relation.Table("dbo", "orders"), null, "changed"));
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(extraction::openSnapshot)
                .withMessageContaining("ALLOW_SNAPSHOT_ISOLATION");
        SqlServerDialect dialect = new SqlServerDialect();
        assertThat(dialect.greatest(List.of("[a]", "[b]")))
                .isEqualTo("(SELECT MAX(v) FROM (VALUES ([a]), ([b])) AS sluice_greatest(v))");
        assertThat(dialect.position(new Position.At(NOW)))
                .isEqualTo("CAST('2026-03-01T12:00:00.123456+00:00' AS datetimeoffset(6))");
        assertThat(dialect.position(new Position.Day(LocalDate.EPOCH))).isEqualTo("CAST('1970-01-01' AS date)");
        assertThat(dialect.relations(Discovery.Relations.TABLES)).contains("type IN ('U')", "is_ms_shipped = 0");
    }

    /** The delay counts from the oldest transaction that is seen, in whole seconds, on the source's wall clock. */
    @Test
    void theBoundKeepsTheSettleDelay() {
        Bound bound = extraction(sqlServer(), SQLSERVER, settings(new Relation.Table("dbo", "orders"), null, "changed"))
                .fixBound(Optional.empty(), List.of());
        assertThat(bound.guarantee()).isEqualTo(Bound.Guarantee.SETTLE_DELAY);
        assertThat(bound.readPoint()).isEqualTo(NOW);
        assertThat(bound.position()).contains(new Position.WallClock(LocalDateTime.parse("2026-03-01T12:54:00")));

        Bound blind = extraction(
                        sqlServer().answer("SYSUTCDATETIME()), CASE", row(NOW_MICROS, 0, 0)),
                        SQLSERVER,
                        settings(new Relation.Table("dbo", "orders"), null, "changed"))
                .fixBound(Optional.empty(), List.of());
        assertThat(blind.position()).contains(new Position.WallClock(LocalDateTime.parse("2026-03-01T12:55:00")));

        Extraction oracle =
                extraction(oracle(), ORACLE, settings(new Relation.Table("SHOP", "ORDERS"), null, "CHANGED"));
        assertThat(oracle.fixBound(Optional.empty(), List.of()).position())
                .contains(new Position.At(Instant.parse("2026-03-01T11:54:00Z")));
        assertThat(oracle.promise().reason()).contains("not proven", "5 min", "GV_$TRANSACTION");
    }

    @Test
    void oracleIsReadAsOfOneChangeNumber() throws SQLException {
        ScriptedDatabase database = oracle();
        TableSettings settings = settings(new Relation.Table("SHOP", "ORDERS"), null, "CHANGED");
        JdbcExtraction extraction = extraction(database, ORACLE, settings);
        assertThat(extraction.openSnapshot()).isInstanceOf(JdbcSnapshot.class);
        Dialect pinned = new OracleDialect()
                .pinned(database.connection(), JdbcTable.load(database.connection(), ORACLE, settings));
        JdbcTable table = JdbcTable.load(database.connection(), ORACLE, settings, pinned);
        assertThat(new JdbcSnapshot(extraction, table, ORACLE, "")
                        .rows(table.columns(), table.condition(Window.ALL), PartitionPlan.WHOLE))
                .isEqualTo("(SELECT \"ID\" AS \"c0\", \"NAME\" AS \"c1\", ((TRUNC(SYS_EXTRACT_UTC(\"CHANGED\"))"
                        + " - DATE '1970-01-01') * 86400 + EXTRACT(HOUR FROM SYS_EXTRACT_UTC(\"CHANGED\")) * 3600"
                        + " + EXTRACT(MINUTE FROM SYS_EXTRACT_UTC(\"CHANGED\")) * 60) * 1000000"
                        + " + FLOOR(EXTRACT(SECOND FROM SYS_EXTRACT_UTC(\"CHANGED\")) * 1000000) AS \"c2\""
                        + " FROM \"SHOP\".\"ORDERS\" AS OF SCN 4711 WHERE 1 = 1) sluice_rows");
        assertThat(table.dialect().position(new Position.At(NOW)))
                .isEqualTo("TIMESTAMP '2026-03-01 12:00:00.123456 +00:00'");
        database.answer("CASE WHEN EXISTS", row(0));
        assertThat(extraction.hasNews(Window.ALL)).isEqualTo(Extraction.News.NONE);
        assertThat(database.asked).last().asString().endsWith("THEN 1 ELSE 0 END FROM DUAL");
    }

    @Test
    void withoutTheRightToFlashBackOneStatementSeesOneInstant() throws SQLException {
        ScriptedDatabase denied =
                oracle().refuse("AS OF SCN", new SQLException("ORA-01031: insufficient privileges", "42000", 1031));
        TableSettings settings = settings(new Relation.Table("SHOP", "ORDERS"), null, "CHANGED");
        JdbcTable table = JdbcTable.load(denied.connection(), ORACLE, settings);
        assertThat(table.dialect().pinned(denied.connection(), table)).isSameAs(table.dialect());
        ScriptedDatabase broken =
                oracle().refuse("DBMS_FLASHBACK", new SQLException("ORA-03113: end of file", "08000", 3113));
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> extraction(broken, ORACLE, settings).openSnapshot())
                .matches(failure -> failure.code() == ErrorCode.SOURCE_UNREACHABLE);
    }

    @Test
    void typesAreCarriedWithoutGuessing() {
        assertThat(SqlServerTypes.map(new SqlServerTypes.Type("money", 19, 4))
                        .raw()
                        .ddl())
                .isEqualTo("decimal(19,4)");
        assertThat(SqlServerTypes.map(new SqlServerTypes.Type("tinyint", 3, 0))
                        .raw()
                        .ddl())
                .isEqualTo("smallint");
        assertThat(SqlServerTypes.map(new SqlServerTypes.Type("datetimeoffset", 34, 7))
                        .select()
                        .apply("[a]"))
                .isEqualTo("DATEDIFF_BIG(microsecond, CAST('1970-01-01T00:00:00' AS datetime2(7)),"
                        + " CAST(SWITCHOFFSET([a], '+00:00') AS datetime2(7)))");
        assertThat(SqlServerTypes.order(new SqlServerTypes.Type("timestamp", 8, 0)))
                .isEmpty();
        assertThat(oracleRaw("NUMBER", OptionalInt.of(9), 0)).isEqualTo("int");
        assertThat(oracleRaw("NUMBER", OptionalInt.of(10), 0)).isEqualTo("bigint");
        assertThat(oracleRaw("NUMBER", OptionalInt.of(19), 0)).isEqualTo("decimal(19,0)");
        assertThat(oracleRaw("NUMBER", OptionalInt.of(5), -2)).isEqualTo("int");
        assertThat(oracleRaw("NUMBER", OptionalInt.of(2), 5)).isEqualTo("decimal(5,5)");
        assertThat(oracleRaw("NUMBER", OptionalInt.empty(), 0)).isEqualTo("string");
        assertThat(oracleRaw("DATE", OptionalInt.empty(), 0)).isEqualTo("timestamp_ntz");
        assertThat(OracleTypes.Type.of("INTERVAL DAY(2) TO SECOND(6)", OptionalInt.empty(), 6)
                        .name())
                .isEqualTo("INTERVAL DAY TO SECOND");
    }

    private static String oracleRaw(String name, OptionalInt precision, int scale) {
        return OracleTypes.map(OracleTypes.Type.of(name, precision, scale))
                .raw()
                .ddl();
    }

    @Test
    void aDriverThatIsNotThereIsAskedForByName() {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> Databases.open(SQLSERVER, Databases.Purpose.READ))
                .matches(failure -> failure.code() == ErrorCode.SETTINGS_INVALID)
                .withMessageContaining("Cannot open database: jdbc:sqlserver://host:1433. Its driver")
                .withMessageContaining("Bring com.microsoft.sqlserver:mssql-jdbc: on Glue add its jar to --extra-jars");
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> Databases.open(ORACLE, Databases.Purpose.READ))
                .withMessageContaining("Bring com.oracle.database.jdbc:ojdbc11");
        assertThat(SqlFailures.codeOf(new SQLException("ORA-00942: table or view does not exist", "42000", 942)))
                .isEqualTo(ErrorCode.RELATION_MISSING);
        assertThat(SqlFailures.codeOf(new SQLException("ORA-01017: invalid username/password", "72000", 1017)))
                .isEqualTo(ErrorCode.CREDENTIALS_REJECTED);
        assertThat(DatabaseKind.SQLSERVER.literal("a'b\\")).isEqualTo("N'a''b\\'");
    }

    @Test
    void rangesLeaveNoKeyOut() {
        assertThat(KeyRanges.cuts(Long.MIN_VALUE, Long.MAX_VALUE, 2)).containsExactly(0L);
        assertThat(KeyRanges.cuts(5, 5, 4)).isEmpty();
        assertThat(KeyRanges.cuts(-1, 2, 4)).containsExactly(0L, 1L, 2L);
        assertThat(KeyRanges.conditions(List.of("0", "7")))
                .containsExactly(
                        "(sluice_key < 0 OR sluice_key IS NULL)",
                        "sluice_key >= 0 AND sluice_key < 7",
                        "sluice_key >= 7");
    }
}
