package dev.sluice.testing;

import dev.sluice.Step;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.TableName;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Stops every table of a run at one point until it is woken, as a long pause of its process would. */
public final class Stall implements RunListener {

    private static final long PATIENCE_SECONDS = 120;

    private final Crash.Point point;
    private final CountDownLatch reached;
    private final CountDownLatch woken = new CountDownLatch(1);

    public Stall(Crash.Point point, int tables) {
        this.point = point;
        this.reached = new CountDownLatch(tables);
    }

    /** Waits until all tables of the run stand still. */
    public void await() {
        wait(reached, "no run came to " + point);
    }

    public void wake() {
        woken.countDown();
    }

    @Override
    public void started(TableName table) {}

    @Override
    public void ended(TableOutcome outcome) {}

    @Override
    public void before(TableName table, Step step) {
        pass(new Crash.Point(step, Crash.Side.BEFORE));
    }

    @Override
    public void after(TableName table, Step step) {
        pass(new Crash.Point(step, Crash.Side.AFTER));
    }

    private void pass(Crash.Point here) {
        if (here.equals(point)) {
            reached.countDown();
            wait(woken, "nobody woke the run at " + point);
        }
    }

    private static void wait(CountDownLatch latch, String otherwise) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(otherwise);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(otherwise, interrupted);
        }
    }
}
