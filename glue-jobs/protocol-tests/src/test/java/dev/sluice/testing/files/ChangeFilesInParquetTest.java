package dev.sluice.testing.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.settings.FileSettings;
import dev.sluice.testing.Items;
import dev.sluice.testing.RowsOf;
import dev.sluice.testing.TestSpark;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Change files as DMS writes them in Parquet: typed columns, an operation where there is one, whole rows of deletions. */
class ChangeFilesInParquetTest {

    private static final String UNCHANGED = "SELECT CAST(NULL AS string) AS seq, CAST(id AS int) AS id, status,"
            + " CAST(price AS decimal(12,2)) AS price, timestamp'2026-01-01 00:00:00.000001Z' AS changed FROM VALUES ";
    private static final String CHANGES = "SELECT Op, seq, CAST(id AS int) AS id, status,"
            + " CAST(price AS decimal(12,2)) AS price, timestamp'2026-02-01 00:00:00Z' AS changed FROM VALUES ";

    @TempDir
    private Path home;

    private Landing landing;

    @Test
    void aFullLoadAndTheChangesAfterItLeaveTheSourcesState() throws IOException {
        landing = new Landing(home)
                .register(Items.table("partner/orders")
                        .files(Landing.files("orders", FileSettings.Format.PARQUET))
                        .columns("id bigint not null", "status string not null", "price decimal(12,2)", "seq string")
                        .columns("changed timestamp")
                        .merge("id")
                        .orderBy("seq")
                        .deleteWhen("Op = 'D'"));
        land(
                "LOAD00000001.parquet",
                UNCHANGED + "(1, 'new', 1.00), (2, 'new', 2.00), (3, 'new', 3.00) AS t(id, status, price)");
        landing.ingest("orders");
        assertThat(rows()).containsExactly("1|new|1.00", "2|new|2.00", "3|new|3.00");

        land(
                "20260201-120000001.parquet",
                CHANGES
                        + "('U', '010', 1, 'paid', 1.10), ('D', '011', 2, 'new', 2.00), ('I', '012', 4, 'new', NULL),"
                        + " ('U', '013', 3, 'sent', 3.00) AS t(Op, seq, id, status, price)");
        landing.ingest("orders");
        land(
                "20260201-120000000.parquet",
                CHANGES
                        + "('U', '009', 3, 'late', 3.00), ('D', '014', 4, 'new', NULL) AS t(Op, seq, id, status,"
                        + " price)");
        landing.ingest("orders");
        assertThat(rows()).containsExactly("1|paid|1.10", "3|sent|3.00");
        assertThat(RowsOf.curated(landing.lake, "partner/orders", "changed"))
                .containsExactly("2026-02-01 00:00:00", "2026-02-01 00:00:00");
        assertThat(new Verification(landing.lake)
                        .verify(Landing.name("orders"), Set.of(Scope.CURATED))
                        .comparisons())
                .singleElement()
                .satisfies(comparison -> assertThat(comparison.verdict()).isEqualTo(Verdict.EQUAL));
    }

    private List<String> rows() {
        return RowsOf.curated(landing.lake, "partner/orders", "id", "status", "price");
    }

    private void land(String name, String rows) throws IOException {
        Path written = home.resolve("written").resolve(name);
        TestSpark.session().newSession().sql(rows).coalesce(1).write().parquet(written.toString());
        try (Stream<Path> files = Files.list(written)) {
            Path part = files.filter(path -> path.getFileName().toString().startsWith("part-"))
                    .findFirst()
                    .orElseThrow();
            landing.file("orders/" + name, Files.readAllBytes(part), Landing.LONG_AGO);
        }
    }
}
