package dev.sluice.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CadenceTest {

    private static final Consumer<SluiceException> IGNORED = failure -> {};

    @Test
    void repeatsUntilTheTimeIsOver() {
        long begin = System.nanoTime();
        int last = Cadence.parse("PT0.02S", Optional.of("PT0.1S")).repeat(number -> number, number -> true, IGNORED);
        assertThat(last).isBetween(1, 5);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void repeatsForEverAndStopsAfterWhatNoRepetitionMends() {
        int last = Cadence.parse("PT0.001S", Optional.empty()).repeat(number -> number, number -> number < 7, IGNORED);
        assertThat(last).isEqualTo(7);
    }

    @Test
    void goesOnAfterWhatMayPassAndThrowsWhatDoesNot() {
        List<SluiceException> passing = new ArrayList<>();
        Cadence cadence = Cadence.parse("PT0.001S", Optional.empty());
        assertThat(cadence.<Integer>repeat(
                        number -> {
                            if (number < 3) {
                                throw new SluiceException(ErrorCode.SOURCE_UNREACHABLE, "Cannot connect " + number);
                            }
                            return number;
                        },
                        number -> false,
                        passing::add))
                .isEqualTo(3);
        assertThat(passing).extracting(Throwable::getMessage).containsExactly("Cannot connect 1", "Cannot connect 2");

        assertThatThrownBy(() -> cadence.<Integer>repeat(
                        number -> {
                            throw new SluiceException(ErrorCode.SETTINGS_MISSING, "No such source");
                        },
                        number -> true,
                        passing::add))
                .hasMessage("No such source");
        assertThatThrownBy(() -> new Cadence(Duration.ofHours(1), Optional.of(Duration.ofMillis(1)))
                        .<Integer>repeat(
                                number -> {
                                    throw new SluiceException(ErrorCode.SOURCE_UNREACHABLE, "Still away");
                                },
                                number -> true,
                                passing::add))
                .hasMessage("Still away");
    }

    @Test
    void runsAtLeastOnce() {
        assertThat(new Cadence(Duration.ofHours(1), Optional.of(Duration.ofMillis(1)))
                        .<Integer>repeat(number -> number, number -> true, IGNORED))
                .isEqualTo(1);
    }

    @Test
    void refusesWhatIsNoInterval() {
        for (String text : new String[] {"30", "PT0S", "-PT1S"}) {
            assertThatThrownBy(() -> Cadence.parse(text, Optional.empty()))
                    .isInstanceOf(SluiceException.class)
                    .hasMessage("Cannot use --every: " + text + ". Write a duration above zero, like PT30S or PT6H")
                    .extracting(failure -> ((SluiceException) failure).code())
                    .isEqualTo(ErrorCode.REQUEST_INVALID);
        }
    }
}
