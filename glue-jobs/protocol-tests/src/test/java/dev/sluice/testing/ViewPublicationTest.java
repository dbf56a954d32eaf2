package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.run.Ingest;
import dev.sluice.run.IngestRequest;
import dev.sluice.run.JobBookmark;
import dev.sluice.run.RunListener;
import dev.sluice.run.RunReport;
import dev.sluice.run.ViewOutcome;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.TableName;
import dev.sluice.settings.ViewColumn;
import dev.sluice.settings.ViewSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run does to the catalog's views, whatever becomes of its tables. */
class ViewPublicationTest {

    private static final TableName BIG = new TableName("shop", "big");

    @TempDir
    private static Path folder;

    private static ViewSettings view(String name, String sql) {
        return new ViewSettings(
                new TableName("shop", name),
                1,
                Optional.empty(),
                sql,
                List.of(new ViewColumn("id", ColumnType.of("bigint"))),
                List.of(new TableName("shop", "orders")));
    }

    /** A run of a table that is not registered: it fails before it needs a source or Spark. */
    private static RunReport run(Lake lake) {
        return new Ingest(lake, RunListener.NONE)
                .run(new IngestRequest(
                        "run", List.of(new TableName("shop", "absent")), new JobBookmark.Enabled(), Optional.empty()));
    }

    @Test
    void aRunBringsTheCatalogToWhatIsRegistered() {
        Lake lake = Lake.in(folder)
                .connect("shop", new JdbcEndpoint("jdbc:postgresql://host/shop", Optional.empty(), Optional.empty()));
        lake.settings().register(Items.table("shop/orders").columns("id bigint").build(), Existing.REFUSE);
        ViewSettings first = view("big", "SELECT id FROM shop.orders WHERE id > 100");
        lake.settings().register(first, Existing.REFUSE);

        RunReport published = run(lake);
        assertThat(published.failed()).hasSize(1);
        assertThat(published.views())
                .containsExactly(new ViewOutcome(BIG, ViewOutcome.Status.PUBLISHED, Optional.empty()));
        assertThat(lake.publishedViews()).containsOnlyKeys(BIG).containsValue(first);
        assertThat(run(lake).views()).isEmpty();

        lake.settings().register(view("big", "SELECT idd AS id FROM shop.orders"), Existing.REPLACE);
        lake.settings().register(view("small", "SELECT id FROM shop.orders WHERE id < 100"), Existing.REFUSE);
        RunReport failed = run(lake);
        assertThat(failed.views())
                .extracting(ViewOutcome::view, ViewOutcome::status)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(BIG, ViewOutcome.Status.FAILED),
                        org.assertj.core.groups.Tuple.tuple(
                                new TableName("shop", "small"), ViewOutcome.Status.PUBLISHED));
        assertThat(failed.failedViews()).hasSize(1).first().satisfies(view -> {
            assertThat(view.failure().orElseThrow().code()).isEqualTo(ErrorCode.SETTINGS_INVALID);
            assertThat(view.failure().orElseThrow().message())
                    .startsWith("Cannot publish view shop/big: it does not fit what is registered.")
                    .contains("sql: Line 1: Reads a column that nothing there has: idd. Did you mean id?");
        });
        assertThat(lake.publishedViews()).containsEntry(BIG, first).hasSize(2);

        lake.settings().removeView(BIG);
        assertThat(run(lake).views())
                .containsExactly(new ViewOutcome(BIG, ViewOutcome.Status.REMOVED, Optional.empty()));
        assertThat(lake.publishedViews()).containsOnlyKeys(new TableName("shop", "small"));
    }
}
