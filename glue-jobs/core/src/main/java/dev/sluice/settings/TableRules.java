package dev.sluice.settings;

import dev.sluice.settings.BookmarkSettings.Engine;
import dev.sluice.settings.CurateSettings.Mode;
import dev.sluice.settings.ExtractSettings.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The rules between the sections of a table item. A rule is silent where a section it needs could not be read. */
final class TableRules {

    private static final String MODE = Keys.CURATE + "." + Keys.MODE;
    private static final String PRIMARY_KEY = Keys.CURATE + "." + Keys.PRIMARY_KEY;
    private static final String ORDER_BY = Keys.CURATE + "." + Keys.ORDER_BY;
    private static final String SAME_CONTENT = Keys.EXTRACT + "." + Keys.FILES + "." + Keys.SAME_CONTENT;
    private static final String PARTITION_BY = Keys.CURATE + "." + Keys.PARTITION_BY;
    private static final String BOOKMARK = Keys.EXTRACT + "." + Keys.BOOKMARK;
    private static final String VALID_TIME = Keys.CURATE + "." + Keys.VALID_TIME;
    private static final String SCHEMA_COLUMNS = Keys.SCHEMA + "." + Keys.COLUMNS;

    /** What a PostgreSQL table holds. */
    private static final int POSTGRESQL_MAX_COLUMNS = 1600;

    private static final List<String> UNFIT_FOR_PARTITIONS = List.of("binary", "float", "double");

    private static final List<String> BOOKMARKS_OF_ENDPOINTS = List.of("timestamp", "bigint");

    private final TableReader.Draft draft;
    private final Problems problems;

    private TableRules(TableReader.Draft draft, Problems problems) {
        this.draft = draft;
        this.problems = problems;
    }

    static void check(TableReader.Draft draft, Problems problems) {
        TableRules rules = new TableRules(draft, problems);
        draft.curate().ifPresent(curate -> {
            rules.checkKeyAndOrder(curate);
            curate.mode().ifPresent(mode -> draft.extract().ifPresent(extract -> {
                rules.checkMode(mode, extract);
                rules.checkTopic(mode, extract, curate);
                rules.checkEndpoint(extract);
            }));
            draft.schema().ifPresent(schema -> rules.checkColumns(curate, schema));
        });
        rules.checkHistory();
        MaskingRules.check(draft, problems);
        ReconcileReader.check(draft, problems);
        MaintenanceReader.check(draft, problems);
        rules.checkLoads();
    }

    private void checkKeyAndOrder(CurateReader.Draft curate) {
        Optional<Mode> mode = curate.mode();
        if (curate.deleteWhen().isPresent() && mode.isPresent() && mode.get() != Mode.MERGE) {
            problems.add(
                    Keys.CURATE + "." + Keys.DELETE_WHEN,
                    "Only merge removes the row of a key that is deleted.",
                    "Leave delete-when out, or write mode: merge.");
        }
        if (mode.filter(Mode::isKeyed).isPresent() && curate.primaryKey().isEmpty()) {
            problems.add(
                    PRIMARY_KEY,
                    "Is missing: " + Words.of(mode.get()) + " finds a row's earlier state by it.",
                    "Name the key's columns, or write mode: append or mode: replace.");
        }
        if (!curate.orderBy().isEmpty() && mode.isPresent() && !mode.get().isKeyed()) {
            problems.add(
                    ORDER_BY,
                    "Only merge and history choose between rows of one key.",
                    "Leave order-by out, or write mode: merge.");
        }
    }

    /** What orders the changes of a topic is their place in the database's log, and nothing else may. */
    private void checkTopic(Mode mode, ExtractReader.Draft extract, CurateReader.Draft curate) {
        if (extract.settings().events().isEmpty()) {
            return;
        }
        curate.validTime()
                .ifPresent(named -> problems.add(
                        named.path(),
                        "A version of a row from a topic holds from the time of the change that made it.",
                        "Leave valid-time out."));
        if (!curate.orderBy().isEmpty()) {
            problems.add(
                    ORDER_BY,
                    "The changes of a topic are ordered by their place in the database's log.",
                    "Leave order-by out.");
        }
        if (curate.deleteWhen().isPresent()) {
            problems.add(
                    Keys.CURATE + "." + Keys.DELETE_WHEN,
                    "The changes of a topic say themselves which rows are deleted.",
                    "Leave delete-when out.");
        }
    }

    /** What answers hold is text, so the item says of what type the bookmark is. */
    private void checkEndpoint(ExtractReader.Draft extract) {
        Optional<BookmarkSettings> bookmark = extract.settings().bookmark();
        if (!(extract.settings().relation() instanceof Relation.Http)
                || bookmark.isEmpty()
                || draft.schema().isEmpty()) {
            return;
        }
        BookmarkSettings given = bookmark.get();
        if (given.engine() == Engine.GLUE) {
            problems.add(
                    BOOKMARK + "." + Keys.ENGINE,
                    "Glue's bookmarks are for databases.",
                    "Write engine: sluice, or leave engine out.");
        }
        boolean typed = given.columns().size() == 1
                && draft.schema().get().columns().stream()
                        .map(SchemaReader.Column::settings)
                        .anyMatch(column -> column.sourceName()
                                        .equals(given.columns().get(0))
                                && column.expression().isEmpty()
                                && BOOKMARKS_OF_ENDPOINTS.contains(column.type().ddl()));
        if (!typed) {
            problems.add(
                    BOOKMARK + "." + Keys.COLUMNS,
                    "Is no one column of the schema of type timestamp or bigint, which an endpoint's bookmark has to"
                            + " be.",
                    "Declare it in schema.columns as a timestamp or a bigint, without expression.");
        }
    }

    private void checkMode(Mode mode, ExtractReader.Draft extract) {
        Optional<BookmarkSettings> bookmark = extract.settings().bookmark();
        if (mode == Mode.APPEND && extract.wanted() == Strategy.FULL) {
            problems.add(
                    MODE,
                    "Append needs an incremental strategy: a full read would add every row again.",
                    "Give a bookmark, or write mode: replace.");
        }
        if (extract.settings().relation() instanceof Relation.Files files) {
            checkFiles(mode, files.settings());
            return;
        }
        if (mode == Mode.REPLACE && extract.wanted() == Strategy.INCREMENTAL) {
            problems.add(
                    MODE,
                    "Replace needs a full strategy: only the new rows would be left.",
                    "Write strategy: full without a bookmark, or write mode: merge.");
        }
        if (mode == Mode.APPEND && bookmark.map(BookmarkSettings::engine).equals(Optional.of(Engine.GLUE))) {
            problems.add(
                    BOOKMARK + "." + Keys.ENGINE,
                    "Append cannot use Glue's bookmarks: they move when the whole job commits, so a run that dies"
                            + " between its write and that commit reads rows again, and append doubles them.",
                    "Write engine: sluice, or mode: merge.");
        }
        if (!mode.isKeyed()
                && bookmark.filter(given -> !given.lookback().isZero()).isPresent()) {
            problems.add(
                    BOOKMARK + "." + Keys.LOOKBACK,
                    "Only merge and history can read rows again: without a key they would be doubled.",
                    "Leave lookback out and set settle, or write mode: merge.");
        }
    }

    private void checkFiles(Mode mode, FileSettings files) {
        if (mode != Mode.APPEND && files.sameContent() == FileSettings.SameContent.SKIP) {
            problems.add(
                    SAME_CONTENT,
                    "Only append can pass a file over: by a key the rows of both are one, or the later is a change.",
                    "Leave same-content out.");
        }
        if (mode == Mode.REPLACE || mode == Mode.HISTORY) {
            problems.add(
                    MODE,
                    mode == Mode.REPLACE
                            ? "Replace cannot read files: only the new ones would be left."
                            : "History cannot read files: nothing says from when on a row of a file holds.",
                    "Write mode: merge or mode: append.");
        }
        boolean keepsFile = draft.schema()
                .filter(schema -> schema.columns().stream()
                        .map(SchemaReader.Column::settings)
                        .anyMatch(FileColumns::keepsFile))
                .isPresent();
        if (mode == Mode.APPEND && draft.schema().isPresent() && !keepsFile) {
            problems.add(
                    SCHEMA_COLUMNS,
                    "Lacks the file's name: append replaces the rows of a file that was written again, and finds them"
                            + " by it.",
                    "Add {name: file, type: string, source: " + FileColumns.FILE + "}, or write mode: merge.");
        }
    }

    private void checkColumns(CurateReader.Draft curate, SchemaReader.Draft schema) {
        List<String> names = schema.columns().stream()
                .flatMap(column -> column.name().stream())
                .collect(Collectors.toList());
        for (List<Located<String>> references : List.of(curate.primaryKey(), curate.orderBy(), curate.partitionBy())) {
            for (Located<String> reference : references) {
                if (!names.isEmpty() && !names.contains(reference.value())) {
                    problems.add(
                            reference.path(),
                            "Is no column of the schema: " + reference.value() + ".",
                            Words.nearest(reference.value(), names)
                                    .map(near -> "Did you mean " + near + "?")
                                    .orElse("Name a column of schema.columns, by name and not by source."));
                }
            }
        }
        for (SchemaReader.Column column : schema.columns()) {
            if (column.nullable().equals(Optional.of(true))
                    && Located.values(curate.primaryKey())
                            .contains(column.settings().name())) {
                problems.add(
                        column.nullablePath(),
                        "Is part of the primary key and cannot be nullable: "
                                + column.settings().name() + ".",
                        "Leave nullable out, or write nullable: false.");
            }
        }
        checkPartitions(curate, schema);
    }

    private void checkPartitions(CurateReader.Draft curate, SchemaReader.Draft schema) {
        for (Located<String> reference : curate.partitionBy()) {
            schema.columns().stream()
                    .map(SchemaReader.Column::settings)
                    .filter(column -> column.name().equals(reference.value()))
                    .filter(column -> column.type().isArray()
                            || UNFIT_FOR_PARTITIONS.contains(column.type().ddl()))
                    .findFirst()
                    .ifPresent(column -> problems.add(
                            reference.path(),
                            "Cannot partition by a column of type " + column.type() + ": " + column.name() + ".",
                            "Partition by a date, a number without fraction or short text."));
        }
        if (!schema.columns().isEmpty()
                && curate.partitionBy().size() >= schema.columns().size()) {
            problems.add(
                    PARTITION_BY,
                    "Takes every column, and a data file needs one that is left.",
                    "Partition by fewer columns.");
        }
    }

    private void checkHistory() {
        Optional<Mode> mode = draft.curate().flatMap(CurateReader.Draft::mode);
        Optional<Located<String>> named = draft.curate().flatMap(CurateReader.Draft::validTime);
        List<SchemaReader.Column> columns =
                draft.schema().map(SchemaReader.Draft::columns).orElse(List.of());
        if (!mode.equals(Optional.of(Mode.HISTORY))) {
            if (mode.isPresent() && named.isPresent()) {
                problems.add(
                        named.get().path(),
                        "Only history keeps the time a row held.",
                        "Leave valid-time out, or write mode: history.");
            }
            return;
        }
        columns.stream()
                .filter(column ->
                        column.name().filter(HistoryColumns.ALL::contains).isPresent())
                .forEach(column -> problems.add(
                        SCHEMA_COLUMNS,
                        "Mode history has a column of its own of this name: "
                                + column.name().get() + ".",
                        "Give the column another name and put this one in source."));
        Optional<String> validTime = ValidTime.of(draft);
        boolean ofTopic = draft.extract()
                .filter(extract -> extract.settings().events().isPresent())
                .isPresent();
        boolean incremental = draft.extract()
                .filter(extract -> extract.wanted() == Strategy.INCREMENTAL)
                .isPresent();
        if (validTime.isEmpty() && incremental && !ofTopic && !columns.isEmpty()) {
            problems.add(
                    VALID_TIME,
                    "Is missing, and neither order-by nor the bookmark is a column of type timestamp: nothing says"
                            + " when a version began to hold.",
                    "Name the column of schema.columns that does.");
        }
        validTime.ifPresent(name -> checkValidTime(name, columns));
    }

    private void checkValidTime(String name, List<SchemaReader.Column> columns) {
        Optional<SchemaReader.Column> found = columns.stream()
                .filter(column -> column.name().equals(Optional.of(name)))
                .findFirst();
        if (found.isEmpty()) {
            if (!columns.isEmpty()) {
                problems.add(
                        VALID_TIME,
                        "Is no column of the schema: " + name + ".",
                        "Name a column of schema.columns, by name and not by source.");
            }
            return;
        }
        ColumnType type = found.get().settings().type();
        if (!type.ddl().equals(ValidTime.TYPE)) {
            problems.add(
                    VALID_TIME,
                    "Is no timestamp: " + name + " is " + type + ".",
                    "Declare the column as timestamp, or name another.");
        }
        if (found.get().nullable().equals(Optional.of(true))) {
            problems.add(
                    found.get().nullablePath(),
                    "Says when a version began to hold and cannot be nullable: " + name + ".",
                    "Leave nullable out, or write nullable: false.");
        }
        if (Located.values(draft.curate().orElseThrow().primaryKey()).contains(name)) {
            problems.add(
                    VALID_TIME,
                    "Is part of the primary key: each version would be a row of its own.",
                    "Take it out of primary-key.");
        }
    }

    private void checkLoads() {
        List<LoadSettings> seen = new ArrayList<>();
        for (Located<LoadSettings> located : draft.loads()) {
            LoadSettings load = located.value();
            checkLoadMode(located.path(), load);
            checkNotItself(located.path(), load);
            if (seen.stream().anyMatch(other -> sameTable(other, load))) {
                problems.add(
                        located.path() + "." + Keys.TABLE,
                        "Is loaded twice: " + load.schema() + "." + load.table() + ".",
                        "Load each target table once.");
            }
            seen.add(load);
        }
        int columns = draft.schema().map(schema -> schema.columns().size()).orElse(0);
        if (!draft.loads().isEmpty() && columns > POSTGRESQL_MAX_COLUMNS) {
            problems.add(
                    SCHEMA_COLUMNS,
                    "Has " + columns + " columns, and a PostgreSQL table holds " + POSTGRESQL_MAX_COLUMNS + ".",
                    "Leave columns out, or leave loads out.");
        }
    }

    private static boolean sameTable(LoadSettings one, LoadSettings other) {
        return one.target().equals(other.target())
                && one.schema().equals(other.schema())
                && one.table().equals(other.table());
    }

    private void checkLoadMode(String path, LoadSettings load) {
        draft.curate().ifPresent(curate -> {
            if (load.mode() == LoadSettings.Mode.UPSERT
                    && curate.primaryKey().isEmpty()
                    && curate.mode().filter(Mode::isKeyed).isEmpty()) {
                problems.add(
                        path + "." + Keys.MODE,
                        "Upsert needs curate.primary-key: it finds a row's earlier state by it.",
                        "Name the key's columns in curate.primary-key, or load by append or replace.");
            }
            if (load.mode() == LoadSettings.Mode.APPEND
                    && curate.mode().filter(mode -> mode != Mode.APPEND).isPresent()) {
                problems.add(
                        path + "." + Keys.MODE,
                        "Append needs curate.mode append: with any other, rows change after they were loaded.",
                        "Load by upsert or replace.");
            }
        });
    }

    /** A table that is loaded into what it is read from would read its own rows for ever. */
    private void checkNotItself(String path, LoadSettings load) {
        boolean itself = load.target().equals(draft.source())
                && draft.extract()
                        .map(extract -> extract.settings().relation())
                        .equals(Optional.of(new Relation.Table(load.schema(), load.table())));
        if (itself) {
            problems.add(
                    path + "." + Keys.TABLE,
                    "Is the table that is read: " + load.schema() + "." + load.table() + ".",
                    "Load into another table.");
        }
    }
}
