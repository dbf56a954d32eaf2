package dev.sluice.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SideBySideTest {

    @Test
    void resultsComeInTheOrderOfTheTasks() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        List<Callable<String>> tasks = List.of(
                () -> {
                    second.await();
                    return "first";
                },
                () -> {
                    second.countDown();
                    return "second";
                });
        assertThat(SideBySide.run("run r-1", tasks, 2)).containsExactly("first", "second");
    }

    @Test
    void anInterruptedRunSaysWhichAndHowToGoOn() {
        List<Callable<Boolean>> tasks = List.of(() -> {
            new CountDownLatch(1).await();
            return true;
        });
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(SluiceException.class)
                .isThrownBy(() -> SideBySide.run("run r-1 of source shop", tasks, 1))
                .withMessage("Cannot finish run r-1 of source shop: this process was told to stop. Its tables stand as"
                        + " their last commits left them; run again, and each goes on from there")
                .matches(failure -> failure.code() == ErrorCode.FAILED);
        assertThat(Thread.interrupted()).as("the interruption is handed on").isTrue();
    }
}
