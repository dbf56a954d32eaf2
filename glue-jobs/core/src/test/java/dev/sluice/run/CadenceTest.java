package dev.sluice.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CadenceTest {

    @Test
    void repeatsUntilTheTimeIsOver() {
        long begin = System.nanoTime();
        int last = Cadence.parse("PT0.02S", Optional.of("PT0.1S")).repeat(number -> number, number -> true);
        assertThat(last).isBetween(1, 5);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void repeatsForEverAndStopsAfterWhatNoRepetitionMends() {
        int last = Cadence.parse("PT0.001S", Optional.empty()).repeat(number -> number, number -> number < 7);
        assertThat(last).isEqualTo(7);
    }

    @Test
    void runsAtLeastOnce() {
        assertThat(new Cadence(Duration.ofHours(1), Optional.of(Duration.ofMillis(1)))
                        .<Integer>repeat(number -> number, number -> true))
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
