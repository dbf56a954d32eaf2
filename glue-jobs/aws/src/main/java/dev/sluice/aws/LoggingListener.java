package dev.sluice.aws;

import dev.sluice.Step;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.TableName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a run's progress to the job's log. */
final class LoggingListener implements RunListener {

    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.run");

    @Override
    public void started(TableName table) {
        LOG.info("{} begins", table);
    }

    @Override
    public void ended(TableOutcome outcome) {
        if (outcome.failure().isPresent()) {
            LOG.error(
                    "{} failed after {}: {}",
                    outcome.table(),
                    outcome.took(),
                    outcome.failure().get().message());
        } else {
            LOG.info("{} {} after {} {}", outcome.table(), outcome.status(), outcome.took(), outcome.notes());
        }
    }

    @Override
    public void before(TableName table, Step step) {
        LOG.debug("{} {} begins", table, step);
    }

    @Override
    public void after(TableName table, Step step) {
        LOG.info("{} {} done", table, step);
    }
}
