package dev.sluice.run;

import dev.sluice.bookmark.Column;
import dev.sluice.bookmark.TableState;
import dev.sluice.bookmark.Window;
import dev.sluice.change.ChangeColumns;
import dev.sluice.extract.Bound;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.SourceColumn;
import dev.sluice.extract.SourceTable;
import dev.sluice.quality.Discretion;
import dev.sluice.raw.Manifest;
import dev.sluice.raw.RawZone;
import dev.sluice.schema.Drift;
import dev.sluice.schema.EffectiveSchema;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ExtractSettings.Strategy;
import dev.sluice.settings.HistoryColumns;
import dev.sluice.settings.SettingsProblem;
import dev.sluice.settings.SourceFit;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import dev.sluice.settings.ViewSettings;
import dev.sluice.view.Definitions;
import dev.sluice.view.ViewCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says what a run would do with a table, without doing it: no Spark, no write, no lease. */
public final class Planner {

    private final Platform platform;

    public Planner(Platform platform) {
        this.platform = Objects.requireNonNull(platform, "platform");
    }

    /** The plan for a registered table. Throws what the run would fail with before it reads. */
    public TablePlan plan(TableName name) {
        SourceSettings source = platform.settings()
                .findSource(name.source())
                .orElseThrow(() -> Ingest.missing("source", name.source()));
        TableSettings settings =
                platform.settings().findTable(name).orElseThrow(() -> Ingest.missing("table", name.toString()));
        return plan(source, settings);
    }

    /** The plan for settings that need not be registered: what a change of them would lead to. */
    public TablePlan plan(SourceSettings source, TableSettings settings) {
        try {
            return planned(source, settings);
        } catch (RuntimeException failure) {
            throw Discretion.of(Optional.of(settings)).thrown(settings.name(), failure);
        }
    }

    private TablePlan planned(SourceSettings source, TableSettings settings) {
        TableState state = platform.bookmarks().load(settings.name());
        RawZone raw = new RawZone(platform.zones().raw());
        SourceFit.require(source, settings);
        try (Extraction extraction =
                platform.extractor(source, settings).open(source, platform.connections(), settings)) {
            SourceTable table = extraction.describe();
            Bound bound = extraction.fixBound(state.position(), state.observations());
            BatchWindow next = BatchWindow.next(settings, state, bound);
            boolean everything = next.rebuild() == Manifest.Rebuild.EVERYTHING;
            List<SourceColumn> before = raw.findLastIngest(settings.name(), state.lastBatch())
                    .map(Manifest::columnsAfter)
                    .orElse(List.of());
            EffectiveSchema schema = Drift.resolve(settings, table, before, everything ? List.of() : state.columns());
            boolean left = state.work() == TableState.Work.UNFINISHED
                    && raw.findManifest(settings.name(), state.lastBatch() + 1).isPresent();
            TablePlan.Action action = action(settings, state, extraction, next, left);
            boolean reads = action != TablePlan.Action.IDLE && action != TablePlan.Action.WAIT;
            List<String> notes = new ArrayList<>(schema.notes());
            notes.addAll(brokenViews(settings));
            bound.heldBy().ifPresent(holder -> notes.add("the bookmark is held back by " + holder));
            notes.addAll(extraction.notes());
            if (action == TablePlan.Action.IDLE && next.isUnsettled(settings)) {
                notes.add("none of its rows is settled yet: a run notes what it sees and reads nothing");
            }
            if (action == TablePlan.Action.WAIT) {
                state.hold().ifPresent(hold -> notes.add("held by " + hold.holder() + " until " + hold.expiresAt()));
            }
            Window window = next.window();
            Strategy strategy = settings.extract().strategy();
            if (reads) {
                Refill refill = Refill.of(settings, extraction, table, next, schema);
                notes.addAll(refill.notes());
                window = refill.window().window();
                if (refill.reach() == Refill.Reach.FROM_START) {
                    strategy = Strategy.FULL;
                    action = action == TablePlan.Action.INCREMENTAL ? TablePlan.Action.REFILL : action;
                }
            }
            return new TablePlan(
                    settings.name(),
                    action,
                    strategy,
                    settings.curate().mode(),
                    reads ? Optional.of(window) : Optional.empty(),
                    reads ? Optional.of(extraction.estimate(window)) : Optional.empty(),
                    bound.guarantee(),
                    changes(settings, schema, state.columns()),
                    notes);
        }
    }

    /** The registered views that the settings leave without what they read. */
    private List<String> brokenViews(TableSettings settings) {
        Definitions definitions = Definitions.of(List.of(settings), List.of(), platform.settings());
        List<String> broken = new ArrayList<>();
        for (ViewSettings view : definitions.readersOf(List.of(settings.name()))) {
            List<SettingsProblem> problems =
                    new ViewCheck(definitions).check(view).problems();
            if (!problems.isEmpty()) {
                broken.add("view " + view.name() + " does not fit: " + problems.get(0)
                        + (problems.size() == 1 ? "" : " And " + (problems.size() - 1) + " more: sluice views."));
            }
        }
        return broken;
    }

    private TablePlan.Action action(
            TableSettings settings, TableState state, Extraction extraction, BatchWindow next, boolean left) {
        if (state.hold().filter(platform.bookmarks()::holds).isPresent()) {
            return TablePlan.Action.WAIT;
        }
        if (left) {
            return TablePlan.Action.RESUME;
        }
        boolean rewound = state.overlap() == TableState.Overlap.REWOUND;
        if (!rewound && next.isUnsettled(settings)) {
            return TablePlan.Action.IDLE;
        }
        if (state.lastBatch() == 0) {
            return TablePlan.Action.INITIAL;
        }
        if (rewound && next.rebuild() == Manifest.Rebuild.EVERYTHING) {
            return TablePlan.Action.REBUILD;
        }
        if (settings.extract().strategy() == Strategy.FULL) {
            return TablePlan.Action.FULL;
        }
        return !rewound && (next.isEmpty() || extraction.hasNews(next.window()) == Extraction.News.NONE)
                ? TablePlan.Action.IDLE
                : TablePlan.Action.INCREMENTAL;
    }

    private static List<String> changes(TableSettings settings, EffectiveSchema schema, List<Column> curated) {
        List<String> changes = new ArrayList<>();
        for (ColumnSettings column : schema.columns()) {
            if (schema.gained().contains(column.name())) {
                changes.add("add " + column.name() + " " + column.type());
            }
        }
        var kept = schema.columns().stream().map(ColumnSettings::name).collect(Collectors.toSet());
        for (Column column : curated) {
            boolean own = HistoryColumns.ALL.contains(column.name())
                    || column.name().equals(ChangeColumns.END_POSITION)
                    || settings.markColumn().equals(Optional.of(column.name()));
            if (!kept.contains(column.name()) && !own) {
                changes.add("keep " + column.name() + " without new values: no longer in schema.columns");
            }
        }
        return changes;
    }
}
