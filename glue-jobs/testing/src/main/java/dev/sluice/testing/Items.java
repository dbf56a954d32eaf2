package dev.sluice.testing;

import dev.sluice.settings.BookmarkSettings;
import dev.sluice.settings.ColumnSettings;
import dev.sluice.settings.ColumnType;
import dev.sluice.settings.CurateSettings;
import dev.sluice.settings.EventFormat;
import dev.sluice.settings.ExtractSettings;
import dev.sluice.settings.FileSettings;
import dev.sluice.settings.FreshnessSettings;
import dev.sluice.settings.HttpSettings;
import dev.sluice.settings.LoadSettings;
import dev.sluice.settings.MaintenanceSettings;
import dev.sluice.settings.ReconcileSettings;
import dev.sluice.settings.Relation;
import dev.sluice.settings.SchemaSettings;
import dev.sluice.settings.TableName;
import dev.sluice.settings.TableSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Table items for tests, written shortly; what is not said has the default of a settings file. */
public final class Items {

    private final TableName name;
    private Relation relation;
    private Optional<String> filter = Optional.empty();
    private ExtractSettings.Strategy strategy = ExtractSettings.Strategy.FULL;
    private Optional<BookmarkSettings> bookmark = Optional.empty();
    private OptionalInt parallelism = OptionalInt.empty();
    private int fetchSize = ExtractSettings.DEFAULT_FETCH_SIZE;
    private final List<ColumnSettings> columns = new ArrayList<>();
    private SchemaSettings.NewColumns newColumns = SchemaSettings.NewColumns.REPORT;
    private SchemaSettings.Drift missingColumns = SchemaSettings.Drift.FAIL;
    private SchemaSettings.Drift changedColumns = SchemaSettings.Drift.FAIL;
    private CurateSettings.Mode mode = CurateSettings.Mode.REPLACE;
    private List<String> primaryKey = List.of();
    private List<String> orderBy = List.of();
    private List<String> partitionBy = List.of();
    private final List<CurateSettings.QualityRule> quality = new ArrayList<>();
    private Optional<String> maskingSecret = Optional.empty();
    private Optional<String> validTime = Optional.empty();
    private Optional<Duration> retention = Optional.empty();
    private Optional<ReconcileSettings> reconcile = Optional.empty();
    private MaintenanceSettings maintain = MaintenanceSettings.DEFAULT;
    private Optional<String> deleteWhen = Optional.empty();
    private final List<LoadSettings> loads = new ArrayList<>();

    private Items(TableName name) {
        this.name = name;
        this.relation = new Relation.Table("public", name.table());
    }

    /** An item for {@code source/table} that reads {@code public.table} in full and replaces. */
    public static Items table(String name) {
        return new Items(TableName.parse(name));
    }

    /** Reads this table instead. */
    /** Reads a topic instead of a relation. */
    public Items topic(String topic, EventFormat format) {
        relation = new Relation.Topic(topic, format);
        strategy = ExtractSettings.Strategy.INCREMENTAL;
        return this;
    }

    public Items relation(Relation.Table table) {
        relation = table;
        return this;
    }

    /** Reads files instead. */
    public Items files(FileSettings files) {
        relation = new Relation.Files(files);
        return incremental(BookmarkSettings.OF_FILES);
    }

    /** Pulls an endpoint instead. */
    public Items http(HttpSettings http) {
        relation = new Relation.Http(http);
        return this;
    }

    public Items query(String sql) {
        relation = new Relation.Query(sql);
        return this;
    }

    public Items filter(String condition) {
        filter = Optional.of(condition);
        return this;
    }

    public Items parallelism(int readers) {
        parallelism = OptionalInt.of(readers);
        return this;
    }

    public Items fetchSize(int rows) {
        fetchSize = rows;
        return this;
    }

    /** Reads from this bookmark on. */
    public Items incremental(String... bookmarkColumns) {
        return incremental(new BookmarkSettings(
                List.of(bookmarkColumns),
                BookmarkSettings.Engine.SLUICE,
                BookmarkSettings.StampedBy.SERVER,
                Duration.ZERO,
                BookmarkSettings.DEFAULT_SETTLE));
    }

    public Items incremental(BookmarkSettings settings) {
        strategy = ExtractSettings.Strategy.INCREMENTAL;
        bookmark = Optional.of(settings);
        return this;
    }

    /** Columns written {@code "name type"}; one that ends in {@code " not null"} allows no NULL. */
    public Items columns(String... definitions) {
        for (String definition : definitions) {
            boolean required = definition.endsWith(" not null");
            String[] words = definition.replace(" not null", "").split(" ", 2);
            columns.add(new ColumnSettings(
                    words[0], ColumnType.of(words[1]), !required, words[0], Optional.empty(), Optional.empty()));
        }
        return this;
    }

    public Items column(ColumnSettings column) {
        columns.add(column);
        return this;
    }

    public Items maskingSecret(String secret) {
        maskingSecret = Optional.of(secret);
        return this;
    }

    public Items newColumns(SchemaSettings.NewColumns policy) {
        newColumns = policy;
        return this;
    }

    public Items missingColumns(SchemaSettings.Drift policy) {
        missingColumns = policy;
        return this;
    }

    public Items changedColumns(SchemaSettings.Drift policy) {
        changedColumns = policy;
        return this;
    }

    public Items merge(String... key) {
        mode = CurateSettings.Mode.MERGE;
        primaryKey = List.of(key);
        return this;
    }

    /** Keeps versions; their valid time is a column, or without one the time of the read. */
    public Items history(Optional<String> column, String... key) {
        mode = CurateSettings.Mode.HISTORY;
        primaryKey = List.of(key);
        validTime = column;
        return this;
    }

    public Items retention(Duration duration) {
        retention = Optional.of(duration);
        return this;
    }

    public Items reconcile(ReconcileSettings settings) {
        reconcile = Optional.of(settings);
        return this;
    }

    public Items maintain(MaintenanceSettings settings) {
        maintain = settings;
        return this;
    }

    public Items append() {
        mode = CurateSettings.Mode.APPEND;
        return this;
    }

    public Items orderBy(String... names) {
        orderBy = List.of(names);
        return this;
    }

    public Items partitionBy(String... names) {
        partitionBy = List.of(names);
        return this;
    }

    public Items rule(String rule, String condition) {
        quality.add(new CurateSettings.QualityRule(rule, condition));
        return this;
    }

    /** Rows that meet the condition delete their key. */
    public Items deleteWhen(String condition) {
        deleteWhen = Optional.of(condition);
        return this;
    }

    /** Loads {@code public.table} of a target. */
    public Items load(String target, LoadSettings.Mode loadMode) {
        loads.add(new LoadSettings(target, "public", name.table(), loadMode));
        return this;
    }

    public TableSettings build() {
        return new TableSettings(
                name,
                1,
                new ExtractSettings(relation, filter, strategy, bookmark, parallelism, fetchSize),
                new SchemaSettings(columns, newColumns, missingColumns, changedColumns, maskingSecret),
                new CurateSettings(mode, primaryKey, orderBy, partitionBy, quality, deleteWhen, validTime, retention),
                reconcile,
                maintain,
                loads,
                new FreshnessSettings(FreshnessSettings.DEFAULT_LAKE, FreshnessSettings.DEFAULT_DATABASE));
    }
}
