package dev.sluice.cli;

import dev.sluice.SluiceException;
import dev.sluice.bookmark.BatchRecord;
import dev.sluice.bookmark.Failure;
import dev.sluice.bookmark.Hold;
import dev.sluice.bookmark.LoadRecord;
import dev.sluice.bookmark.Position;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.run.LoadReport;
import dev.sluice.run.RunReport;
import dev.sluice.run.TableOutcome;
import dev.sluice.run.ViewOutcome;
import java.time.Duration;
import java.util.Map;

/** The shapes in which {@code --json} shows what core knows. Keys are kebab-case, times ISO-8601, ages in seconds. */
final class Documents {

    private Documents() {}

    static Map<String, Object> batch(BatchRecord batch) {
        return new Fields()
                .add("table", batch.table())
                .add("batch", batch.batch())
                .add("kind", Phrases.key(batch.kind()))
                .add("run-id", batch.runId())
                .add("window", window(batch.window()))
                .add("position-before", batch.positionBefore().map(Position::text))
                .add("position-after", batch.positionAfter().map(Position::text))
                .add("min", batch.min().map(Position::text))
                .add("max", batch.max().map(Position::text))
                .add("rows", batch.rows())
                .add("quarantined", batch.quarantined())
                .add("quarantine", batch.quarantine())
                .add("replays", batch.replays())
                .add("curated-version", batch.curatedVersion())
                .add("started-at", batch.startedAt())
                .add("committed-at", batch.committedAt())
                .add("read-point", batch.readPoint())
                .add("notes", batch.notes())
                .map();
    }

    static Map<String, Object> window(Window window) {
        return new Fields()
                .add("from", window.from().map(Position::text))
                .add("to", window.to().map(Position::text))
                .map();
    }

    static Map<String, Object> failure(Failure failure) {
        return new Fields()
                .add("code", Phrases.key(failure.code()))
                .add("message", failure.message())
                .add("run-id", failure.runId())
                .add("at", failure.at())
                .map();
    }

    /** An error that no run keeps. */
    static Map<String, Object> error(SluiceException error) {
        return new Fields()
                .add("code", Phrases.key(error.code()))
                .add("message", error.getMessage())
                .map();
    }

    static Map<String, Object> hold(Hold hold) {
        return new Fields()
                .add("run-id", hold.holder().runId())
                .add("host", hold.holder().host())
                .add("pid", hold.holder().pid())
                .add("expires-at", hold.expiresAt())
                .map();
    }

    static Map<String, Object> load(LoadRecord load) {
        return new Fields()
                .add("target", load.target())
                .add("curated-version", load.curatedVersion())
                .add("read-point", load.readPoint())
                .add("loaded-at", load.loadedAt())
                .add("upserted", load.upserted())
                .add("deleted", load.deleted())
                .add("run-id", load.runId())
                .map();
    }

    static Map<String, Object> state(TableState state) {
        return new Fields()
                .add("table", state.table())
                .add("position", state.position().map(Position::text))
                .add("last-batch", state.lastBatch())
                .add(
                        "observations",
                        state.observations().stream()
                                .map(seen -> new Fields()
                                        .add("value", seen.value())
                                        .add("at", seen.at())
                                        .map())
                                .toList())
                .add("overlap", Phrases.key(state.overlap()))
                .add("work", Phrases.key(state.work()))
                .add("fence", state.fence())
                .add("holder", state.hold().map(Documents::hold))
                .add("read-point", state.readPoint())
                .add("checked-at", state.checkedAt())
                .add("curated-version", state.curatedVersion())
                .add("failure", state.failure().map(Documents::failure))
                .map();
    }

    static Map<String, Object> run(RunReport report) {
        return new Fields()
                .add("run-id", report.runId())
                .add("started-at", report.startedAt())
                .add("ended-at", report.endedAt())
                .add("tables", report.tables().stream().map(Documents::outcome).toList())
                .add("views", report.views().stream().map(Documents::view).toList())
                .map();
    }

    static Map<String, Object> outcome(TableOutcome outcome) {
        return new Fields()
                .add("table", outcome.table())
                .add("status", Phrases.key(outcome.status()))
                .add("batch", outcome.batch().map(Documents::batch))
                .add("notes", outcome.notes())
                .add("seconds", seconds(outcome.took()))
                .add("failure", outcome.failure().map(Documents::failure))
                .map();
    }

    private static Map<String, Object> view(ViewOutcome outcome) {
        return new Fields()
                .add("view", outcome.view())
                .add("status", Phrases.key(outcome.status()))
                .add("failure", outcome.failure().map(Documents::failure))
                .map();
    }

    static Map<String, Object> loads(LoadReport report) {
        return new Fields()
                .add("run-id", report.runId())
                .add("started-at", report.startedAt())
                .add("ended-at", report.endedAt())
                .add("targets", report.targets().stream().map(Documents::target).toList())
                .map();
    }

    private static Map<String, Object> target(LoadReport.TargetOutcome target) {
        Fields fields = new Fields()
                .add("table", target.table())
                .add("target", target.load().target())
                .add(
                        "target-table",
                        target.load().schema() + "." + target.load().table());
        target.outcome().ifPresent(outcome -> fields.add("how", Phrases.key(outcome.how()))
                .add("from-version", outcome.fromVersion())
                .add("to-version", outcome.toVersion())
                .add("upserted", outcome.upserted())
                .add("deleted", outcome.deleted())
                .add("changes", outcome.changes()));
        return fields.add("seconds", seconds(target.took()))
                .add("failure", target.failure().map(Documents::failure))
                .map();
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
