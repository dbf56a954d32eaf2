package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.Window;
import dev.sluice.run.Positions;
import dev.sluice.settings.SettingsStore.Existing;
import dev.sluice.settings.TableName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Positions as they are written on a command line or into a job's arguments, read for registered tables. */
class PositionsOfTablesTest {

    private static final TableName ORDERS = new TableName("shop", "orders");
    private static final TableName EVENTS = new TableName("shop", "events");
    private static final Position MAY = new Position.At(Instant.parse("2024-05-31T00:00:00Z"));

    private Positions positions;

    @BeforeEach
    void register(@TempDir Path folder) {
        Lake lake = Lake.in(folder);
        lake.settings()
                .register(
                        Items.table("shop/orders")
                                .columns("id bigint not null", "updated_at timestamp")
                                .incremental("updated_at")
                                .merge("id")
                                .build(),
                        Existing.REFUSE);
        lake.settings()
                .register(
                        Items.table("shop/events")
                                .columns("id bigint not null")
                                .incremental("id")
                                .append()
                                .build(),
                        Existing.REFUSE);
        lake.settings().register(Items.table("shop/full").columns("id bigint").build(), Existing.REFUSE);
        positions = new Positions(lake.settings(), lake.bookmarks());
    }

    @Test
    void peoplesFormAndTheLedgersFormMeanTheSame() {
        assertThat(positions.parse(ORDERS, "2024-05-31")).isEqualTo(MAY);
        assertThat(positions.parse(ORDERS, MAY.text())).isEqualTo(MAY);
        assertThat(positions.parse(EVENTS, "42")).isEqualTo(positions.parse(EVENTS, "sequence 42"));
    }

    @Test
    void aRangeOfOneTableMayMixTheForms() {
        assertThat(positions.window(List.of(ORDERS), Optional.of("2024-05-31"), Optional.of(MAY.text())))
                .isEqualTo(new Window(Optional.of(MAY), Optional.of(MAY)));
    }

    @Test
    void theLedgersFormMeansTheSameInEveryTable() {
        assertThat(positions.window(List.of(ORDERS, EVENTS), Optional.of(MAY.text()), Optional.empty()))
                .isEqualTo(new Window(Optional.of(MAY), Optional.empty()));
        assertRefused(
                () -> positions.window(List.of(ORDERS, EVENTS), Optional.of("2024"), Optional.empty()),
                "Cannot read the position: 2024. The table's bookmark is an instant, like 2024-05-31");
    }

    @Test
    void aPositionOfAnotherKindIsRefused() {
        assertRefused(
                () -> positions.parse(ORDERS, "sequence 7"),
                "Cannot read the position: sequence 7. The table's bookmark is an instant, like 2024-05-31");
        assertRefused(
                () -> positions.parse(ORDERS, "instant noon"),
                "Cannot read the position: instant noon. The ledger's form is like 'instant 2026-01-31T00:00:00Z'");
        assertRefused(
                () -> positions.parse(new TableName("shop", "full"), "2024-05-31"),
                "Cannot find position 2024-05-31 in table shop/full: it has no bookmark column whose type is known"
                        + " (extract.bookmark). A full table reads everything in each run anyway.");
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(call)
                .withMessageStartingWith(message)
                .matches(failure -> failure.code() == ErrorCode.REQUEST_INVALID);
    }
}
