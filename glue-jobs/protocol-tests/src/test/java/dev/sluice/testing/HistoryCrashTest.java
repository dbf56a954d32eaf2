package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Step;
import dev.sluice.run.LoadReport;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import dev.sluice.verify.VerificationReport;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A history that a run dies over loses and doubles no version, on its way to the target either. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HistoryCrashTest {

    private static final TableName STAMPED = TableName.parse("shop/prices");
    private static final TableName FULL = TableName.parse("shop/shops");

    private final Database source = PostgresServer.newDatabase("shop");
    private final Database target = PostgresServer.newDatabase("target");
    private Lake lake;
    private int round;

    /** The steps that put something into curated or the target or say so; the others are the same in every mode. */
    static List<Step> steps() {
        return Stream.of(
                        Step.COMMIT_MANIFEST,
                        Step.COMMIT_CURATED,
                        Step.PUBLISH_CATALOG,
                        Step.ADVANCE_BOOKMARK,
                        Step.COMMIT_LOAD)
                .toList();
    }

    @BeforeAll
    void ingestOnce(@TempDir Path folder) {
        source.execute(
                """
                CREATE TABLE prices (id int PRIMARY KEY, price numeric(12,2), updated_at timestamptz NOT NULL DEFAULT now());
                CREATE TABLE price_log (id int, price numeric(12,2), at timestamptz);
                CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN INSERT INTO price_log VALUES (NEW.id, NEW.price, NEW.updated_at); RETURN NEW; END';
                CREATE TRIGGER note AFTER INSERT OR UPDATE ON prices FOR EACH ROW EXECUTE FUNCTION note();
                INSERT INTO prices SELECT n, n FROM generate_series(1, 30) n;
                CREATE TABLE shops (id int PRIMARY KEY, name text);
                INSERT INTO shops SELECT n, 'shop ' || n FROM generate_series(1, 20) n;
                """);
        lake = Lake.in(folder).connect("shop", source.endpoint()).connect("target", target.endpoint());
        lake.settings()
                .register(
                        Items.table("shop/prices")
                                .incremental("updated_at")
                                .columns("id int not null", "price decimal(12,2)", "updated_at timestamp not null")
                                .history(java.util.Optional.of("updated_at"), "id")
                                .load("target", LoadSettings.Mode.UPSERT)
                                .build(),
                        SettingsStore.Existing.REPLACE);
        lake.settings()
                .register(
                        Items.table("shop/shops")
                                .columns("id int not null", "name string")
                                .history(java.util.Optional.empty(), "id")
                                .load("target", LoadSettings.Mode.UPSERT)
                                .build(),
                        SettingsStore.Existing.REPLACE);
        Orders.runWell(lake, STAMPED, FULL);
        Orders.loadWell(lake, STAMPED, FULL);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void aRunThatDiesLosesAndDoublesNoVersion(Step step) {
        change();
        List<String> shopsBefore = shops();
        RunReport dead = Orders.run(lake, new DiesAfter(step), STAMPED, FULL);
        LoadReport deadLoad = Orders.load(lake, new DiesAfter(step), STAMPED, FULL);
        assertThat(dead.failed().size() + deadLoad.failed().size()).isPositive();
        Orders.runWell(lake, STAMPED, FULL);
        Orders.loadWell(lake, STAMPED, FULL);

        List<String> shops = assertHistory();
        // One shop was renamed, one came and one went, whoever finished it and however often it was read.
        assertThat(shops).hasSize(shopsBefore.size() + 2);
        assertThat(shops).filteredOn(line -> line.endsWith("|∅")).hasSize(20);
    }

    @Test
    void verifyHoldsTheCurrentRowsAgainstTheSourceAndEveryVersionAgainstTheTarget() {
        change();
        Orders.runWell(lake, STAMPED, FULL);
        Orders.loadWell(lake, STAMPED, FULL);
        assertHistory();
        for (TableName table : List.of(STAMPED, FULL)) {
            VerificationReport report = new Verification(lake).verify(table, EnumSet.allOf(Scope.class));
            assertThat(report.verdict()).as(table.toString()).isEqualTo(Verdict.EQUAL);
            assertThat(report.comparisons()).hasSize(2);
        }
        assertThat(RowsOf.query(
                        target,
                        "SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_index JOIN pg_attribute ON"
                                + " attrelid = indrelid AND attnum = ANY (indkey) WHERE indrelid = 'prices'::regclass"))
                .containsExactly("_valid_from,id");
        target.execute("UPDATE prices SET price = 0 WHERE NOT _is_current AND id = 1");
        assertThat(new Verification(lake)
                        .verify(STAMPED, EnumSet.of(Scope.TARGETS))
                        .verdict())
                .isEqualTo(Verdict.DIFFERENT);
        target.execute("TRUNCATE prices; DELETE FROM sluice.load_bookmark WHERE target_table LIKE '%prices%'");
        Orders.loadWell(lake, STAMPED);
        assertHistory();
    }

    /** Returns curated's versions of shops. */
    private List<String> assertHistory() {
        List<String> expected = RowsOf.query(
                source,
                """
                SELECT id, price, extract(epoch FROM at)::numeric(20,6), extract(epoch FROM lead(at) OVER w)::numeric(20,6)
                FROM price_log WINDOW w AS (PARTITION BY id ORDER BY at)
                """);
        String columns =
                "SELECT id, price, extract(epoch FROM _valid_from)::numeric(20,6), extract(epoch FROM _valid_to)::numeric(20,6)";
        assertThat(RowsOf.query(target, columns + " FROM prices")).as("target").isEqualTo(expected);
        assertThat(RowsOf.curated(lake, "shop/prices", "id", "price", "_valid_from", "_valid_to", "_is_current"))
                .as("curated")
                .hasSameSizeAs(expected)
                .isEqualTo(RowsOf.query(
                        source,
                        """
                        SELECT id, price, %1$s, %2$s, CASE WHEN lead(at) OVER w IS NULL THEN 'true' ELSE 'false' END
                        FROM price_log WINDOW w AS (PARTITION BY id ORDER BY at)
                        """
                                .formatted(shown("at"), shown("lead(at) OVER w"))));
        List<String> shops = shops();
        assertThat(RowsOf.query(target, "SELECT id, name, _valid_from IS NULL, _valid_to IS NULL FROM shops"))
                .hasSize(shops.size());
        return shops;
    }

    /** A time as Spark writes it: without zeros at the end of the fraction. */
    private static String shown(String time) {
        return "regexp_replace(to_char(" + time + " AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), '\\.?0+$', '')";
    }

    private List<String> shops() {
        return RowsOf.curated(lake, "shop/shops", "id", "name", "_valid_from", "_valid_to");
    }

    private void change() {
        round++;
        source.execute(
                """
                UPDATE prices SET price = price + 1, updated_at = clock_timestamp() WHERE id <= 5;
                INSERT INTO prices VALUES (%1$d, 1);
                UPDATE shops SET name = 'round %1$d' WHERE id = 20;
                DELETE FROM shops WHERE id = (SELECT min(id) FROM shops);
                INSERT INTO shops VALUES (%1$d, 'new');
                """
                        .formatted(1000 + round));
    }

    private record DiesAfter(Step step) implements RunListener {
        @Override
        public void started(TableName table) {}

        @Override
        public void ended(TableOutcome outcome) {}

        @Override
        public void before(TableName table, Step at) {}

        @Override
        public void after(TableName table, Step at) {
            if (at == step) {
                throw new IllegalStateException("died after " + at);
            }
        }
    }
}
