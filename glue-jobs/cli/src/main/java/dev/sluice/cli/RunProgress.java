package dev.sluice.cli;

import dev.sluice.Step;
import dev.sluice.run.RunListener;
import dev.sluice.run.TableOutcome;
import dev.sluice.settings.TableName;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows a run's progress on standard error: on a terminal one bar with a table at work and its step, else a line per
 * table.
 */
final class RunProgress implements RunListener, AutoCloseable {

    private final PrintWriter lines;
    private final Optional<ProgressBar> bar;
    private final Map<TableName, String> working = new ConcurrentSkipListMap<>();

    private RunProgress(PrintWriter lines, Optional<ProgressBar> bar) {
        this.lines = lines;
        this.bar = bar;
    }

    /** Shows the progress of a run over that many tables. */
    static RunProgress over(String task, int tables, PrintWriter error) {
        boolean terminal = System.console() != null;
        return new RunProgress(
                error,
                terminal
                        ? Optional.of(new ProgressBarBuilder()
                                .setTaskName(task)
                                .setInitialMax(tables)
                                .setStyle(ProgressBarStyle.ASCII)
                                .setUpdateIntervalMillis(250)
                                .continuousUpdate()
                                .clearDisplayOnFinish()
                                .build())
                        : Optional.empty());
    }

    @Override
    public void started(TableName table) {
        show(table, "start");
    }

    @Override
    public void ended(TableOutcome outcome) {
        working.remove(outcome.table());
        if (bar.isPresent()) {
            bar.get().step();
            bar.get().setExtraMessage(message());
            return;
        }
        StringBuilder line = new StringBuilder(outcome.table() + ": " + Phrases.words(outcome.status()));
        outcome.batch().ifPresent(batch -> line.append(", batch ")
                .append(batch.batch())
                .append(", ")
                .append(Phrases.count(batch.rows(), "row")));
        line(line.append(", ").append(Phrases.duration(outcome.took())).toString());
    }

    @Override
    public void before(TableName table, Step step) {
        show(table, Phrases.words(step));
    }

    @Override
    public void after(TableName table, Step step) {
        if (step == Step.RECORD_LOAD) {
            working.remove(table);
            bar.ifPresent(ProgressBar::step);
            if (bar.isEmpty()) {
                line(table + ": loaded");
            }
        }
    }

    /** Takes the bar away. */
    @Override
    public void close() {
        bar.ifPresent(ProgressBar::close);
    }

    private void show(TableName table, String doing) {
        working.put(table, doing);
        bar.ifPresent(shown -> shown.setExtraMessage(message()));
    }

    /** One of the tables at work and how many more there are: a list of all would leave the bar no room. */
    private String message() {
        return working.entrySet().stream()
                .findFirst()
                .map(entry -> " " + entry.getKey().table() + ": " + entry.getValue()
                        + (working.size() > 1 ? " +" + (working.size() - 1) : ""))
                .orElse("");
    }

    private void line(String line) {
        lines.println(line);
        lines.flush();
    }
}
