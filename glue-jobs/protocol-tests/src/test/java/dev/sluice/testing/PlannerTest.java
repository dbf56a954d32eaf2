package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.LeaseHolder;
import dev.sluice.bookmark.Window;
import dev.sluice.extract.Extraction;
import dev.sluice.run.Planner;
import dev.sluice.run.TableOutcome;
import dev.sluice.run.TablePlan;
import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.SchemaSettings.NewColumns;
import dev.sluice.testing.contract.SettableClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a plan says is what the next run does. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlannerTest {

    private static final LeaseHolder OTHER = new LeaseHolder("run-other", "elsewhere", 42);

    private Shop shop;

    @BeforeAll
    void open(@TempDir Path folder) {
        shop = new Shop(folder);
    }

    @Test
    void anAppendTableOfWhichNothingIsSettledIsIdle() throws Exception {
        shop.source.execute("CREATE TABLE log (id bigserial PRIMARY KEY, name text)");
        shop.register(Items.table("shop/log")
                .incremental("id")
                .columns("id bigint not null", "name string")
                .append());
        try (Connection writer = shop.source.connect();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO log (name) VALUES ('open')");
            shop.source.execute("INSERT INTO log (name) VALUES ('committed')");

            assertThat(plan("log").action()).isEqualTo(TablePlan.Action.IDLE);
            assertThat(shop.run("log").status()).isEqualTo(TableOutcome.Status.IDLE);
            TablePlan plan = plan("log");
            assertThat(plan.action()).isEqualTo(TablePlan.Action.IDLE);
            assertThat(plan.window()).isEmpty();
            assertThat(plan.estimate()).isEmpty();
            assertThat(plan.notes())
                    .contains("none of its rows is settled yet: a run notes what it sees and reads nothing");
            writer.commit();
        }
        Shop.settle();
        assertThat(plan("log").action()).isEqualTo(TablePlan.Action.INITIAL);
        assertThat(shop.ingest("log").rows()).isEqualTo(2);
    }

    @Test
    void aTableWaitsForALivingHolderOnly() {
        create("held");
        shop.register(item("held"));
        SettableClock clock = new SettableClock(Instant.now());
        InMemoryBookmarkStore ledger = new InMemoryBookmarkStore(clock, Duration.ofSeconds(30), holder -> false);
        ledger.acquire(Shop.name("held"), OTHER, Duration.ofMinutes(1));

        TablePlan waiting = plan(ledger);
        assertThat(waiting.action()).isEqualTo(TablePlan.Action.WAIT);
        assertThat(waiting.notes()).singleElement().asString().startsWith("held by run run-other");
        assertThat(plan(ledger.as(clock, Duration.ZERO, OTHER::equals)).action())
                .as("the holder has ended")
                .isEqualTo(TablePlan.Action.INITIAL);
        clock.advance(Duration.ofSeconds(80));
        assertThat(plan(ledger).action())
                .as("expired by less than the clocks may differ")
                .isEqualTo(TablePlan.Action.WAIT);
        clock.advance(Duration.ofSeconds(20));
        assertThat(plan(ledger).action()).isEqualTo(TablePlan.Action.INITIAL);
    }

    @Test
    void aColumnToFillMakesThePlanAReadFromTheStart() {
        create("filled");
        shop.register(item("filled").newColumns(NewColumns.ADD));
        shop.ingest("filled");
        Shop.settle();
        shop.source.execute("ALTER TABLE filled ADD note text DEFAULT 'old'; UPDATE filled SET updated_at = now()"
                + " WHERE id = 3");
        TablePlan plan = plan("filled");

        assertThat(plan.action()).isEqualTo(TablePlan.Action.REFILL);
        assertThat(plan.strategy()).isEqualTo(Strategy.FULL);
        assertThat(plan.window()).contains(Window.ALL);
        assertThat(plan.estimate().map(Extraction.Estimate::rows)).contains(3L);
        assertThat(plan.schemaChanges()).containsExactly("add note string");
        assertThat(plan.notes()).contains("curated gains [note]; the table is read from the start once to fill them");
        assertThat(shop.ingest("filled").window()).isEqualTo(Window.ALL);
    }

    @Test
    void aColumnWithoutValuesLeavesThePlanAtWhatIsNew() {
        create("empty");
        shop.register(item("empty").newColumns(NewColumns.ADD));
        shop.ingest("empty");
        Shop.settle();
        shop.source.execute("ALTER TABLE empty ADD note text; UPDATE empty SET updated_at = now() WHERE id = 3");
        TablePlan plan = plan("empty");

        assertThat(plan.action()).isEqualTo(TablePlan.Action.INCREMENTAL);
        assertThat(plan.strategy()).isEqualTo(Strategy.INCREMENTAL);
        assertThat(plan.window().flatMap(Window::from)).isPresent();
        assertThat(shop.ingest("empty").rows()).isEqualTo(1);
    }

    private void create(String table) {
        shop.source.execute(
                """
                CREATE TABLE %1$s (id bigint PRIMARY KEY, updated_at timestamptz NOT NULL DEFAULT now());
                INSERT INTO %1$s SELECT n, now() - interval '1 hour' FROM generate_series(1, 3) n;
                """
                        .formatted(table));
    }

    private static Items item(String table) {
        return Items.table("shop/" + table)
                .incremental("updated_at")
                .columns("id bigint not null", "updated_at timestamp")
                .merge("id");
    }

    private TablePlan plan(String table) {
        return new Planner(shop.lake).plan(Shop.name(table));
    }

    private TablePlan plan(InMemoryBookmarkStore ledger) {
        return new Planner(shop.lake.with(ledger)).plan(Shop.name("held"));
    }
}
