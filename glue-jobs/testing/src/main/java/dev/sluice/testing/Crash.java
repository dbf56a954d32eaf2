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

    /**
     * What dies in one round, one after the other. A death after a step and one before the next leave the same, so the
     * second is that of a run which goes on past the first. So are all those before the first step that leaves more than a
     * lease.
     */
    public static List<List<Point>> rounds(Collection<Step> steps) {
        List<Point> points = around(steps);
        int next = Math.max(0, points.indexOf(new Point(Step.WRITE_RAW, Side.BEFORE))) + 1;
        List<List<Point>> rounds = new ArrayList<>();
        rounds.add(points.subList(0, next));
        for (; next < points.size(); next += 2) {
            rounds.add(points.subList(next, Math.min(next + 2, points.size())));
        }
        return rounds;
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
