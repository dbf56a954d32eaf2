package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Step;
import dev.sluice.run.LoadReport;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.TableName;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Crashes a run before and after every step the protocol has, and lets another finish. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashTest {

    private final Orders orders = new Orders();
    private Lake lake;
    private int round;

    /** Generated from the protocol's own list, so that a step which is added is crashed as well. */
    static Stream<List<Crash.Point>> crashPoints() {
        List<Step> steps = List.of(Step.values());
        int load = steps.indexOf(Step.STAGE_LOAD);
        // A run that goes on past a death in the ingest loads as well, so those of the load are deaths of their own.
        return Stream.of(steps.subList(0, load), steps.subList(load, steps.size()))
                .flatMap(part -> Crash.rounds(part).stream());
    }

    @BeforeAll
    void ingestOnce(@TempDir Path folder) {
        orders.source.execute(
                """
                INSERT INTO orders SELECT n, 'new', n FROM generate_series(1, 50) n;
                INSERT INTO events (payload) SELECT 'event ' || n FROM generate_series(1, 50) n;
                INSERT INTO customers SELECT n, 'customer ' || n FROM generate_series(1, 20) n;
                """);
        lake = orders.register(Lake.in(folder));
        Orders.runWell(lake);
        Orders.loadWell(lake);
    }

    @ParameterizedTest
    @MethodSource("crashPoints")
    void aRunThatDiesAtAnyStepLosesAndDoublesNothing(List<Crash.Point> deaths) {
        change();
        TableName[] tables = tables(deaths);
        for (Crash.Point point : deaths) {
            Crash crash = new Crash(point);
            RunReport dead = Orders.run(lake, crash, tables);
            LoadReport deadLoad = Orders.load(lake, crash, tables);
            assertThat(crash.happened())
                    .as("the step is part of the run: " + point)
                    .isTrue();
            assertThat(dead.failed().size() + deadLoad.failed().size())
                    .as("the crash ended something: " + point)
                    .isPositive();
        }

        Orders.runWell(lake, tables);
        Orders.loadWell(lake, tables);

        orders.assertTargetAndCuratedEqualSource(lake, tables);
        orders.assertNothingIsLeftOver(lake);
    }

    @Test
    void aBatchThatIsCompleteInRawIsCommittedWithoutTheSource() {
        change();
        Orders.run(lake, new Crash(new Crash.Point(Step.COMMIT_MANIFEST, Crash.Side.AFTER)));
        Lake unplugged = lake.connect(
                "shop",
                new dev.sluice.database.JdbcEndpoint(
                        "jdbc:postgresql://127.0.0.1:1/nowhere",
                        orders.source.endpoint().user(),
                        orders.source.endpoint().password()));
        RunReport report = Orders.run(unplugged, RunListener.NONE, Orders.FULL);
        assertThat(Orders.outcome(report, Orders.FULL).status()).isEqualTo(TableOutcome.Status.RESUMED);
        lake.connect("shop", orders.source.endpoint());
        assertThat(RowsOf.curated(lake, "shop/customers", "id", "name"))
                .isEqualTo(RowsOf.query(orders.source, "SELECT id, name FROM customers"));
        Orders.runWell(lake);
    }

    /** A full read takes the same steps; it comes along where curated and the target are committed. */
    private static TableName[] tables(List<Crash.Point> deaths) {
        return deaths.stream()
                        .anyMatch(point -> point.step() == Step.COMMIT_CURATED || point.step() == Step.COMMIT_LOAD)
                ? new TableName[] {Orders.KEYED, Orders.APPENDED, Orders.FULL}
                : new TableName[] {Orders.KEYED, Orders.APPENDED};
    }

    private void change() {
        round++;
        int base = 1000 * round;
        orders.source.execute(
                """
                INSERT INTO orders SELECT n, 'new', n FROM generate_series(%1$d, %1$d + 9) n;
                UPDATE orders SET status = 'round %2$d', updated_at = now() WHERE id <= 10;
                INSERT INTO orders VALUES (%1$d + 500, 'bad', -1);
                INSERT INTO events (payload) SELECT 'round %2$d' FROM generate_series(1, 10);
                INSERT INTO customers VALUES (%1$d, 'round %2$d');
                DELETE FROM customers WHERE id = %2$d;
                """
                        .formatted(base, round));
    }
}
