package dev.sluice.settings;

import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.ReconcileSettings.Action;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads {@code reconcile} and holds it against the rest of the item. */
final class ReconcileReader {

    private static final String MARK_COLUMN = Keys.RECONCILE + "." + Keys.MARK_COLUMN;
    private static final String MARKED = "Name the column that says when a row was found deleted, like deleted_at.";

    private final TableReader.Draft draft;
    private final Problems problems;

    private ReconcileReader(TableReader.Draft draft, Problems problems) {
        this.draft = draft;
        this.problems = problems;
    }

    /** What was read, before it is known to fit the table. */
    record Draft(Action action, Optional<String> markColumn, double maxShare, Duration every, OptionalInt ranges) {

        /** Asked for only where the item has no problem. */
        ReconcileSettings settings() {
            return new ReconcileSettings(action, markColumn, maxShare, every, ranges);
        }
    }

    static Draft read(ObjectReader reader, Problems problems) {
        Optional<Action> chosen = reader.choice(Keys.ACTION, Action.values());
        boolean unread = reader.has(Keys.ACTION) && chosen.isEmpty();
        Action action = chosen.orElse(ReconcileSettings.DEFAULT.action());
        Optional<String> markColumn = reader.text(Keys.MARK_COLUMN);
        markColumn.ifPresent(name -> Identifiers.checkColumn(reader.at(Keys.MARK_COLUMN), name, problems));
        if (action == Action.MARK && !reader.has(Keys.MARK_COLUMN)) {
            reader.problem(Keys.MARK_COLUMN, "Is missing: action mark writes it.", MARKED);
        }
        if (action == Action.REMOVE && markColumn.isPresent() && !unread) {
            reader.problem(Keys.MARK_COLUMN, "Goes with action: mark only.", "Leave it out, or write action: mark.");
        }
        Optional<Duration> every = reader.duration(Keys.EVERY);
        every.filter(Duration::isZero)
                .ifPresent(zero ->
                        reader.problem(Keys.EVERY, "Must be longer than nothing.", "Write a duration like P1D."));
        Optional<Integer> ranges = reader.integer(Keys.RANGES, 1);
        return new Draft(
                action,
                markColumn,
                share(reader),
                every.orElse(ReconcileSettings.DEFAULT_EVERY),
                ranges.isPresent() ? OptionalInt.of(ranges.get()) : OptionalInt.empty());
    }

    private static double share(ObjectReader reader) {
        Optional<Double> share = reader.decimal(Keys.MAX_SHARE).map(BigDecimal::doubleValue);
        if (share.filter(given -> !ReconcileSettings.isShare(given)).isPresent()) {
            reader.problem(
                    Keys.MAX_SHARE,
                    "Must be above 0 and at most 1, but is " + share.get() + ".",
                    "Write the share of curated's rows that one reconciliation may remove, like 0.05.");
        }
        return share.orElse(ReconcileSettings.DEFAULT_MAX_SHARE);
    }

    /** Checks what a table without {@code reconcile} has nothing to do with. */
    static void check(TableReader.Draft draft, Problems problems) {
        draft.reconcile().ifPresent(reconcile -> new ReconcileReader(draft, problems).check(reconcile));
    }

    private void check(Draft reconcile) {
        Optional<Mode> mode = draft.curate().flatMap(CurateReader.Draft::mode);
        mode.filter(given -> !given.isKeyed())
                .ifPresent(given -> refuse(
                        given == Mode.APPEND
                                ? "Only merge and history find a row by its key: append keeps each row that was ever read."
                                : "Replace puts the whole table in curated with every run, without what was deleted."));
        if (mode.equals(Optional.of(Mode.HISTORY)) && reconcile.action() == Action.MARK) {
            problems.add(
                    Keys.RECONCILE + "." + Keys.ACTION,
                    "A history keeps deleted rows already, as versions that have ended.",
                    "Write action: remove, which ends the version.");
        }
        draft.extract().ifPresent(extract -> {
            boolean keyed = mode.filter(Mode::isKeyed).isPresent();
            if (keyed && extract.settings().events().isPresent()) {
                refuse("The changes of a topic say themselves which rows were deleted.");
            } else if (keyed && extract.settings().relation() instanceof Relation.Files) {
                refuse("Files hold what was delivered, and no file says what is gone.");
            } else if (keyed && extract.settings().relation() instanceof Relation.Http) {
                refuse("An endpoint cannot be asked for its keys alone.");
            } else if (keyed && extract.wanted() == Strategy.FULL) {
                refuse("A full read removes with every run what the source has deleted.");
            } else if (keyed && extract.settings().engine() == BookmarkSettings.Engine.GLUE) {
                problems.add(
                        Keys.EXTRACT + "." + Keys.BOOKMARK + "." + Keys.ENGINE,
                        "A reconciliation needs to know how far curated is, and Glue keeps that to itself.",
                        "Write engine: sluice, or leave reconcile out.");
            }
        });
        reconcile.markColumn().ifPresent(this::checkMarkColumn);
    }

    private void checkMarkColumn(String name) {
        boolean declared = draft.schema().stream()
                .flatMap(schema -> schema.columns().stream())
                .anyMatch(column -> column.settings().name().equals(name));
        if (declared) {
            problems.add(
                    MARK_COLUMN,
                    "Is a column of the schema: " + name + ". What the source says would be written over.",
                    "Choose a name that schema.columns does not have.");
        }
    }

    private void refuse(String reason) {
        problems.add(Keys.RECONCILE, reason, "Leave reconcile out.");
    }
}
