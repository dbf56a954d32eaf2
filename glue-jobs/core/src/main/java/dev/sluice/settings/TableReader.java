package dev.sluice.settings;

import dev.sluice.settings.CurateSettings.Mode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a table item. */
final class TableReader {

    private final ObjectReader item;
    private final Problems problems;

    private TableReader(ObjectReader item, Problems problems) {
        this.item = item;
        this.problems = problems;
    }

    /** All sections of an item as read, before the rules between them are checked; an unreadable one is empty. */
    record Draft(
            String source,
            String table,
            Optional<ExtractReader.Draft> extract,
            Optional<SchemaReader.Draft> schema,
            Optional<CurateReader.Draft> curate,
            Optional<ReconcileReader.Draft> reconcile,
            MaintenanceReader.Draft maintain,
            List<Located<LoadSettings>> loads) {}

    static Optional<TableSettings> read(Object tree, Problems problems) {
        return ObjectReader.of(tree, "", Keys.OF_TABLE_ITEM, problems)
                .flatMap(item -> new TableReader(item, problems).read());
    }

    private Optional<TableSettings> read() {
        String source = ItemHeader.source(item, problems);
        String table = item.text(Keys.TABLE).orElse("missing");
        Identifiers.checkTable(Keys.TABLE, table, problems);
        int version = ItemHeader.version(item);
        item.require(Keys.EXTRACT, "Say what is read, like extract: {relation: public.orders}.");
        item.require(Keys.SCHEMA, "Say what it becomes: schema.columns.");
        item.require(Keys.CURATE, "Say how it is put into curated, like curate: {mode: merge, primary-key: [id]}.");
        Draft draft = new Draft(
                source,
                table,
                item.object(Keys.EXTRACT, Keys.OF_EXTRACT).map(reader -> ExtractReader.read(reader, problems)),
                item.object(Keys.SCHEMA, Keys.OF_SCHEMA).map(reader -> SchemaReader.read(reader, problems)),
                item.object(Keys.CURATE, Keys.OF_CURATE).map(reader -> CurateReader.read(reader, problems)),
                item.object(Keys.RECONCILE, Keys.OF_RECONCILE).map(reader -> ReconcileReader.read(reader, problems)),
                item.object(Keys.MAINTAIN, Keys.OF_MAINTAIN)
                        .map(MaintenanceReader::read)
                        .orElse(MaintenanceReader.Draft.NONE),
                loads());
        FreshnessSettings freshness = freshness();
        TableRules.check(draft, problems);
        return problems.isEmpty() ? Optional.of(settings(draft, version, freshness)) : Optional.empty();
    }

    private List<Located<LoadSettings>> loads() {
        List<Located<LoadSettings>> loads = new ArrayList<>();
        for (ObjectReader load : item.objects(Keys.LOADS, Keys.OF_LOAD)) {
            load.require(Keys.TARGET, "Name the source item that describes the database.");
            load.require(Keys.TABLE, "Name the table in the database as schema.table.");
            load.require(Keys.MODE, "Say how rows get there: " + Words.of(LoadSettings.Mode.values()) + ".");
            Optional<String> target = load.text(Keys.TARGET);
            target.ifPresent(name -> Identifiers.checkSource(load.at(Keys.TARGET), name, problems));
            Optional<QualifiedName> table = load.text(Keys.TABLE).flatMap(text -> targetTable(load, text));
            Optional<LoadSettings.Mode> mode = load.choice(Keys.MODE, LoadSettings.Mode.values());
            if (target.isPresent() && table.isPresent() && mode.isPresent()) {
                QualifiedName name = table.get();
                loads.add(new Located<>(
                        load.path(), new LoadSettings(target.get(), name.schema(), name.table(), mode.get())));
            }
        }
        return loads;
    }

    private Optional<QualifiedName> targetTable(ObjectReader load, String text) {
        Optional<QualifiedName> name = QualifiedName.find(text);
        if (name.isEmpty()) {
            load.problem(
                    Keys.TABLE,
                    "Is not of the form schema.table: " + text + ".",
                    "Write both as the database's catalog spells them, with double quotes around a name that holds a dot.");
        }
        name.ifPresent(found -> List.of(found.schema(), found.table()).forEach(part -> {
            Identifiers.checkPostgresqlLength(load.at(Keys.TABLE), part, problems);
            if (part.startsWith(Identifiers.OWN_PREFIX)) {
                load.problem(
                        Keys.TABLE,
                        "Names that begin with " + Identifiers.OWN_PREFIX + " are Sluice's own: " + part + ".",
                        "Choose another name.");
            }
        }));
        return name;
    }

    private FreshnessSettings freshness() {
        Optional<ObjectReader> freshness = item.object(Keys.FRESHNESS, Keys.OF_FRESHNESS);
        return new FreshnessSettings(
                freshness.flatMap(reader -> limit(reader, Keys.LAKE)).orElse(FreshnessSettings.DEFAULT_LAKE),
                freshness.flatMap(reader -> limit(reader, Keys.DATABASE)).orElse(FreshnessSettings.DEFAULT_DATABASE));
    }

    private static Optional<Duration> limit(ObjectReader reader, String key) {
        Optional<Duration> limit = reader.duration(key);
        limit.filter(Duration::isZero)
                .ifPresent(zero -> reader.problem(key, "Must be longer than nothing.", "Write a limit like PT30M."));
        return limit;
    }

    private static TableSettings settings(Draft draft, int version, FreshnessSettings freshness) {
        CurateReader.Draft curate = draft.curate().orElseThrow();
        Mode mode = curate.mode().orElseThrow();
        SchemaReader.Draft schema = draft.schema().orElseThrow();
        List<String> primaryKey = Located.values(curate.primaryKey());
        Optional<String> validTime = ValidTime.of(draft);
        List<ColumnSettings> columns = new ArrayList<>();
        for (SchemaReader.Column column : schema.columns()) {
            ColumnSettings settings = column.settings();
            boolean required = primaryKey.contains(settings.name()) || validTime.equals(Optional.of(settings.name()));
            columns.add(required ? settings.required() : settings);
        }
        return new TableSettings(
                new TableName(draft.source(), draft.table()),
                version,
                draft.extract().orElseThrow().settings(),
                new SchemaSettings(
                        columns,
                        schema.newColumns(),
                        schema.missingColumns(),
                        schema.changedColumns(),
                        schema.maskingSecret()),
                new CurateSettings(
                        mode,
                        primaryKey,
                        Located.values(curate.orderBy()),
                        Located.values(curate.partitionBy()),
                        curate.quality(),
                        curate.deleteWhen(),
                        validTime,
                        curate.retention()),
                draft.reconcile().map(ReconcileReader.Draft::settings),
                draft.maintain().settings(),
                Located.values(draft.loads()),
                freshness);
    }
}
