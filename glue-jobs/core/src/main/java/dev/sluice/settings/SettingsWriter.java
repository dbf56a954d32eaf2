package dev.sluice.settings;

import dev.sluice.settings.CurateSettings.QualityRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Writes settings as the tree {@link SettingsParser} reads them from: ordered maps, lists, texts, integers and truth
 * values. What has its default is left out, except a strategy, so that a reader of the item sees how it is read.
 * Settings that were not parsed, but put together, are checked by {@link SettingsParser#check} of what is written.
 */
public final class SettingsWriter {

    private SettingsWriter() {}

    /** The source item, without a {@code table} key. */
    public static Map<String, Object> write(SourceSettings source) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put(Keys.SOURCE, source.source());
        item.put(Keys.VERSION, source.version());
        item.put(Keys.KIND, Words.of(source.kind()));
        item.put(Keys.CONNECTION, connection(source.connection()));
        putUnless(
                SourceSettings.DEFAULT_TIME_ZONE.getId(),
                item,
                Keys.TIME_ZONE,
                source.timeZone().getId());
        putUnless(
                SourceSettings.DEFAULT_MAX_CONCURRENT_TABLES,
                item,
                Keys.MAX_CONCURRENT_TABLES,
                source.maxConcurrentTables());
        return item;
    }

    /** The table item. */
    public static Map<String, Object> write(TableSettings table) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put(Keys.SOURCE, table.name().source());
        item.put(Keys.TABLE, table.name().table());
        item.put(Keys.VERSION, table.version());
        item.put(Keys.EXTRACT, extract(table.extract()));
        item.put(Keys.SCHEMA, schema(table.schema()));
        item.put(Keys.CURATE, curate(table.curate()));
        table.reconcile().ifPresent(reconcile -> item.put(Keys.RECONCILE, reconcile(reconcile)));
        putUnless(Map.of(), item, Keys.MAINTAIN, maintain(table.maintain()));
        putUnless(List.of(), item, Keys.LOADS, each(table.loads(), SettingsWriter::load));
        putUnless(Map.of(), item, Keys.FRESHNESS, freshness(table.freshness()));
        return item;
    }

    /** The view item. */
    public static Map<String, Object> write(ViewSettings view) {
        Map<String, Object> item = new LinkedHashMap<>();
        item.put(Keys.SOURCE, view.name().source());
        item.put(Keys.VIEW, view.name().table());
        item.put(Keys.VERSION, view.version());
        view.description().ifPresent(text -> item.put(Keys.DESCRIPTION, text));
        item.put(Keys.SQL, view.sql());
        item.put(Keys.COLUMNS, each(view.columns(), SettingsWriter::viewColumn));
        item.put(Keys.TABLES, each(view.tables(), TableName::toString));
        return item;
    }

    private static Map<String, Object> viewColumn(ViewColumn column) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(Keys.NAME, column.name());
        tree.put(Keys.TYPE, column.type().ddl());
        return tree;
    }

    private static Map<String, Object> connection(ConnectionSettings connection) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (connection instanceof ConnectionSettings.Jdbc jdbc) {
            tree.put(Keys.JDBC_URL, jdbc.url());
            jdbc.secret().ifPresent(secret -> tree.put(Keys.SECRET, secret));
        } else if (connection instanceof ConnectionSettings.Kafka kafka) {
            tree.put(Keys.BOOTSTRAP_SERVERS, kafka.bootstrapServers());
            putUnless(Words.of(ConnectionSettings.Kafka.Security.TLS), tree, Keys.SECURITY, Words.of(kafka.security()));
            kafka.secret().ifPresent(secret -> tree.put(Keys.SECRET, secret));
            kafka.registryUrl().ifPresent(url -> tree.put(Keys.REGISTRY_URL, url));
            kafka.registrySecret().ifPresent(secret -> tree.put(Keys.REGISTRY_SECRET, secret));
        } else if (connection instanceof ConnectionSettings.Http http) {
            tree.put(Keys.URL, http.url());
            putUnless(
                    Words.of(ConnectionSettings.Http.Authentication.NONE),
                    tree,
                    Keys.AUTHENTICATION,
                    Words.of(http.authentication()));
            http.credentialName().ifPresent(name -> tree.put(Keys.CREDENTIAL_NAME, name));
            http.secret().ifPresent(secret -> tree.put(Keys.SECRET, secret));
        } else if (connection instanceof ConnectionSettings.Glue glue) {
            tree.put(Keys.GLUE_CONNECTION, glue.name());
        } else if (connection instanceof ConnectionSettings.Folder folder) {
            tree.put(Keys.PATH, folder.path());
        } else {
            throw new IllegalStateException("No key for this kind of connection");
        }
        return tree;
    }

    private static Map<String, Object> extract(ExtractSettings extract) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (extract.relation() instanceof Relation.Files files) {
            tree.put(Keys.FILES, files(files.settings()));
            extract.parallelism().ifPresent(parallelism -> tree.put(Keys.PARALLELISM, parallelism));
            return tree;
        }
        if (extract.relation() instanceof Relation.Table table) {
            tree.put(Keys.RELATION, new QualifiedName(table.schema(), table.name()).toString());
        } else if (extract.relation() instanceof Relation.Query query) {
            tree.put(Keys.QUERY, query.sql());
        } else if (extract.relation() instanceof Relation.Topic topic) {
            tree.put(Keys.TOPIC, topic.name());
            tree.put(Keys.FORMAT, Words.of(topic.format()));
        } else if (extract.relation() instanceof Relation.Http http) {
            tree.put(Keys.HTTP, http(http.settings()));
        } else {
            throw new IllegalStateException("No key for this kind of relation");
        }
        extract.filter().ifPresent(filter -> tree.put(Keys.FILTER, filter));
        tree.put(Keys.STRATEGY, Words.of(extract.strategy()));
        extract.bookmark().ifPresent(bookmark -> tree.put(Keys.BOOKMARK, bookmark(bookmark)));
        extract.parallelism().ifPresent(parallelism -> tree.put(Keys.PARALLELISM, parallelism));
        putUnless(ExtractSettings.DEFAULT_FETCH_SIZE, tree, Keys.FETCH_SIZE, extract.fetchSize());
        return tree;
    }

    private static Map<String, Object> files(FileSettings files) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(Keys.PATH, files.path());
        putUnless(FileSettings.DEFAULT_PATTERN, tree, Keys.PATTERN, files.pattern());
        putText(tree, files);
        putUnless(written(FileSettings.DEFAULT_SETTLE), tree, Keys.SETTLE, written(files.settle()));
        files.marker().ifPresent(marker -> tree.put(Keys.MARKER, marker));
        files.partitions().ifPresent(partitions -> {
            tree.put(Keys.PARTITIONS, partitions.layout());
            putUnless(written(FileSettings.Partitions.DEFAULT_LATE), tree, Keys.LATE, written(partitions.late()));
        });
        putUnless(FileSettings.DEFAULT_FILES_PER_BATCH, tree, Keys.FILES_PER_BATCH, files.filesPerBatch());
        putUnless(Words.of(FileSettings.SameContent.READ), tree, Keys.SAME_CONTENT, Words.of(files.sameContent()));
        return tree;
    }

    /** How text is written: the keys that files and answers share. */
    private static void putText(Map<String, Object> tree, FileSettings files) {
        tree.put(Keys.FORMAT, Words.of(files.format()));
        putUnless(Map.of(), tree, Keys.CSV, csv(files.csv()));
        files.records().ifPresent(records -> tree.put(Keys.RECORDS, records));
        putUnless(FileSettings.DEFAULT_ENCODING, tree, Keys.ENCODING, files.encoding());
    }

    private static Map<String, Object> http(HttpSettings http) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(Keys.PATH, http.path());
        putText(tree, http.body());
        putUnless(Map.of(), tree, Keys.PAGING, paging(http.paging()));
        http.since().ifPresent(parameter -> tree.put(Keys.SINCE, parameter));
        http.until().ifPresent(parameter -> tree.put(Keys.UNTIL, parameter));
        putUnless(Words.of(HttpSettings.TimeFormat.ISO), tree, Keys.TIME_FORMAT, Words.of(http.timeFormat()));
        putUnless(Words.of(HttpSettings.Reads.ALL), tree, Keys.READS, Words.of(http.reads()));
        http.requestsPerMinute().ifPresent(number -> tree.put(Keys.REQUESTS_PER_MINUTE, number));
        putUnless(written(HttpSettings.DEFAULT_TIMEOUT), tree, Keys.TIMEOUT, written(http.timeout()));
        return tree;
    }

    private static Map<String, Object> paging(HttpSettings.Paging paging) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (paging.equals(HttpSettings.Paging.NONE)) {
            return tree;
        }
        tree.put(Keys.STYLE, Words.of(paging.style()));
        paging.next().ifPresent(pointer -> tree.put(Keys.NEXT, pointer));
        paging.parameter().ifPresent(parameter -> tree.put(Keys.PARAMETER, parameter));
        putUnless(HttpSettings.Paging.DEFAULT_FIRST, tree, Keys.FIRST, paging.first());
        paging.size().ifPresent(size -> tree.put(Keys.SIZE, size));
        paging.sizeParameter().ifPresent(parameter -> tree.put(Keys.SIZE_PARAMETER, parameter));
        return tree;
    }

    private static Map<String, Object> csv(FileSettings.Csv csv) {
        Map<String, Object> tree = new LinkedHashMap<>();
        FileSettings.Csv plain = FileSettings.Csv.DEFAULT;
        putUnless(String.valueOf(plain.delimiter()), tree, Keys.DELIMITER, String.valueOf(csv.delimiter()));
        putUnless(String.valueOf(plain.quote()), tree, Keys.QUOTE, String.valueOf(csv.quote()));
        putUnless(true, tree, Keys.HEADER, csv.header() == FileSettings.Header.FIRST_RECORD);
        putUnless(List.of(), tree, Keys.COLUMNS, new ArrayList<>(csv.columns()));
        csv.nullText().ifPresent(text -> tree.put(Keys.NULL_TEXT, text));
        return tree;
    }

    private static Map<String, Object> bookmark(BookmarkSettings bookmark) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(Keys.COLUMNS, new ArrayList<>(bookmark.columns()));
        putUnless(Words.of(BookmarkSettings.Engine.SLUICE), tree, Keys.ENGINE, Words.of(bookmark.engine()));
        putUnless(Words.of(BookmarkSettings.StampedBy.SERVER), tree, Keys.CLOCK, Words.of(bookmark.clock()));
        putUnless(written(Duration.ZERO), tree, Keys.LOOKBACK, written(bookmark.lookback()));
        putUnless(written(BookmarkSettings.DEFAULT_SETTLE), tree, Keys.SETTLE, written(bookmark.settle()));
        return tree;
    }

    private static Map<String, Object> schema(SchemaSettings schema) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(Keys.COLUMNS, each(schema.columns(), SettingsWriter::column));
        putUnless(Words.of(SchemaSettings.DEFAULT_NEW_COLUMNS), tree, Keys.NEW_COLUMNS, Words.of(schema.newColumns()));
        putUnless(
                Words.of(SchemaSettings.DEFAULT_DRIFT), tree, Keys.MISSING_COLUMNS, Words.of(schema.missingColumns()));
        putUnless(
                Words.of(SchemaSettings.DEFAULT_DRIFT), tree, Keys.CHANGED_COLUMNS, Words.of(schema.changedColumns()));
        schema.maskingSecret().ifPresent(secret -> tree.put(Keys.MASKING_SECRET, secret));
        return tree;
    }

    private static Map<String, Object> column(ColumnSettings column) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(Keys.NAME, column.name());
        tree.put(Keys.TYPE, column.type().ddl());
        putUnless(true, tree, Keys.NULLABLE, column.nullable());
        putUnless(column.name(), tree, Keys.SOURCE, column.sourceName());
        column.defaultValue().ifPresent(value -> tree.put(Keys.DEFAULT, value));
        column.expression().ifPresent(expression -> tree.put(Keys.EXPRESSION, expression));
        column.masking().ifPresent(masking -> tree.put(Keys.MASKING, Words.of(masking)));
        return tree;
    }

    private static Map<String, Object> curate(CurateSettings curate) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(Keys.MODE, Words.of(curate.mode()));
        putUnless(List.of(), tree, Keys.PRIMARY_KEY, new ArrayList<>(curate.primaryKey()));
        putUnless(List.of(), tree, Keys.ORDER_BY, new ArrayList<>(curate.orderBy()));
        putUnless(List.of(), tree, Keys.PARTITION_BY, new ArrayList<>(curate.partitionBy()));
        putUnless(List.of(), tree, Keys.QUALITY, each(curate.quality(), SettingsWriter::qualityRule));
        curate.deleteWhen().ifPresent(condition -> tree.put(Keys.DELETE_WHEN, condition));
        curate.validTime().ifPresent(column -> tree.put(Keys.VALID_TIME, column));
        curate.retention().ifPresent(retention -> tree.put(Keys.RETENTION, written(retention)));
        return tree;
    }

    private static Map<String, Object> qualityRule(QualityRule rule) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(Keys.NAME, rule.name());
        tree.put(Keys.CONDITION, rule.condition());
        return tree;
    }

    private static Map<String, Object> reconcile(ReconcileSettings reconcile) {
        Map<String, Object> tree = new LinkedHashMap<>();
        putUnless(Words.of(ReconcileSettings.DEFAULT.action()), tree, Keys.ACTION, Words.of(reconcile.action()));
        reconcile.markColumn().ifPresent(column -> tree.put(Keys.MARK_COLUMN, column));
        putUnless(ReconcileSettings.DEFAULT_MAX_SHARE, tree, Keys.MAX_SHARE, reconcile.maxShare());
        putUnless(written(ReconcileSettings.DEFAULT_EVERY), tree, Keys.EVERY, written(reconcile.every()));
        reconcile.ranges().ifPresent(ranges -> tree.put(Keys.RANGES, ranges));
        return tree;
    }

    private static Map<String, Object> maintain(MaintenanceSettings maintain) {
        Map<String, Object> tree = new LinkedHashMap<>();
        putUnless(List.of(), tree, Keys.CLUSTER_BY, new ArrayList<>(maintain.clusterBy()));
        maintain.vacuumAfter().ifPresent(after -> tree.put(Keys.VACUUM_AFTER, written(after)));
        maintain.rawRetention().ifPresent(retention -> tree.put(Keys.RAW_RETENTION, written(retention)));
        maintain.snapshots().ifPresent(policy -> tree.put(Keys.SNAPSHOTS, snapshots(policy)));
        return tree;
    }

    private static Map<String, Object> snapshots(SnapshotPolicy policy) {
        Map<String, Object> tree = new LinkedHashMap<>();
        putUnless(SnapshotPolicy.DEFAULT_DAILY, tree, Keys.DAILY, policy.daily());
        putUnless(SnapshotPolicy.DEFAULT_MONTHLY, tree, Keys.MONTHLY, policy.monthly());
        return tree;
    }

    private static Map<String, Object> load(LoadSettings load) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put(Keys.TARGET, load.target());
        tree.put(Keys.TABLE, new QualifiedName(load.schema(), load.table()).toString());
        tree.put(Keys.MODE, Words.of(load.mode()));
        return tree;
    }

    private static Map<String, Object> freshness(FreshnessSettings freshness) {
        Map<String, Object> tree = new LinkedHashMap<>();
        putUnless(written(FreshnessSettings.DEFAULT_LAKE), tree, Keys.LAKE, written(freshness.lake()));
        putUnless(written(FreshnessSettings.DEFAULT_DATABASE), tree, Keys.DATABASE, written(freshness.database()));
        return tree;
    }

    /** Whole days as days: {@link Duration#toString} knows hours only. */
    static String written(Duration duration) {
        boolean wholeDays = !duration.isZero() && duration.equals(Duration.ofDays(duration.toDays()));
        return wholeDays ? "P" + duration.toDays() + "D" : duration.toString();
    }

    private static <T> List<Object> each(List<T> values, Function<T, Object> writer) {
        return values.stream().map(writer).collect(Collectors.toCollection(ArrayList::new));
    }

    private static void putUnless(Object unwritten, Map<String, Object> tree, String key, Object value) {
        if (!value.equals(unwritten)) {
            tree.put(key, value);
        }
    }
}
