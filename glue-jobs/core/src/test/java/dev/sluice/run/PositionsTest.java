package dev.sluice.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import dev.sluice.bookmark.LogProgress;
import dev.sluice.bookmark.Position;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PositionsTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Test
    void readsInstantsWithAndWithoutOffset() {
        assertThat(instant("2024-05-31T12:00:00Z")).isEqualTo(Instant.parse("2024-05-31T12:00:00Z"));
        assertThat(instant("2024-05-31T14:00:00+02:00")).isEqualTo(Instant.parse("2024-05-31T12:00:00Z"));
        assertThat(instant("2024-05-31T14:00:00")).isEqualTo(Instant.parse("2024-05-31T12:00:00Z"));
        assertThat(instant("2024-05-31")).isEqualTo(Instant.parse("2024-05-30T22:00:00Z"));
    }

    @Test
    void readsTheOtherKinds() {
        assertThat(Positions.parse("42", Positions.Kind.SEQUENCE, BERLIN)).isEqualTo(new Position.Sequence(42));
        assertThat(Positions.parse("2024-05-31", Positions.Kind.DAY, BERLIN))
                .isEqualTo(new Position.Day(LocalDate.of(2024, 5, 31)));
        assertThat(Positions.parse("2024-05-31 14:30:00", Positions.Kind.WALL_CLOCK, BERLIN))
                .isEqualTo(new Position.WallClock(LocalDateTime.of(2024, 5, 31, 14, 30)));
    }

    @Test
    void whatItShowsCanBeReadBack() {
        Position position = new Position.At(Instant.parse("2024-05-31T12:00:00.123456Z"));
        assertThat(Positions.parse(Positions.text(Optional.of(position)), Positions.Kind.INSTANT, BERLIN))
                .isEqualTo(position);
    }

    @Test
    void readsAndComparesOffsets() {
        Position.Offsets place = new Position.Offsets(
                "V1_x-Q",
                new TreeMap<>(Map.of(0, 12L, 1, 7L)),
                new LogProgress(
                        Optional.of("0000-1"),
                        LogProgress.Phase.STREAM,
                        Optional.of(new LogProgress.Truncation("0000-2-1-4", Optional.of(5L))),
                        new TreeMap<>(Map.of(
                                "1", new LogProgress.Server("0000-2", LogProgress.Seen.EARLIER),
                                "12", new LogProgress.Server("0000-3", LogProgress.Seen.LATEST)))));
        assertThat(Position.parse(place.text())).isEqualTo(place);
        LogProgress withoutSnapshot = new LogProgress(
                Optional.empty(),
                LogProgress.Phase.STREAM,
                Optional.of(new LogProgress.Truncation("0000-2-1-4", Optional.empty())),
                new TreeMap<>());
        assertThat(Position.parse(place.with(withoutSnapshot).text())).isEqualTo(place.with(withoutSnapshot));
        assertThat(Position.parse("offsets V1_x-Q/0:12,1:7/0000-1/STREAM"))
                .as("of before truncations and servers were noted")
                .isEqualTo(place.with(new LogProgress(
                        Optional.of("0000-1"), LogProgress.Phase.STREAM, Optional.empty(), new TreeMap<>())));
        assertThat(Positions.parse(
                        Positions.text(Optional.of(place.with(LogProgress.NONE))), Positions.Kind.OFFSETS, BERLIN))
                .isEqualTo(place.with(LogProgress.NONE));
        Position ahead = new Position.Offsets("V1_x-Q", new TreeMap<>(Map.of(0, 12L, 1, 8L, 2, 1L)), LogProgress.NONE);
        Position aside = new Position.Offsets("V1_x-Q", new TreeMap<>(Map.of(0, 13L, 1, 6L)), LogProgress.NONE);
        assertThat(place.compareTo(ahead)).isNegative();
        assertThat(ahead.compareTo(place)).isPositive();
        assertThat(place.compareTo(aside)).isPositive();
        assertThat(aside.compareTo(place)).isPositive();
        assertThatThrownBy(() -> Positions.parse("7", Positions.Kind.OFFSETS, BERLIN))
                .hasMessageContaining("The table's bookmark is offsets of a topic");
    }

    @Test
    void saysWhatAPositionLooksLike() {
        assertThatThrownBy(() -> Positions.parse("yesterday", Positions.Kind.SEQUENCE, BERLIN))
                .isInstanceOf(SluiceException.class)
                .hasMessage("Cannot read the position: yesterday. The table's bookmark is a number, like 12345.")
                .extracting(failure -> ((SluiceException) failure).code())
                .isEqualTo(ErrorCode.REQUEST_INVALID);
    }

    private static Instant instant(String text) {
        return ((Position.At) Positions.parse(text, Positions.Kind.INSTANT, BERLIN)).instant();
    }
}
