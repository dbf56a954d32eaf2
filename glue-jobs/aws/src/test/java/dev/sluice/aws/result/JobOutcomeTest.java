package dev.sluice.aws.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ErrorCode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobOutcomeTest {

    @Test
    void aSharedCodeIsTheOutcomesAndDifferentOnesAreFailed() {
        assertThat(outcome(ErrorCode.LEASE_HELD, ErrorCode.LEASE_HELD).error()).isEqualTo(ErrorCode.LEASE_HELD);
        assertThat(outcome(ErrorCode.LEASE_HELD, ErrorCode.SCHEMA_DRIFT).error())
                .isEqualTo(ErrorCode.FAILED);
    }

    @Test
    void itIsRetryableWhereOneFailureIs() {
        assertThat(outcome().retryable()).isFalse();
        assertThat(outcome(ErrorCode.SCHEMA_DRIFT, ErrorCode.SETTINGS_INVALID).retryable())
                .isFalse();
        assertThat(outcome(ErrorCode.SCHEMA_DRIFT, ErrorCode.LEASE_HELD).retryable())
                .isTrue();
    }

    @Test
    void whatIsNoErrorOfSluicesOwnIsNamedAndRetryable() {
        JobOutcome outcome = JobOutcome.ofWholeJob(new OutOfMemoryError("Java heap space"));

        assertThat(outcome.failed()).isZero();
        assertThat(outcome.retryable()).isTrue();
        assertThat(outcome.failures())
                .containsExactly(new JobFailure(
                        "*",
                        ErrorCode.FAILED,
                        "Cannot run the job: java.lang.OutOfMemoryError: Java heap space. The job's log has the"
                                + " details."));
    }

    private static JobOutcome outcome(ErrorCode... codes) {
        List<JobFailure> failures = Arrays.stream(codes)
                .map(code -> new JobFailure("shop/" + code.ordinal(), code, "Cannot."))
                .toList();
        return new JobOutcome(5, 0, 0, 0, failures);
    }
}
