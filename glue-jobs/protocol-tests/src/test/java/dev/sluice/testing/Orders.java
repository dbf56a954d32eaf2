package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.LoadReport;
import dev.sluice.run.LoadRun;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.SettingsStore;
import dev.sluice.settings.TableName;
import java.util.List;
import java.util.UUID;

/** A source with a keyed, an append and a full table, their target, and what tests do with them. */
final class Orders {

    static final TableName KEYED = TableName.parse("shop/orders");
    static final TableName APPENDED = TableName.parse("shop/events");
    static final TableName FULL = TableName.parse("shop/customers");
    static final List<TableName> ALL = List.of(KEYED, APPENDED, FULL);

    final Database source = PostgresServer.newDatabase("shop");
    final Database target = PostgresServer.newDatabase("target");

    Orders() {
        source.execute(
                """
                CREATE TABLE orders (id bigint PRIMARY KEY, status text, price numeric(12,2),
                    updated_at timestamptz NOT NULL DEFAULT now());
                CREATE INDEX ON orders (updated_at);
                CREATE TABLE events (id bigserial PRIMARY KEY, payload text);
                CREATE TABLE customers (id int PRIMARY KEY, name text);
                """);
    }

    /** Registers the three tables in a lake. */
    Lake register(Lake lake) {
        lake.connect("shop", source.endpoint()).connect("target", target.endpoint());
        SettingsStore settings = lake.settings();
        settings.register(
                Items.table("shop/orders")
                        .incremental("updated_at")
                        .columns("id bigint not null", "status string", "price decimal(12,2)", "updated_at timestamp")
                        .merge("id")
                        .orderBy("updated_at")
                        .rule("price-not-negative", "price >= 0")
                        .load("target", LoadSettings.Mode.UPSERT)
                        .build(),
                SettingsStore.Existing.REPLACE);
        settings.register(
                Items.table("shop/events")
                        .incremental("id")
                        .columns("id bigint not null", "payload string")
                        .append()
                        .load("target", LoadSettings.Mode.APPEND)
                        .build(),
                SettingsStore.Existing.REPLACE);
        settings.register(
                Items.table("shop/customers")
                        .columns("id int not null", "name string")
                        .merge("id")
                        .load("target", LoadSettings.Mode.UPSERT)
                        .build(),
                SettingsStore.Existing.REPLACE);
        return lake;
    }

    static RunReport run(Lake lake, RunListener listener, TableName... tables) {
        return new Ingest(lake, listener)
                .run(IngestRequest.of("run-" + UUID.randomUUID(), tables.length == 0 ? ALL : List.of(tables)));
    }

    static RunReport runWell(Lake lake, TableName... tables) {
        RunReport report = run(lake, RunListener.NONE, tables);
        assertThat(report.failed()).isEmpty();
        return report;
    }

    static LoadReport load(Lake lake, RunListener listener, TableName... tables) {
        return new LoadRun(lake, listener).run("load-" + UUID.randomUUID(), tables.length == 0 ? ALL : List.of(tables));
    }

    static LoadReport loadWell(Lake lake, TableName... tables) {
        LoadReport report = load(lake, RunListener.NONE, tables);
        assertThat(report.failed()).isEmpty();
        return report;
    }

    static TableOutcome outcome(RunReport report, TableName table) {
        return report.tables().stream()
                .filter(outcome -> outcome.table().equals(table))
                .findFirst()
                .orElseThrow();
    }

    /** Source and curated hold the same rows; rows that break the rule count as absent from the source. */
    void assertCuratedEqualsSource(Lake lake, TableName... tables) {
        for (TableName table : tables.length == 0 ? ALL : List.of(tables)) {
            curatedAsInSource(lake, table);
        }
    }

    /** The target holds what curated holds, and that what the source does. */
    void assertTargetAndCuratedEqualSource(Lake lake, TableName... tables) {
        for (TableName table : tables.length == 0 ? ALL : List.of(tables)) {
            assertThat(RowsOf.query(target, select(table)))
                    .as("target " + table)
                    .isEqualTo(curatedAsInSource(lake, table));
        }
    }

    /** The rows of curated, which are the source's. */
    private List<String> curatedAsInSource(Lake lake, TableName table) {
        String rule = table.equals(KEYED) ? " WHERE coalesce(price, 0) >= 0" : "";
        List<String> rows = RowsOf.curated(lake, table.toString(), columns(table));
        assertThat(rows).as("curated " + table).isEqualTo(RowsOf.query(source, select(table) + rule));
        return rows;
    }

    private static String[] columns(TableName table) {
        return switch (table.table()) {
            case "orders" -> new String[] {"id", "status", "price"};
            case "events" -> new String[] {"id", "payload"};
            default -> new String[] {"id", "name"};
        };
    }

    private static String select(TableName table) {
        return "SELECT " + String.join(", ", columns(table)) + " FROM " + table.table();
    }

    /** Raw holds what manifests name, quarantine what the ledger names, and nobody holds a lease. */
    void assertNothingIsLeftOver(Lake lake) {
        for (TableName table : ALL) {
            Tidiness.assertNothingIsLeftOver(lake, table);
        }
        assertThat(RowsOf.query(
                        target,
                        "SELECT tablename FROM pg_tables WHERE schemaname='sluice' AND tablename LIKE 'stage%'"))
                .as("staging tables in the target")
                .isEmpty();
    }
}
