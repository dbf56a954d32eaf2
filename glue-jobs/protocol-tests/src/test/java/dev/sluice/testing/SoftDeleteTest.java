package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.verify.Scope;
import dev.sluice.verify.Verdict;
import dev.sluice.verify.Verification;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that a source marks as deleted leave curated and the targets. */
class SoftDeleteTest {

    @Test
    void aRowThatIsMarkedLeavesCuratedAndComesBackWhenTheMarkGoes(@TempDir Path folder) {
        Shop shop = new Shop(folder);
        shop.source.execute(
                """
                CREATE TABLE customers (id bigint PRIMARY KEY, name text, deleted_at timestamptz,
                    updated_at timestamptz NOT NULL DEFAULT now());
                INSERT INTO customers (id, name, deleted_at) VALUES (1, 'a', NULL), (2, 'b', NULL), (3, NULL, now())
                """);
        shop.register(Items.table("shop/customers")
                .incremental("updated_at")
                .columns("id bigint not null", "name string not null", "updated_at timestamp")
                .merge("id")
                .deleteWhen("deleted_at IS NOT NULL"));
        shop.ingest("customers");
        assertThat(shop.curated("customers", "id", "name")).containsExactly("1|a", "2|b");
        shop.source.execute("UPDATE customers SET deleted_at = now(), updated_at = now() WHERE id = 2");
        assertThat(verdict(shop)).as("the next run's").isEqualTo(Verdict.EQUAL);
        shop.ingest("customers");
        assertThat(shop.curated("customers", "id", "name")).containsExactly("1|a");
        assertThat(verdict(shop)).isEqualTo(Verdict.EQUAL);
        assertThat(shop.quarantined("customers")).isEmpty();

        shop.source.execute("UPDATE customers SET deleted_at = NULL, updated_at = now() WHERE id = 2;"
                + "UPDATE customers SET deleted_at = '2020-01-01' WHERE id = 1");
        shop.ingest("customers");
        assertThat(shop.curated("customers", "id", "name")).containsExactly("1|a", "2|b");
        Shop.settle();
        shop.run("customers");
        assertThat(verdict(shop))
                .as("a row that was marked without a stamp is found")
                .isEqualTo(Verdict.DIFFERENT);
    }

    private static Verdict verdict(Shop shop) {
        return new Verification(shop.lake)
                .verify(Shop.name("customers"), Set.of(Scope.CURATED))
                .comparisons()
                .get(0)
                .verdict();
    }
}
