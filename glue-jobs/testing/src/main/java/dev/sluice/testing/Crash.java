package dev.sluice.testing;

import dev.sluice.Step;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.TableName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Dies at one point, in whichever table reaches it first, and at that point of every other table too. */
public final class Crash implements RunListener {

    private final Point point;
    private volatile boolean happened;

    public Crash(Point point) {
        this.point = point;
    }

    public enum Side {
        BEFORE,
        AFTER
    }

    public record Point(Step step, Side side) {}

    /** The points before and after each step, in order. */
    public static List<Point> around(Collection<Step> steps) {
        List<Point> points = new ArrayList<>();
        for (Step step : steps) {
            for (Side side : Side.values()) {
                points.add(new Point(step, side));
            }
        }
        return points;
    }

    public boolean happened() {
        return happened;
    }

    @Override
    public void started(TableName table) {}

    @Override
    public void ended(TableOutcome outcome) {}

    @Override
    public void before(TableName table, Step step) {
        die(new Point(step, Side.BEFORE));
    }

    @Override
    public void after(TableName table, Step step) {
        die(new Point(step, Side.AFTER));
    }

    private void die(Point here) {
        if (here.equals(point)) {
            happened = true;
            throw new IllegalStateException("died " + here.side() + " " + here.step());
        }
    }
}
