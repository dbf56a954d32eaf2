package dev.sluice.testing.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bookmark.BatchRecord;
import dev.sluice.run.Rewind;
import dev.sluice.settings.FileSettings;
import dev.sluice.testing.Items;
import dev.sluice.testing.RowsOf;
import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Change files as DMS writes them: a full load, then changes with their operation, in the order of the source's log. */
class ChangeFilesTest {

    private Landing landing;

    @BeforeEach
    void land(@TempDir Path home) {
        landing = new Landing(home).register(changes().orderBy("seq"));
    }

    private static Items changes() {
        FileSettings plain = Landing.files("orders", FileSettings.Format.CSV);
        return Items.table("partner/orders")
                .files(new FileSettings(
                        plain.path(),
                        plain.pattern(),
                        plain.format(),
                        new FileSettings.Csv(
                                ',',
                                '"',
                                FileSettings.Header.NONE,
                                List.of("Op", "seq", "id", "status", "price"),
                                Optional.empty()),
                        plain.records(),
                        plain.encoding(),
                        plain.settle(),
                        plain.marker()))
                .columns("id bigint not null", "status string not null", "price decimal(12,2)", "seq string")
                .merge("id")
                .rule("price-not-negative", "price >= 0")
                .deleteWhen("Op = 'D'");
    }

    private List<String> rows() {
        return RowsOf.curated(landing.lake, "partner/orders", "id", "status", "price");
    }

    private void assertVerified() {
        assertThat(new Verification(landing.lake)
                        .verify(Landing.name("orders"), Set.of(Scope.CURATED))
                        .comparisons())
                .singleElement()
                .satisfies(comparison -> assertThat(comparison.verdict())
                        .as(comparison.differences().toString())
                        .isEqualTo(Verdict.EQUAL));
    }

    @Test
    void aFullLoadAndTheChangesAfterItLeaveTheSourcesState() {
        landing.file("orders/LOAD00000001.csv", "I,,1,new,1\nI,,2,new,2\nI,,3,new,3\nI,,9,new,9\n");
        landing.file("orders/20260101-120000001.csv", "U,001,1,paid,1\nD,002,2,,\nI,003,4,new,4\nD,004,4,,\n");
        landing.ingest("orders");
        assertThat(rows()).containsExactly("1|paid|1.00", "3|new|3.00", "9|new|9.00");

        landing.file("orders/20260101-120000002.csv", "I,005,2,again,2\nU,006,3,sent,3\nD,007,3,,\nU,008,1,a,-1\n");
        landing.file("orders/20260101-120000003.csv", "D,009,9,,\nI,010,9,back,9\nD,011,77,,\nD,012,,,\n");
        BatchRecord batch = landing.ingest("orders");
        assertThat(rows()).containsExactly("1|paid|1.00", "2|again|2.00", "9|back|9.00");
        assertThat(landing.reasons("orders"))
                .as("of a delete only the key must be sound")
                .containsExactly("not null|id|", "price-not-negative|price|-1.00");
        assertThat(batch.rows()).isEqualTo(8);
        assertVerified();
    }

    @Test
    void anOlderChangeThatComesLateChangesNothing() {
        landing.file("orders/2.csv", "U,020,1,new state,2\nU,021,2,b,2\n");
        landing.ingest("orders");
        landing.file("orders/1.csv", "I,010,1,old state,1\nD,011,2,,\n");
        landing.ingest("orders");
        assertThat(rows()).containsExactly("1|new state|2.00", "2|b|2.00");
        assertVerified();
    }

    @Test
    void aReloadTakesTheItemsOrderAwayForARun() {
        landing.file("orders/LOAD00000001.csv", "I,,1,new,1\n");
        landing.file("orders/1.csv", "U,010,1,changed,1\n");
        landing.ingest("orders");
        landing.register(changes());
        landing.file("orders/LOAD00000001.csv", "I,,1,reloaded,1\n");
        landing.ingest("orders");
        assertThat(rows()).containsExactly("1|reloaded|1.00");
        landing.register(changes().orderBy("seq"));
        landing.file("orders/2.csv", "U,011,1,changed again,1\n");
        landing.ingest("orders");
        assertThat(rows()).containsExactly("1|changed again|1.00");
    }

    @Test
    void withoutASequenceTheOrderIsThatOfFilesAndLines() {
        landing.register(changes());
        landing.file("orders/a.csv", "I,,1,one,1\nU,,1,two,2\nI,,2,x,1\n");
        landing.file("orders/b.csv", "U,,1,three,3\nD,,2,,\n");
        landing.ingest("orders");
        assertThat(rows()).containsExactly("1|three|3.00");
        landing.file("orders/c.csv", "D,,1,,\nI,,2,y,1\n");
        landing.ingest("orders");
        assertThat(rows()).containsExactly("2|y|1.00");
        new Rewind(landing.lake).to(Landing.name("orders"), Optional.empty(), Landing.runId());
        landing.ingest("orders");
        assertThat(rows()).as("built anew from raw").containsExactly("2|y|1.00");
        assertVerified();
    }
}
